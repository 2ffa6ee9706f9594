"""Zip archives as torch.save has written them since 1.6: `NAME/data.pkl` and the storages `NAME/data/KEY`.

The members are stored, not compressed, so that each is a section of the file.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from generator.checkpoint.file_slice import FormatError, Section, Stream
from generator.checkpoint.lazy_tensor import Storage
from generator.checkpoint.restricted_pickle import Budget, Permit, read_pickle
from generator.checkpoint.torch_values import storage_key
from generator.storage.arrays import is_plain

MAX_DIRECTORY = 2_000_000  # bytes: the directory of a model with 1,000 storages has 100,000
LOCAL_HEADER = 30  # bytes, then name and extra field, whose lengths stand at 26 and 28
PROGRAM = "data.pkl"


class _Bounded(io.RawIOBase):
    """The file as zipfile sees it: nothing is read at once that would not fit a directory."""

    def __init__(self, section: Section) -> None:
        self._section = section
        self._position = 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._position = (
            offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._section.length}[whence]
        )
        if self._position < 0:
            raise OSError("before the beginning of the file")
        return self._position

    def read(self, size: int = -1) -> bytes:
        left = max(self._section.length - self._position, 0)
        count = left if size < 0 else min(size, left)
        if count > MAX_DIRECTORY:
            raise FormatError("is not a model: its archive has too many members")
        data = bytes(self._section.section(self._position, count).read()) if count else b""
        self._position += count
        return data


def members(section: Section) -> dict[str, zipfile.ZipInfo]:
    """The members of a zip archive by name. Raises `FormatError`."""
    try:
        with zipfile.ZipFile(_Bounded(section)) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FormatError("is a damaged or truncated zip archive; copy or download it again") from error
    by_name = {member.filename: member for member in found}
    if len(by_name) < len(found):
        raise FormatError("is an archive with two members of the same name")
    return by_name


def stored_member(section: Section, member: zipfile.ZipInfo) -> Section:
    """The bytes of a member as they lie in the archive, packed or not. Raises `FormatError`."""
    header = section.section(member.header_offset, LOCAL_HEADER).read()
    if header[:4] != b"PK\x03\x04":
        raise FormatError("is a damaged archive: a member does not begin where the directory says")
    skipped = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    return section.section(member.header_offset + LOCAL_HEADER + skipped, member.compress_size)


def program_of(names: dict[str, zipfile.ZipInfo]) -> zipfile.ZipInfo | None:
    """The pickle of an archive of torch.save; None if it is another archive."""
    found = [name for name in names if name.split("/")[1:] == [PROGRAM]]
    return names[found[0]] if len(found) == 1 else None


@dataclass(frozen=True)
class TorchArchive:
    """The value in an archive, and where its storages are."""

    root: object
    prefix: str
    section: Section
    names: dict[str, zipfile.ZipInfo]

    def find(self, value: object) -> Storage:
        key, dtype, numel = storage_key(value)
        member = self.names.get(f"{self.prefix}data/{key}")
        if member is None:
            raise FormatError("is damaged: the numbers of a tensor in it are missing")
        return Storage(_unpacked(self.section, member).section(0, numel * dtype.itemsize), dtype)


def read_archive(
    section: Section, names: dict[str, zipfile.ZipInfo], program: zipfile.ZipInfo, permit: Permit, budget: Budget
) -> TorchArchive:
    """Read the pickle `program` of an archive, which may use the names that `permit` allows. Raises `FormatError`."""
    prefix = program.filename.removesuffix(PROGRAM)
    if f"{prefix}constants.pkl" in names:
        raise FormatError("is a TorchScript program; Outis opens weights, which torch.save(model.state_dict()) writes")
    order = names.get(f"{prefix}byteorder")
    if order is not None and bytes(_unpacked(section, order).read()) != b"little":
        raise FormatError("was written on a big-endian machine")
    root = read_pickle(Stream(_unpacked(section, program)), permit, budget)
    return TorchArchive(root, prefix, section, names)


def _unpacked(section: Section, member: zipfile.ZipInfo) -> Section:
    if member.compress_type != zipfile.ZIP_STORED or not is_plain(member):
        raise FormatError("is a compressed torch archive, which torch itself never writes; save the model again")
    return stored_member(section, member)
