"""Models that somebody packed: .gz files, and zip archives with one model in them.

What they hold is unpacked into a scratch file. How much that may be is bounded by the size of the packed file:
the numbers of a network hardly shrink, so that whatever grows a lot is not a model.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import PurePosixPath
from typing import BinaryIO

from generator.checkpoint import strangers
from generator.checkpoint.file_slice import FormatError, Section
from generator.checkpoint.torch_archive import members, program_of, stored_member
from generator.progress import Job, Progress
from generator.storage.arrays import is_plain

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
SUFFIXES = (".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".safetensors")
MAX_GROWTH = 16  # unpacked bytes for each packed one
SMALL = 2**20  # bytes that anything may unpack to
CHUNK = 2**20
RAW_DEFLATE, GZIP_FORMAT = -zlib.MAX_WBITS, 16 + zlib.MAX_WBITS


def unpacked(section: Section, scratch: BinaryIO, file_name: str) -> Job[Section]:
    """The model in a packed file, written to `scratch`; `section` itself if it is not packed. Raises `FormatError`."""
    head = bytes(section.section(0, min(4, section.length)).read())
    if head.startswith(GZIP):
        return (yield from _inflated(section, GZIP_FORMAT, scratch, file_name))
    if not head.startswith(ZIP) or program_of(names := members(section)) is not None:
        return section
    member = _only_model(names)
    content = stored_member(section, member)
    if not is_plain(member):
        raise FormatError("is a zip archive that is encrypted or compressed in an unusual way; unpack it first")
    if member.compress_type == zipfile.ZIP_STORED:
        return content
    return (yield from _inflated(content, RAW_DEFLATE, scratch, file_name))


def may_be_model(names: dict[str, zipfile.ZipInfo]) -> bool:
    """True if an archive has exactly one member with the suffix of a model."""
    return len(_models(names)) == 1


def _models(names: dict[str, zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    return [member for name, member in names.items() if PurePosixPath(name).suffix.lower() in SUFFIXES]


def _only_model(names: dict[str, zipfile.ZipInfo]) -> zipfile.ZipInfo:
    found = _models(names)
    if len(found) != 1:
        if names and all(name.endswith(".npy") for name in names):
            raise FormatError(f"is an archive of arrays (.npz) {strangers.ARRAYS}")
        shown = ", ".join(list(names)[:5])[:200] or "nothing"
        raise FormatError(
            f"is a zip archive with {len(found) or 'no'} models: it holds {shown}; unpack the one you want"
        )
    return found[0]


def _inflated(packed: Section, wbits: int, scratch: BinaryIO, file_name: str) -> Job[Section]:
    """Unpack to the scratch file chunk by chunk. Raises `FormatError` if it grows too much, is cut short or damaged."""
    limit, position = max(packed.length * MAX_GROWTH, SMALL), 0
    engine = zlib.decompressobj(wbits)
    while not engine.eof:
        chunk = engine.unconsumed_tail
        if not chunk:
            chunk = bytes(packed.section(position, min(CHUNK, packed.length - position)).read())
            position += len(chunk)
        if not chunk:
            raise FormatError("is a truncated compressed file; copy or download it again")
        scratch.write(_step(engine, chunk))
        if scratch.tell() > limit:
            raise FormatError(f"unpacks to more than {MAX_GROWTH} times its size; no model does")
        yield Progress(position, packed.length, f"Unpacking {file_name}")
    return Section.of(scratch)


def _step(engine: zlib._Decompress, chunk: bytes) -> bytes:
    try:
        return engine.decompress(chunk, CHUNK)
    except zlib.error as error:
        raise FormatError("is a damaged compressed file; copy or download it again") from error
