"""A collection of images as it came: a folder, a tar of any compression, or a zip.

Nothing is extracted: members of archives are read one by one, and their names are only text. Files are listed by
name whatever the order they lie in, so that a folder and an archive of it give the same data set.
"""

from __future__ import annotations

import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from generator.errors import DatasetError
from generator.printable import printable
from generator.progress import Job, Progress
from generator.storage.arrays import is_plain
from generator.training.data.report import Reason, Refused
from generator.training.data.tar_members import BoundedTar
from generator.training.data.unpacking import DAMAGE, compression_of, growth_limit, unpacking

MAX_FILE = 256_000_000  # bytes of one image file

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")  # with members, and without
_MEMBER_DAMAGE = (zipfile.BadZipFile, tarfile.TarError, ValueError, *DAMAGE)


@dataclass(frozen=True)
class Item:
    """One file of a collection."""

    name: str  # its path inside, printable, with slashes
    read: Callable[[], bytes]  # all of it; raises `Refused`. One at a time: items of an archive share its file


def listing(source: Path, scratch: BinaryIO, stack: ExitStack) -> Job[list[Item]]:
    """The files of `source` by name. What has to stay open is left to `stack`.

    A compressed tar is unpacked into `scratch`, an empty file. Raises `DatasetError`.
    """
    yield Progress(0, 0, f"Reading {source.name}")
    try:
        if source.is_dir():
            return (yield from _folder(source))
        if source.exists() and not source.is_file():
            raise DatasetError(f"{source} is a device; give a folder, a tar or a zip with images.")
        archive = stack.enter_context(source.open("rb"))
        if archive.read(4) in _ZIP:
            return _zip(stack, archive, source)
        tar = yield from _uncompressed(archive, source.name, scratch)
        return _tar(stack, tar, source.name)
    except OSError as error:
        raise DatasetError(f"{source} cannot be read: {error.strerror or error}.") from error


def _refusing(reason: Reason, detail: str = "") -> Callable[[], bytes]:
    def read() -> bytes:
        raise Refused(reason, detail)

    return read


def _by_name(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.name)


def _folder(source: Path) -> Job[list[Item]]:
    items: list[Item] = []

    def unreadable(error: OSError) -> None:
        name = Path(error.filename).relative_to(source).as_posix()
        items.append(Item(printable(name), _refusing(Reason.UNREADABLE, error.strerror or "")))

    for folder, subfolders, files in os.walk(source, onerror=unreadable):
        yield Progress(0, 0, f"Reading {source.name}: {len(items):,} files")
        subfolders.sort()  # so that files whose printable names are the same have an order too
        links = [name for name in subfolders if Path(folder, name).is_symlink()]  # not walked into
        for name in sorted([*files, *links]):
            path = Path(folder, name)
            items.append(Item(printable(path.relative_to(source).as_posix()), _reader_of(path)))
    return _by_name(items)


def _reader_of(path: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            state = path.lstat()
            if not stat.S_ISREG(state.st_mode):
                raise Refused(Reason.NOT_A_FILE)
            _check_length(state.st_size)
            with path.open("rb") as file:
                return file.read(MAX_FILE)  # and no more, should it grow meanwhile
        except OSError as error:
            raise Refused(Reason.UNREADABLE, error.strerror or str(error)) from error

    return read


def _check_length(length: int) -> None:
    if length > MAX_FILE:
        raise Refused(Reason.TOO_LARGE, f"{length:,} bytes")


def _zip(stack: ExitStack, file: BinaryIO, source: Path) -> list[Item]:
    try:
        archive = stack.enter_context(zipfile.ZipFile(file))
    except _MEMBER_DAMAGE as error:
        raise DatasetError(f"{source.name} is a damaged or truncated zip: {error}.") from error
    members = [member for member in archive.infolist() if not member.is_dir()]
    if sum(member.file_size for member in members) > growth_limit(source.stat().st_size):
        raise DatasetError(f"{source.name} unpacks to far more than its size; no archive of images does.")

    def reader(member: zipfile.ZipInfo) -> Callable[[], bytes]:
        return lambda: _read_zip(archive, member)

    return _by_name([Item(printable(member.filename), reader(member)) for member in members])


def _read_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise Refused(Reason.NOT_A_FILE)
    if not is_plain(member):
        raise Refused(Reason.UNREADABLE, "encrypted, or packed in an unusual way")
    _check_length(member.file_size)
    try:
        return archive.read(member)
    except _MEMBER_DAMAGE as error:
        raise Refused(Reason.BROKEN, str(error)) from error


def _uncompressed(file: BinaryIO, name: str, scratch: BinaryIO) -> Job[BinaryIO]:
    """The tar in `file`: itself, or what it unpacks to."""
    file.seek(0)
    decompressor = compression_of(file.read(8), name)
    if decompressor is None:
        return file
    yield from unpacking(file, decompressor, scratch, name)
    return scratch


def _tar(stack: ExitStack, file: BinaryIO, name: str) -> list[Item]:
    file.seek(0)
    try:
        archive = stack.enter_context(BoundedTar(fileobj=file))
        members = [member for member in archive.getmembers() if not member.isdir()]
    except _MEMBER_DAMAGE as error:
        known = file.seek(257) and file.read(5) == b"ustar"
        what = "is a damaged or truncated tar" if known else "is neither a folder nor a tar or zip archive"
        raise DatasetError(f"{name} {what}; give a folder, a tar or a zip with images.") from error
    file.seek(archive.offset)  # where the listing ended: at the mark of the end, unless a header is damaged
    if file.read(tarfile.BLOCKSIZE).strip(b"\0"):
        raise DatasetError(f"{name} is a damaged tar after {len(members):,} files; copy or create it again.")

    def reader(member: tarfile.TarInfo) -> Callable[[], bytes]:
        return lambda: _read_tar(archive, member)

    return _by_name([Item(printable(member.name), reader(member)) for member in members])


def _read_tar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    if not member.isreg() or member.issparse():
        raise Refused(Reason.NOT_A_FILE)
    _check_length(member.size)
    try:
        file = archive.extractfile(member)
        assert file is not None  # since it is a regular file
        return file.read()
    except _MEMBER_DAMAGE as error:
        raise Refused(Reason.BROKEN, str(error)) from error
