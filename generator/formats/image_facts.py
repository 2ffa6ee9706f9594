"""What a picture file is, read from its headers alone: format, size, notes, and whether it is marked as synthetic.

Needs no torch and decodes no pixel, so that hostile pictures cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.errors import RecipeError, refusing
from generator.formats import image_metadata as metadata
from generator.formats import xmp
from generator.formats.avif import avif_size, avif_xmp, is_avif
from generator.formats.image_chunks import (
    APP1,
    JPEG_SIGNATURE,
    PNG_SIGNATURE,
    jpeg_segments,
    png_chunks,
    webp_chunks,
)
from generator.formats.image_metadata import Notes
from generator.formats.tiff import is_tiff, tiff_size, tiff_xmp

_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # JPEG segments that begin a frame: not tables


@dataclass(frozen=True)
class ImageFacts:
    """The headers of a picture."""

    format: str  # "PNG", "JPEG", "WebP", "AVIF" or "TIFF"
    width: int  # pixels
    height: int
    is_synthetic: bool  # marked so by IPTC's digital source type; without the mark nothing is known
    notes: Notes  # "recipe" and "sheet", where Outis wrote them
    history: str = ""  # what was done to the picture; "" = nothing is known


def image_facts(data: bytes) -> ImageFacts | None:
    """The facts of the picture in `data`, a whole file; None where it is not a picture. Raises `RecipeError`.

    >>> image_facts(Path("face.png").read_bytes()).width
    256
    """
    with refusing(RecipeError, "The picture is damaged."):
        if data.startswith(PNG_SIGNATURE):
            return _png(data)
        if data.startswith(JPEG_SIGNATURE):
            return _jpeg(data)
        if metadata.is_webp(data):
            return _webp(data)
        if is_tiff(data):
            return _facts("TIFF", tiff_size(data), tiff_xmp(data), metadata.picture_notes(data))
        if is_avif(data):
            return _facts("AVIF", avif_size(data), avif_xmp(data), metadata.picture_notes(data))
    return None


def _png(data: bytes) -> ImageFacts:
    header = _first(payload for kind, payload in png_chunks(data) if kind == b"IHDR")
    size = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    return _facts("PNG", size, metadata.png_xmp(data), metadata.png_notes(data))


def _jpeg(data: bytes) -> ImageFacts:
    frame = _first(payload for marker, payload in jpeg_segments(data) if marker in _FRAMES)
    size = int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
    packet = xmp.standard_packet(payload for marker, payload in jpeg_segments(data) if marker == APP1)
    return _facts("JPEG", size, packet, metadata.jpeg_notes(data))


def _webp(data: bytes) -> ImageFacts:
    size = _webp_size(*next(webp_chunks(data), (b"", b"")))
    return _facts("WebP", size, metadata.webp_xmp(data), metadata.webp_notes(data))


def _facts(format: str, size: tuple[int, int], packet: bytes | None, notes: Notes | None) -> ImageFacts:
    is_synthetic, history = (False, "") if packet is None else (xmp.is_synthetic(packet), xmp.history_of(packet))
    return ImageFacts(format, *size, is_synthetic, notes or {}, history)


def _webp_size(kind: bytes, payload: bytes) -> tuple[int, int]:
    """(width, height) by the first chunk: RFC 9649, sections 2.5 to 2.7."""
    if kind == b"VP8X":
        return 1 + int.from_bytes(payload[4:7], "little"), 1 + int.from_bytes(payload[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(payload[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(payload[6:8], "little") & 0x3FFF, int.from_bytes(payload[8:10], "little") & 0x3FFF
    raise RecipeError("The WebP file does not begin with a picture.")


def _first(payloads: Iterable[bytes]) -> bytes:
    for payload in payloads:
        return payload
    raise RecipeError("The picture has no header with its size; it is damaged.")
