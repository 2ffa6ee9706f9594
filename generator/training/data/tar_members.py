"""Headers of a tar from a stranger, checked before tarfile looks for numbers in them, which can take for ever."""

from __future__ import annotations

import tarfile
from typing import Self

MAX_EXTENDED = 65_536  # bytes of one extended header: names and times, which have some hundred
USUAL_EXTENDED = 1024  # bytes of all of them together, for each file ...
SPARE_EXTENDED = 2**20  # ... and beyond
MAX_GLOBAL = 1000  # settings that hold for all files
MAX_DIGITS = 300  # in a row; the name of a file has up to 255
_EXTENDED = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)
_DIGITS = bytes(ord("0") if chr(code).isdecimal() else ord(" ") for code in range(256))


class BoundedTarInfo(tarfile.TarInfo):
    """A member of a tar whose extended headers are short and have no endless numbers."""

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        _check_next(tarfile)
        member = super().fromtarfile(tarfile)
        member.pax_headers = {}  # which nobody asks for again: thousands may be in each
        return member


class BoundedTar(tarfile.TarFile):
    """A tar, uncompressed and open for reading, whose extended headers are bounded in all as well."""

    tarinfo = BoundedTarInfo
    members: list[tarfile.TarInfo]  # which have been listed
    extended = 0  # bytes of them so far

    def count_extended(self, length: int) -> None:
        """Raises `tarfile.ReadError`."""
        self.extended += length
        files = len(self.members)
        if self.extended > SPARE_EXTENDED + USUAL_EXTENDED * files or len(self.pax_headers) > MAX_GLOBAL:
            raise tarfile.ReadError("it has more in extended headers than in files")


def _check_next(archive: tarfile.TarFile) -> None:
    """Check the next header without moving the file position. Raises `tarfile.ReadError`."""
    file = archive.fileobj
    assert file is not None
    place = file.tell()
    header = file.read(tarfile.BLOCKSIZE)
    if header[156:157] in _EXTENDED:
        length = tarfile.TarInfo.frombuf(header, archive.encoding or "utf-8", archive.errors or "replace").size
        if length > MAX_EXTENDED:
            raise tarfile.ReadError(f"an extended header in it has {length} bytes")
        if b"0" * MAX_DIGITS in file.read(length).translate(_DIGITS):
            raise tarfile.ReadError("an extended header in it has a number that is too long")
        if isinstance(archive, BoundedTar):
            archive.count_extended(length)
    file.seek(place)
