"""A compressed tar -> the tar in a scratch file, with a bound on how much comes out."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from generator.errors import DatasetError
from generator.progress import Job, Progress, megabytes
from generator.storage.atomic import writing_errors

CHUNK = 2**22  # bytes written in one step
DAMAGE = (OSError, EOFError, zlib.error, lzma.LZMAError, RuntimeError)

_GROWTH = 100  # images are compressed already: what grows beyond this, and beyond `_ALWAYS`, is a bomb
_ALWAYS = 2**28  # bytes


class Unpacked(Protocol):
    """A file that is unpacked as it is read."""

    def read(self, size: int, /) -> bytes: ...


Decompressor = Callable[[BinaryIO], Unpacked]

_COMPRESSIONS: dict[bytes, Decompressor] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_UNKNOWN = {b"\x28\xb5\x2f\xfd": "zstd", b"Rar!": "RAR", b"7z\xbc\xaf": "7z"}


def growth_limit(length: int) -> int:
    """Bytes that an archive of `length` bytes may unpack to."""
    return _ALWAYS + _GROWTH * length


def compression_of(head: bytes, name: str) -> Decompressor | None:
    """What unpacks a file that begins with `head`; None = it is not compressed. Raises `DatasetError`."""
    for magic, kind in _UNKNOWN.items():
        if head.startswith(magic):
            raise DatasetError(f"{name} is compressed as {kind}, which Outis cannot unpack; unpack it to a folder.")
    return next((decompressor for magic, decompressor in _COMPRESSIONS.items() if head.startswith(magic)), None)


def unpacking(file: BinaryIO, decompressor: Decompressor, scratch: BinaryIO, name: str) -> Job[None]:
    """Unpack all of `file` into `scratch`. Raises `DatasetError`, and `ExportError` where the disk is full."""
    total = file.seek(0, 2)
    file.seek(0)
    limit, written = growth_limit(total), 0
    unpacked = decompressor(file)
    while True:
        try:
            chunk = unpacked.read(CHUNK)
        except DAMAGE as error:
            raise DatasetError(f"{name} is damaged or truncated: {error}.") from error
        if not chunk:
            return
        written += len(chunk)
        if written > limit:
            raise DatasetError(f"{name} unpacks to far more than its {megabytes(total)}; no archive of images does.")
        with writing_errors(name):
            scratch.write(chunk)
        yield Progress(file.tell(), total, f"Unpacking {name}: {megabytes(written)}")
