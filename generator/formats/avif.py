"""AVIF: where its XMP is, and how large its picture is, found in its boxes without decoding a pixel.

ISO/IEC 14496-12 (boxes), 23008-12 (items). No length is trusted before it is compared with what is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.errors import RecipeError
from generator.formats.image_chunks import MAX_CHUNKS

_XMP = b"application/rdf+xml"
_BRANDS = (b"avif", b"avis")


def is_avif(data: bytes) -> bool:
    """Whether a file begins as AVIF does: its major brand is one, or one that it is compatible with."""
    if data[4:8] != b"ftyp":
        return False
    brands = data[8 : min(int.from_bytes(data[:4]), 256)]
    return any(brands[place : place + 4] in _BRANDS for place in range(0, len(brands), 4))


def avif_xmp(data: bytes) -> bytes | None:
    """The XMP packet in an AVIF file; None where there is none. Raises `RecipeError`."""
    meta = _meta(data)
    item = next((number for number, kind in _items(meta) if kind == _XMP), None)
    if item is None:
        return None
    return _joined(data, meta, _places(meta, item))


def avif_size(data: bytes) -> tuple[int, int]:
    """(width, height) of the picture. Raises `RecipeError`."""
    extents = _box(_box(_box(_meta(data), b"iprp"), b"ipco"), b"ispe")  # the first picture's: others are its alpha
    if len(extents) < 12:
        raise RecipeError("The AVIF file does not state the size of its picture; it is damaged.")
    return int.from_bytes(extents[4:8]), int.from_bytes(extents[8:12])


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, payload) of each box."""
    place = 0
    for _ in range(MAX_CHUNKS):
        if place >= len(data):
            return
        length, kind, head = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[place + 8 : place + 16]), 16
        end = len(data) if length == 0 else place + length
        if end > len(data) or end < place + head:
            break
        yield kind, data[place + head : end]
        place = end
    raise RecipeError("The AVIF file is truncated or damaged.")


def _box(boxes: bytes, kind: bytes) -> bytes:
    """The payload of the first box of that type."""
    for found, payload in _boxes(boxes):
        if found == kind:
            return payload
    raise RecipeError(f"The AVIF file has no box {kind.decode()!r}; it is damaged.")


def _meta(data: bytes) -> bytes:
    """The boxes inside "meta", behind its version."""
    return _box(data, b"meta")[4:]


def _items(meta: bytes) -> Iterator[tuple[int, bytes]]:
    """(number, content type) of each item that is of a MIME type."""
    payload = _box(meta, b"iinf")
    for kind, entry in _boxes(payload[6 if payload[0] == 0 else 8 :]):
        wide = 4 if entry[0] >= 3 else 2
        if kind == b"infe" and entry[0] >= 2 and entry[6 + wide : 10 + wide] == b"mime":
            content = entry[10 + wide :].split(b"\0")[1:2]
            yield int.from_bytes(entry[4 : 4 + wide]), content[0] if content else b""


class _Reader:
    """Whole numbers one after another."""

    def __init__(self, data: bytes, place: int) -> None:
        self._data, self._place = data, place

    def take(self, count: int) -> int:
        """The number in the next `count` bytes; 0 of none."""
        if self._place + count > len(self._data):
            raise RecipeError("The AVIF file is truncated or damaged.")
        self._place += count
        return int.from_bytes(self._data[self._place - count : self._place])


def _places(meta: bytes, item: int) -> list[tuple[int, int, int]]:
    """(0 = in the file or 1 = in the box "idat", first byte, count of bytes) of each part of the item."""
    payload = _box(meta, b"iloc")
    version, sizes, read = payload[0], payload[4:6], _Reader(payload, 6)
    offset, length, base, index = sizes[0] >> 4, sizes[0] & 15, sizes[1] >> 4, sizes[1] & 15 if version else 0
    for _ in range(min(read.take(4 if version == 2 else 2), MAX_CHUNKS)):
        number = read.take(4 if version == 2 else 2)
        where = read.take(2) & 15 if version else 0
        read.take(2)
        begin, parts = read.take(base), []
        for _ in range(min(read.take(2), MAX_CHUNKS)):
            read.take(index)
            parts.append((where, begin + read.take(offset), read.take(length)))
        if number == item:
            return parts
    raise RecipeError("The AVIF file does not state where its XMP is; it is damaged.")


def _joined(data: bytes, meta: bytes, places: list[tuple[int, int, int]]) -> bytes:
    """The parts of an item, which cannot be longer than the file: parts that overlap are of no honest one."""
    if sum(count for _, _, count in places) > len(data):
        raise RecipeError("The AVIF file is damaged: its XMP is longer than the file.")
    parts = []
    for where, first, count in places:
        whole = _box(meta, b"idat") if where == 1 else data
        if first + count > len(whole):
            raise RecipeError("The AVIF file is truncated.")
        parts.append(whole[first : first + count])
    return b"".join(parts)
