"""TIFF: one picture of 8 or 16 bits, packed by zlib, with ICC profile and XMP (Adobe, "TIFF" revision 6.0).

Reading looks at the tags of the first picture alone and decodes no pixel.
"""

from __future__ import annotations

import struct
import zlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from generator.errors import RecipeError
from generator.formats.colour_profile import srgb

_SIGNATURES = (b"II*\0", b"MM\0*")
XMP_TAG = 700
_WIDTH, _HEIGHT = 256, 257
_BYTE, _SHORT, _LONG, _RATIONAL, _UNDEFINED = 1, 3, 4, 5, 7  # types of values
_SIZES = {_BYTE: 1, _SHORT: 2, _LONG: 4, _RATIONAL: 8, _UNDEFINED: 1}  # bytes of one
_DEFLATE, _DIFFERENCES = 8, 2  # the compression, and the predictor
MAX_TAGS = 4096  # of a picture that is not meant to keep the reader busy

_Order = Literal["little", "big"]
Tag = tuple[int, int, bytes]  # number, type, values


def tiff_bytes(pixels: NDArray[np.uint8] | NDArray[np.uint16], xmp: bytes, dpi: float | None) -> bytes:
    """uint8 or uint16 `[H, W, 3]`, or `[H, W, 4]` with straight alpha, as a TIFF file."""
    height, width, channels = pixels.shape
    differences = pixels.copy()
    differences[:, 1:] -= pixels[:, :-1]
    strip = zlib.compress(differences.astype(differences.dtype.newbyteorder("<")).tobytes(), 6)
    inch = struct.pack("<II", round(100 * (dpi or 72)), 100)
    tags: list[Tag] = [
        (_WIDTH, _LONG, struct.pack("<I", width)),
        (_HEIGHT, _LONG, struct.pack("<I", height)),
        (258, _SHORT, struct.pack("<H", 8 * pixels.itemsize) * channels),  # bits
        (259, _SHORT, struct.pack("<H", _DEFLATE)),
        (262, _SHORT, struct.pack("<H", 2)),  # RGB
        (273, _LONG, struct.pack("<I", 8)),  # where the strip is: behind the header
        (277, _SHORT, struct.pack("<H", channels)),
        (278, _LONG, struct.pack("<I", height)),  # rows of the strip
        (279, _LONG, struct.pack("<I", len(strip))),
        *([(282, _RATIONAL, inch), (283, _RATIONAL, inch)] if dpi else []),
        (284, _SHORT, struct.pack("<H", 1)),  # channels lie side by side
        *([(296, _SHORT, struct.pack("<H", 2))] if dpi else []),  # of the resolution: inches
        (317, _SHORT, struct.pack("<H", _DIFFERENCES)),
        *([(338, _SHORT, struct.pack("<H", 2))] if channels == 4 else []),  # alpha is straight
        (XMP_TAG, _BYTE, xmp),
        (34675, _UNDEFINED, srgb()),
    ]
    padded = strip + b"\0" * (len(strip) % 2)
    return b"II*\0" + struct.pack("<I", 8 + len(padded)) + padded + _directory(tags, 8 + len(padded))


def _directory(tags: list[Tag], place: int) -> bytes:
    """The tags, and behind them the values that do not fit into four bytes; it begins at `place` in the file."""
    entries, values, behind = b"", b"", place + 2 + 12 * len(tags) + 4
    for number, kind, data in tags:
        value = data.ljust(4, b"\0")
        if len(data) > 4:
            value = struct.pack("<I", behind + len(values))
            values += data + b"\0" * (len(data) % 2)
        entries += struct.pack("<HHI", number, kind, len(data) // _SIZES[kind]) + value
    return struct.pack("<H", len(tags)) + entries + bytes(4) + values


def is_tiff(data: bytes) -> bool:
    """Whether a file begins as TIFF does."""
    return data.startswith(_SIGNATURES)


def tiff_xmp(data: bytes) -> bytes | None:
    """The XMP packet in a TIFF file; None where there is none. Raises `RecipeError`."""
    return _values(data).get(XMP_TAG)


def tiff_size(data: bytes) -> tuple[int, int]:
    """(width, height) of the first picture. Raises `RecipeError`."""
    values, order = _values(data), _order(data)
    if _WIDTH not in values or _HEIGHT not in values:
        raise RecipeError("The TIFF file does not state the size of its picture; it is damaged.")
    return int.from_bytes(values[_WIDTH], order), int.from_bytes(values[_HEIGHT], order)


def _values(data: bytes) -> dict[int, bytes]:
    """The bytes of the tags that are read, by number: of the first picture."""
    order = _order(data)
    place = int.from_bytes(data[4:8], order)
    count = int.from_bytes(data[place : place + 2], order)
    entries = data[place + 2 : place + 2 + 12 * count]
    if count > MAX_TAGS or len(entries) < 12 * count:
        raise RecipeError("The TIFF file is truncated or damaged.")
    found: dict[int, bytes] = {}
    for first in range(0, len(entries), 12):
        number = int.from_bytes(entries[first : first + 2], order)
        if number in (_WIDTH, _HEIGHT, XMP_TAG) and number not in found:
            found[number] = _value(data, entries[first + 2 : first + 12], order)
    return found


def _value(data: bytes, entry: bytes, order: _Order) -> bytes:
    """What an entry holds, from its type on."""
    little = order == "little"
    kind, count = struct.unpack("<HI" if little else ">HI", entry[:6])
    length = _SIZES.get(kind, 1) * count
    if length <= 4:
        return entry[6 : 6 + length]
    place = struct.unpack("<I" if little else ">I", entry[6:])[0]
    if place + length > len(data):
        raise RecipeError("The TIFF file is truncated.")
    return data[place : place + length]


def _order(data: bytes) -> _Order:
    return "little" if data.startswith(b"II") else "big"
