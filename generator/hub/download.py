"""Downloading a file as a job: resumed after a break, checked, and put in place only when it is complete.

What has arrived is kept beside the target as NAME.part, with a note (NAME.part.json) of which version of the file it
belongs to. Cancelling or a broken connection leaves both, and the next try asks the server for the rest; a server
that has another version by then, or that cannot send parts, starts from the front. The part is locked while one
process writes it, so that a second one is refused in place of mixing its bytes in.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from generator.errors import DownloadError
from generator.hub.address import host_of, normalised
from generator.hub.http_transfer import Answer, OutOfRange, Transfer
from generator.progress import Job, Progress, megabytes
from generator.storage.atomic import lock
from generator.storage.regular_file import open_regular, read_regular

LARGEST = 16 * 2**30  # bytes; no StyleGAN is larger
SPARE = 64 * 2**20  # bytes that stay free on the disk
MAX_NOTE = 100_000  # bytes
STEP = 0.01  # seconds that one step may wait for the network, and write
_BLOCK = 2**22  # bytes that are hashed in one step


def downloading(address: str, target: Path, size: int | None = None, sha256: str | None = None) -> Job[Path]:
    """Fetch `address` into `target`, which must have `size` bytes and the checksum `sha256` where they are given.

    A target that is there already and right is not fetched again. Progress counts bytes. Returns `target`;
    raises `DownloadError` with one sentence.

    Example:
        >>> from pathlib import Path
        >>> from generator.hub.download import downloading
        >>> from generator.progress import finish
        >>> finish(downloading("https://example.org/model.pkl", Path("downloaded.pkl"))).name
        'downloaded.pkl'
    """
    address = normalised(address)
    with _disk_errors(target):
        if target.is_file() and (yield from _is_right(target, size, sha256)):
            return target
        with closing(_Part(target, address)) as part:
            yield from _whole(address, part, size)
            if sha256 is not None and (yield from _hashing(part.file())) != sha256:
                part.discard()
                raise DownloadError(
                    f"{target.name} from {host_of(address)} is not the expected file: its checksum differs; "
                    "try again, or download it from elsewhere."
                )
            part.become(target)
    return target


class _Part:
    """What has arrived of the file, locked while it is open, and the note of what it is a part of."""

    def __init__(self, target: Path, address: str) -> None:
        self.path = target.with_name(f"{target.name}.part")
        self._note, self._address = target.with_name(f"{target.name}.part.json"), address
        self._file: BinaryIO | None = None

    def file(self) -> BinaryIO:
        """The part, open and locked. Raises `DownloadError` where another process writes it."""
        if self._file is None:
            self._file = _locked(self.path)
        return self._file

    def known(self) -> tuple[int, str]:
        """How many bytes are there, and the validator of their version; (0, "") if they cannot be gone on from."""
        if not self.path.is_file():
            return 0, ""
        offset = self.size()
        try:
            note = json.loads(read_regular(self._note, MAX_NOTE))
        except (OSError, ValueError, RecursionError):
            return 0, ""
        told = note.get("validator") if isinstance(note, dict) and note.get("address") == self._address else None
        fits = isinstance(told, str) and told.isprintable() and told.isascii()
        return (offset, told) if told and fits else (0, "")

    def size(self) -> int:
        """Bytes on the disk."""
        self.file().flush()
        return os.fstat(self.file().fileno()).st_size

    def begin(self, answer: Answer) -> None:
        """Make ready for the bytes that follow `answer`."""
        self.file().truncate(answer.offset)
        self._note.write_text(json.dumps({"address": self._address, "validator": answer.validator}), encoding="utf-8")

    def become(self, target: Path) -> None:
        self.file().flush()
        if sys.platform == "win32":  # where an open file cannot be renamed
            self.file().close()
        self.path.replace(target)
        self._note.unlink(missing_ok=True)
        self.file().close()

    def discard(self) -> None:
        """Begin again from nothing; the file stays locked, and goes when it is closed empty."""
        self.file().truncate(0)
        self._note.unlink(missing_ok=True)

    def close(self) -> None:
        if self._file is None or self._file.closed:
            return
        with closing(self._file):
            if self.size() == 0:
                with suppress(PermissionError):  # Windows removes no open file
                    self.path.unlink(missing_ok=True)


def _locked(path: Path) -> BinaryIO:
    """`path`, made where it is missing, open for appending and locked. Raises `DownloadError`."""
    while True:
        file = path.open("a+b")
        try:
            lock(file)
            if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
                return file
        except OSError as error:
            file.close()
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            name = path.name.removesuffix(".part")
            raise DownloadError(
                f"{name} is being downloaded by another window or command; wait until that has finished."
            ) from error
        file.close()  # it was renamed to the whole file between opening and locking


def _whole(address: str, part: _Part, size: int | None) -> Job[None]:
    """Bring `part` up to the whole file, from the front where what was kept is of no use."""
    try:
        yield from _fetching(address, part, size)
    except OutOfRange:
        part.discard()
        yield from _fetching(address, part, size)


def _fetching(address: str, part: _Part, size: int | None) -> Job[None]:
    """Bring `part` up to the whole file."""
    offset, validator = part.known()
    if size is not None and offset == size:  # it was whole, and only its check was cut short
        return
    host = host_of(address)
    yield Progress(0, 0, f"Connecting to {host}")
    with closing(Transfer(address, offset, validator)) as transfer:
        answer = yield from _answer(transfer, host)
        part.path.parent.mkdir(parents=True, exist_ok=True)  # not before: a server that is not there leaves nothing
        _check_total(answer, size, host, part)
        part.begin(answer)
        total = answer.total if answer.total is not None else size
        arrived = yield from _writing(transfer, part, answer.offset, total)
    if part.size() != arrived:
        part.discard()
        raise DownloadError(f"{part.path.name} was changed by another program; try again.")
    if total is not None and arrived != total:
        raise DownloadError(
            f"The connection to {host} broke after {megabytes(arrived)} of {megabytes(total)}; try again to resume."
        )


def _answer(transfer: Transfer, host: str) -> Job[Answer]:
    while True:
        item = transfer.take(STEP)
        if isinstance(item, Answer):
            return item
        yield Progress(0, 0, f"Connecting to {host}")


def _check_total(answer: Answer, size: int | None, host: str, part: _Part) -> None:
    """Refuse a file of the wrong length, or one that has no room, before a byte of it is written."""
    total = answer.total if answer.total is not None else size
    if size is not None and total != size:
        part.discard()
        raise DownloadError(
            f"{host} offers a file of {answer.total:,} bytes where {size:,} were expected; the file has changed."
        )
    if total is not None and total > LARGEST:
        raise DownloadError(f"The file has {megabytes(total)}; the limit is {megabytes(LARGEST)}.")
    needed = (total or 0) - answer.offset + SPARE
    free = shutil.disk_usage(part.path.parent).free
    if needed > free:
        raise DownloadError(
            f"The disk has {megabytes(free)} free and {megabytes(needed)} are needed; free some space and try again."
        )


def _writing(transfer: Transfer, part: _Part, arrived: int, total: int | None) -> Job[int]:
    """Append what comes to `part`, as much in a step as takes about `STEP` seconds; how many bytes are there then."""
    most = LARGEST if total is None else total
    file = part.file()
    while True:
        until = monotonic() + STEP
        while (left := until - monotonic()) > 0:
            chunk = transfer.take(left)
            if chunk == b"":
                return arrived
            if isinstance(chunk, bytes):
                file.write(chunk)
                arrived += len(chunk)
            if arrived > most:
                part.discard()
                raise DownloadError(
                    f"More than the {megabytes(most)} of the file arrived; it is not the expected file."
                )
        yield _progress(arrived, total)


def _progress(arrived: int, total: int | None) -> Progress:
    if total is None:
        return Progress(0, 0, megabytes(arrived))
    return Progress(arrived, total, f"{megabytes(arrived)} of {megabytes(total)}")


def _is_right(path: Path, size: int | None, sha256: str | None) -> Job[bool]:
    if size is not None and path.stat().st_size != size:
        return False
    if sha256 is None:
        return True
    with open_regular(path) as file:
        return (yield from _hashing(file)) == sha256


def _hashing(file: BinaryIO) -> Job[str]:
    digest, total, done = hashlib.sha256(), os.fstat(file.fileno()).st_size, 0
    file.seek(0)
    while block := file.read(_BLOCK):
        digest.update(block)
        done += len(block)
        yield Progress(done, total, "Checking the file")
    return digest.hexdigest()


@contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "the disk is full; free some space and try again" if full else error.strerror or str(error)
        raise DownloadError(f"{target.name} could not be saved in {target.parent}: {why}.") from error
