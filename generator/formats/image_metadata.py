"""The recipe inside an image: PNG as iTXt, the other formats as XMP; each also marked as synthetic in XMP.

An image contains `Notes`: texts by name, above all "recipe". Needs no torch, and reading needs no decoder.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from PIL import Image, features
from PIL.PngImagePlugin import PngInfo

from generator.errors import ExportError, RecipeError
from generator.formats import xmp
from generator.formats.avif import avif_xmp, is_avif
from generator.formats.colour_profile import srgb
from generator.formats.image_chunks import (
    APP1,
    JPEG_SIGNATURE,
    PNG_SIGNATURE,
    jpeg_segments,
    jpeg_with_segments,
    png_chunks,
    webp_chunks,
)
from generator.formats.tiff import is_tiff, tiff_xmp

Notes = Mapping[str, str]  # "recipe" -> JSON, in contact sheets also "sheet" -> JSON
XMP_KEYWORD = "XML:com.adobe.xmp"
MAX_NOTE = 16_000_000  # bytes of one note once unpacked
MAX_TEXT = 3 * MAX_NOTE  # bytes of all texts together once unpacked: a recipe, a sheet, and XMP with both
MAX_TEXTS = 1000  # in one PNG file


def png_with_notes(image: Image.Image, notes: Notes, history: str = "", dpi: float | None = None) -> bytes:
    """`image` as PNG: each note as iTXt "outis-<name>", the synthetic mark and the history as XMP."""
    info = PngInfo()
    info.add_itxt(XMP_KEYWORD, xmp.packet({}, history).decode())
    for name, text in notes.items():
        info.add_itxt(f"outis-{name}", text)
    return _saved(image, "PNG", dpi, pnginfo=info)


def jpeg_with_notes(image: Image.Image, notes: Notes, history: str = "", dpi: float | None = None) -> bytes:
    """`image` as JPEG of high quality without chroma subsampling, mark, history and notes as XMP."""
    data = _saved(image, "JPEG", dpi, quality=95, subsampling="4:4:4")
    return jpeg_with_segments(data, APP1, xmp.jpeg_payloads(notes, history))


def webp_with_notes(image: Image.Image, notes: Notes, history: str = "", dpi: float | None = None) -> bytes:
    """`image` as WebP of high quality, mark, history, resolution and notes as XMP."""
    return _saved(image, "WEBP", None, quality=95, xmp=xmp.packet(notes, history, dpi))


def avif_with_notes(image: Image.Image, notes: Notes, history: str = "", dpi: float | None = None) -> bytes:
    """`image` as AVIF of high quality, mark, history, resolution and notes as XMP. Raises `ExportError`."""
    if not features.check("avif"):
        raise ExportError("The installed Pillow writes no AVIF; choose another format.")
    packet = xmp.packet(notes, history, dpi)  # one thread, since the number of threads changes the bytes
    return _saved(image, "AVIF", None, quality=90, subsampling="4:4:4", max_threads=1, xmp=packet)


def _saved(image: Image.Image, format: str, dpi: float | None, **options: Any) -> bytes:
    """The file in memory, in sRGB."""
    if dpi is not None:
        options["dpi"] = (dpi, dpi)
    file = io.BytesIO()
    image.save(file, format, icc_profile=srgb(), **options)
    return file.getvalue()


def picture_notes(data: bytes) -> dict[str, str] | None:
    """The notes in a picture of any format that we write; None where it is none. Raises `RecipeError`."""
    if data.startswith(PNG_SIGNATURE):
        return png_notes(data)
    if data.startswith(JPEG_SIGNATURE):
        return jpeg_notes(data)
    packet = next((read(data) for is_one, read in _WITH_PACKETS if is_one(data)), _NO_PICTURE)
    if packet is _NO_PICTURE:
        return None
    return {} if packet is None else xmp.properties_of(packet)


def png_notes(data: bytes) -> dict[str, str]:
    """The notes in a PNG file, those in its XMP too (a converter moves them there). Raises `RecipeError`."""
    texts = _texts(payload for kind, payload in png_chunks(data) if kind == b"iTXt")
    packet = texts.pop(XMP_KEYWORD, None)
    ours = {name.removeprefix("outis-"): text for name, text in texts.items() if name.startswith("outis-")}
    if "recipe" in ours or packet is None:  # broken XMP of another tool must not hide our own text
        return _decoded(ours)
    return xmp.properties_of(packet) | _decoded(ours)


def png_xmp(data: bytes) -> bytes | None:
    """The XMP packet in a PNG file; None where there is none. Raises `RecipeError`."""
    return _texts(payload for kind, payload in png_chunks(data) if kind == b"iTXt").get(XMP_KEYWORD)


def jpeg_notes(data: bytes) -> dict[str, str]:
    """The notes in a JPEG file. Raises `RecipeError`."""
    return xmp.properties_of_payloads(payload for marker, payload in jpeg_segments(data) if marker == APP1)


def webp_notes(data: bytes) -> dict[str, str]:
    """The notes in a WebP file. Raises `RecipeError`."""
    packet = webp_xmp(data)
    return {} if packet is None else xmp.properties_of(packet)


def webp_xmp(data: bytes) -> bytes | None:
    """The XMP packet in a WebP file; None where there is none. Raises `RecipeError`."""
    return next((payload for kind, payload in webp_chunks(data) if kind == b"XMP "), None)


def is_webp(data: bytes) -> bool:
    """Whether a file begins as WebP does."""
    return data.startswith(b"RIFF") and data[8:12] == b"WEBP"


def _texts(payloads: Iterable[bytes]) -> dict[str, bytes]:
    """Text by keyword of our iTXt payloads and of XMP, bounded in all, since a few bytes unpack to many."""
    found: dict[str, bytes] = {}
    left = MAX_TEXT
    for count, payload in enumerate(payloads):
        if count >= MAX_TEXTS:
            raise RecipeError(f"The PNG file has more than {MAX_TEXTS} texts; no real image has that many.")
        keyword, text = _itxt(payload)
        if keyword == XMP_KEYWORD or keyword.startswith("outis-"):
            found[keyword] = text
            left -= len(text)
        if left < 0:
            raise RecipeError(f"The texts in the PNG file unpack to more than {MAX_TEXT} bytes; no recipe does.")
    return found


def _itxt(payload: bytes) -> tuple[str, bytes]:
    """(keyword, UTF-8 text) of an iTXt payload: keyword, 0, compressed?, method, language, 0, translated, 0, text."""
    keyword, _, rest = payload.partition(b"\0")
    text = rest[2:].split(b"\0", 2)[-1]
    if rest[:1] == b"\1" and (keyword.startswith(b"outis-") or keyword == XMP_KEYWORD.encode()):
        text = _inflated(text)
    return keyword.decode("latin-1"), text


def _inflated(packed: bytes) -> bytes:
    try:
        text = zlib.decompressobj().decompress(packed, MAX_NOTE)
    except zlib.error as error:
        raise RecipeError("The recipe in the PNG file is damaged: its compressed text does not unpack.") from error
    return text


def _decoded(texts: Mapping[str, bytes]) -> dict[str, str]:
    try:
        return {name: text.decode("utf-8") for name, text in texts.items()}
    except UnicodeDecodeError as error:
        raise RecipeError("The recipe in the PNG file is damaged: its text is not UTF-8.") from error


_NO_PICTURE = b"no picture"
_WITH_PACKETS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], bytes | None]], ...] = (
    (is_webp, webp_xmp),
    (is_tiff, tiff_xmp),
    (is_avif, avif_xmp),
)
