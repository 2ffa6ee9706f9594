"""Writing files so that nothing half-written is left, and saying in one sentence why one could not be written."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from generator.errors import ExportError

LOCK_PATIENCE = 1.0  # seconds; another process has the lock for some milliseconds
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # for a writer at the other end of a pipe
WHOLE = ".outis-whole-"  # what a folder that is being filled is called
_REASONS = {
    errno.ENOSPC: "the disk is full; free some space or choose another disk",
    errno.EDQUOT: "your disk quota is used up; free some space or choose another disk",
    errno.EACCES: "the folder or file is write-protected; choose another folder",
    errno.EPERM: "the folder or file is write-protected; choose another folder",
    errno.EROFS: "the disk is read-only; choose another one",
    errno.ENOENT: "its folder does not exist; create it or choose another one",
    errno.ENOTDIR: "a part of its path is a file, not a folder; choose another folder",
    errno.EEXIST: "a file has that name; choose another name",
    errno.EISDIR: "a folder has that name; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


@contextmanager
def atomic_write(path: str | Path, durable: bool = True) -> Iterator[BinaryIO]:
    """A binary file that takes the place of `path` when the block ends well, and vanishes when it does not.

    It is written beside the target, so that the last step is a rename: a reader sees the old file or the whole new
    one, after a power cut too unless `durable` is off, which saves the wait for the disk. The target's permissions
    stay. Leaving the block by any exception, a cancelled job's included, removes it.
    Raises `ExportError` for every `OSError`.
    """
    with writing_errors(path):
        target = _writable_target(path)
        unfinished = target.with_name(_temporary_name())
        try:
            with unfinished.open("xb") as file:
                if target.exists():  # before anything private is in it
                    shutil.copymode(target, unfinished)
                yield file
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(target.parent)


def write_atomically(path: str | Path, data: bytes, durable: bool = True) -> None:
    """Write `data` to `path`, whole or not at all. Raises `ExportError`."""
    with atomic_write(path, durable) as file:
        file.write(data)


def make_folder(path: str | Path) -> None:
    """Make the folder `path` and those above it where they are missing. Raises `ExportError`."""
    with writing_errors(path):
        Path(path).mkdir(parents=True, exist_ok=True)


def unused(folder: str | Path) -> Path:
    """`folder`, or where that is there already the first of `folder-2`, `folder-3`, ... that is not."""
    wanted = Path(folder)
    names = (wanted, *(wanted.with_name(f"{wanted.name}-{k}") for k in range(2, 1000)))
    return next((path for path in names if not path.exists()), wanted)


@contextmanager
def staged_folder(folder: str | Path) -> Iterator[Path]:
    """A folder to fill whose files move into `folder` when the block ends well, and vanish when it does not.

    `folder` is made where it is missing (its parent must exist) and then removed again on failure. Files of
    other names in it stay. Raises `ExportError` for every `OSError`.
    """
    folder = Path(folder)
    with writing_errors(folder):
        is_new = not folder.exists()
        folder.mkdir(exist_ok=True)
        staging = folder / _temporary_name()
        try:
            staging.mkdir()
            yield staging
            for file in sorted(staging.iterdir()):
                file.replace(folder / file.name)
            staging.rmdir()
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            if is_new:
                with suppress(OSError):  # somebody else has put a file there meanwhile: it stays
                    folder.rmdir()
            raise


@contextmanager
def whole_folder(folder: str | Path) -> Iterator[Path]:
    """A folder to fill that takes the place of `folder`, and of all that is in it, when the block ends well.

    It is filled beside the target, so that the last step is a rename: whoever looks sees the old folder or the
    whole new one. Leaving the block by any exception removes it, and one that a killed process has left there is
    removed by the next. Raises `ExportError` for every `OSError`.
    """
    target = Path(os.path.realpath(folder))
    staging = target.with_name(_temporary_name(WHOLE))
    with writing_errors(folder), ExitStack() as stack:
        _remove_abandoned(target.parent)
        staging.mkdir()
        stack.enter_context(_claimed(staging))
        try:
            yield staging
            _take_place(staging, target)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise


def lock(file: BinaryIO) -> None:
    """Lock `file` for this process until it is closed; the system lets go of it when the process ends, however.

    Raises `OSError` where another process, or another opening of the file, has it.
    """
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def claim(path: Path) -> BinaryIO | None:
    """The file `path`, made where it is missing, locked until it is closed; None while another process has it.

    Raises `OSError` where it cannot be opened or locked at all.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_WAIT, 0o600)
    file = os.fdopen(descriptor, "r+b", buffering=0)
    try:
        lock(file)
    except OSError as error:
        file.close()
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return None
        raise
    return file


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other process is in such a block of the lock file `path` meanwhile.

    Waits up to `LOCK_PATIENCE` seconds for another one, then raises `ExportError`.
    """
    with writing_errors(path):
        file, until = claim(path), monotonic() + LOCK_PATIENCE
        while file is None and monotonic() < until:
            sleep(0.005)
            file = claim(path)
        if file is None:
            raise ExportError(f"{path.name} is in use by another program; try again.")
    with file:
        yield


def _take_place(staging: Path, target: Path) -> None:
    """Rename `staging` to `target`, whose former content goes once the new one is there."""
    if not target.exists():
        staging.rename(target)
        return
    former = target.with_name(_temporary_name())
    target.rename(former)
    try:
        staging.rename(target)
    except BaseException:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Have the names in `folder` on the disk, as far as the system can: some disks and Windows cannot."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # the file is written and in place by now
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _claimed(folder: Path) -> Iterator[bool]:
    """Whether no other process works in `folder`, as far as the system tells; until the block ends this one does."""
    if sys.platform == "win32":  # where folders cannot be locked
        yield False
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = True
    except OSError:  # another one's, or on a disk without locks
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(descriptor)


def _remove_abandoned(parent: Path) -> None:
    """Remove what processes that were killed have left of the folders they were filling in `parent`."""
    for folder in parent.glob(f"{WHOLE}*.tmp"):
        with suppress(OSError), _claimed(folder) as is_ours:
            if is_ours:
                shutil.rmtree(folder, ignore_errors=True)


def _temporary_name(prefix: str = ".outis-") -> str:
    """Hidden, and short, so that it fits wherever the target's own name fits."""
    return f"{prefix}{secrets.token_hex(6)}.tmp"


def _writable_target(path: str | Path) -> Path:
    """The file behind `path`, links followed, which may be absent but must be nothing else than a file."""
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.is_file():
        raise ExportError(f"{path} is a device, not a file; choose another name.")
    if target.exists() and not os.access(target, os.W_OK):  # a rename would replace it all the same
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return target


@contextmanager
def writing_errors(path: str | Path) -> Iterator[None]:
    """An `OSError` in the block becomes an `ExportError` that says why `path` could not be written."""
    try:
        yield
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise ExportError(f"{Path(path).name or path} could not be written: {reason}.") from error
