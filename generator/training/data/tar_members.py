"""Headers of a tar from a stranger, checked before tarfile looks for numbers in them, which can take for ever."""

from __future__ import annotations

import tarfile
from typing import Self

MAX_EXTENDED = 65_536  # bytes of one extended header: names and times, which have some hundred
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
        return super().fromtarfile(tarfile)


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
    file.seek(place)
