"""Our notes in videos, found by walking the parts of a container: no frame is decoded, and hardly one is read.

Every walker seeks from part to part, trusts no length beyond the end of the file, and reads no note of more than
`MAX_PACKET` bytes. What is damaged or not ours has no notes, or raises `RecipeError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from generator.errors import RecipeError
from generator.formats import image_metadata as metadata
from generator.formats import xmp
from generator.formats.image_chunks import PNG_SIGNATURE
from generator.formats.xmp import MAX_PACKET
from generator.video.gif import XMP_END, XMP_NAME
from generator.video.h264 import XMP_BOX
from generator.video.webm import TAG

MAX_PARTS = 200_000  # of a file that is not meant to keep the reader busy: a WebP has one for each frame
EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT, _TAGS, _TAG, _SIMPLE_TAG = 0x18538067, 0x1254C367, 0x7373, 0x67C8
_NAME, _STRING = 0x45A3, 0x4487
_PNG_END = b"\0\0\0\0IEND\xae\x42\x60\x82"


def notes_of(file: BinaryIO) -> dict[str, str] | None:
    """The notes in a video or an animated picture, by its content; None where it is neither. Raises `RecipeError`."""
    head = file.read(16)
    if head[4:8] == b"ftyp":
        return _xmp_notes(_mp4_packet(file))
    if head.startswith(EBML):
        return _webm_notes(file)
    if head.startswith(b"GIF8"):
        return _xmp_notes(_gif_packet(file))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _xmp_notes(_webp_packet(file))
    if head.startswith(PNG_SIGNATURE):
        return metadata.png_notes(_png_texts(file))
    return None


def _xmp_notes(packet: bytes | None) -> dict[str, str]:
    return {} if packet is None else xmp.properties_of(packet)


def _mp4_packet(file: BinaryIO) -> bytes | None:
    """The XMP of an ISO base media file (ISO/IEC 14496-12, section 4.2), in a box of its own."""
    place, end = 0, _size(file)
    for _ in range(MAX_PARTS):
        file.seek(place)
        head = file.read(32)
        length, begin = int.from_bytes(head[:4]), 8
        if length == 1:  # stated with 64 bits
            length, begin = int.from_bytes(head[8:16]), 16
        length = length or end - place  # 0: up to the end
        if head[4:8] == b"uuid" and head[begin : begin + 16] == XMP_BOX:
            return _note(file, place + begin + 16, length - begin - 16, end)
        if length < begin or place + length >= end:
            return None
        place += length
    return None


def _webp_packet(file: BinaryIO) -> bytes | None:
    """The XMP chunk of a WebP (RFC 9649), which follows the frames."""
    place, end = 12, _size(file)
    for _ in range(MAX_PARTS):
        file.seek(place)
        head = file.read(8)
        length = int.from_bytes(head[4:], "little")
        if head[:4] == b"XMP ":
            return _note(file, place + 8, length, end)
        place += 8 + length + length % 2
        if place >= end:
            return None
    return None


def _gif_packet(file: BinaryIO) -> bytes | None:
    """The XMP of a GIF, which stands before the first frame, as we write it."""
    file.seek(0)
    head = file.read(MAX_PACKET)
    first = head.find(b"\x21\xf9\x04")  # the control block of a frame
    begin = head.find(XMP_NAME)
    if begin < 0:
        return None
    end = head.find(XMP_END, begin)
    if end < 0 or 0 <= first < begin:
        raise RecipeError("The XMP of the GIF is truncated.")
    return head[begin + len(XMP_NAME) : end]


def _png_texts(file: BinaryIO) -> bytes:
    """A PNG of only the texts of the one in `file` that stand before its pixels."""
    place, end, kept = len(PNG_SIGNATURE), _size(file), [PNG_SIGNATURE]
    for _ in range(metadata.MAX_TEXTS):
        file.seek(place)
        head = file.read(8)
        length, kind = int.from_bytes(head[:4]), head[4:]
        if kind in (b"IDAT", b"IEND", b""):
            break
        if kind == b"iTXt":
            kept.append(head + _note(file, place + 8, length + 4, end))
        place += 12 + length
    return b"".join([*kept, _PNG_END])


def _webm_notes(file: BinaryIO) -> dict[str, str]:
    """The tags of ours in a Matroska file (RFC 9559, section 5.1.8)."""
    budget = iter(range(MAX_PARTS))  # of all levels together
    places = [(0, _size(file))]
    for wanted in (_SEGMENT, _TAGS, _TAG, _SIMPLE_TAG):
        inside = (element for place in places for element in _elements(file, *place, budget))
        places = [(begin, end) for kind, begin, end in inside if kind == wanted]
    found: dict[str, str] = {}
    for place in places:
        found |= _simple_tag(file, *place, budget)
    return found


def _simple_tag(file: BinaryIO, begin: int, end: int, budget: Iterator[int]) -> dict[str, str]:
    """Name and text, if it is a note of ours."""
    texts = {_NAME: "", _STRING: ""}
    for kind, first, last in _elements(file, begin, end, budget):
        if kind in texts:
            texts[kind] = _note(file, first, last - first, end).decode("utf-8", "replace").rstrip("\0")
    name = texts[_NAME]
    return {name.removeprefix(TAG).lower(): texts[_STRING]} if name.startswith(TAG) else {}


def _elements(file: BinaryIO, begin: int, end: int, budget: Iterator[int]) -> Iterator[tuple[int, int, int]]:
    """(kind, begin, end) of the contents of each element of EBML between two places (RFC 8794, section 6)."""
    for _ in budget:
        file.seek(begin)
        head = file.read(12) if begin < end else b""
        kind_bytes = _length_of_number(head, 4)
        size_bytes = _length_of_number(head[kind_bytes:], 8)
        if not kind_bytes or not size_bytes:
            return
        first = begin + kind_bytes + size_bytes
        bits = 7 * size_bytes
        size = int.from_bytes(head[kind_bytes : kind_bytes + size_bytes]) & ((1 << bits) - 1)
        last = end if size == (1 << bits) - 1 else min(first + size, end)  # all ones: unknown, up to the end
        yield int.from_bytes(head[:kind_bytes]), first, last
        begin = last


def _length_of_number(head: bytes, most: int) -> int:
    """How many bytes the number at the start of `head` has: one more than its leading zero bits; 0 = no number."""
    count = 9 - head[0].bit_length() if head and head[0] else 0
    return count if count <= min(most, len(head)) else 0


def _note(file: BinaryIO, begin: int, length: int, end: int) -> bytes:
    """The bytes of a note, if they are there and not too many."""
    if not 0 <= length <= MAX_PACKET:
        raise RecipeError(f"A text in the file has {length} bytes; no timeline needs more than {MAX_PACKET}.")
    if begin + length > end:
        raise RecipeError("The file is truncated in the middle of its texts.")
    file.seek(begin)
    return file.read(length)


def _size(file: BinaryIO) -> int:
    return os.fstat(file.fileno()).st_size
