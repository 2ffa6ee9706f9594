"""The chunks that PNG, JPEG and WebP files are made of: where metadata lives, found without decoding a pixel.

Every walker takes the whole file, reads no length it has not checked against what is there, and raises
`RecipeError` where the file is truncated or contradicts itself before the images begin.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from generator.errors import OF_BAD_FILES, RecipeError

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
JPEG_SIGNATURE = b"\xff\xd8\xff"
APP1 = 0xE1  # the JPEG segment of Exif and XMP
START_OF_SCAN = 0xDA
_ONCE = (b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"eXIf")  # what pixels, and how they lie, depend on beside IDAT
_TEXTS = (b"Raw profile type exif\0", b"XML:com.adobe.xmp\0")  # in which some tools state how an image lies
MAX_CHUNKS = 100_000  # of any file that is not meant to keep the reader busy
MAX_PIXELS = 89_478_485  # of one picture, where Pillow begins to warn: 256 MB as RGB
PILLOW_DAMAGE = (OSError, SyntaxError, *OF_BAD_FILES)  # what it raises for bytes that are no picture
MAX_SEGMENT = 65533  # payload bytes of a JPEG segment: its length field has 16 bits and counts itself


def png_chunk(kind: bytes, payload: bytes) -> bytes:
    """A chunk of a PNG file."""
    return len(payload).to_bytes(4) + kind + payload + zlib.crc32(payload, zlib.crc32(kind)).to_bytes(4)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, payload) of each chunk of a PNG file before its end chunk (ISO/IEC 15948, clause 5.3)."""
    place = len(PNG_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if kind == b"IEND":
            return
        payload = data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + 12 + length]
        if len(checksum) < 4:
            break
        if kind != b"IDAT" and int.from_bytes(checksum) != zlib.crc32(payload, zlib.crc32(kind)):
            raise RecipeError(f"The chunk {kind.decode('ascii', 'replace')!r} of the PNG file is damaged.")
        yield kind, payload
        place += 12 + length
    raise RecipeError("The PNG file is truncated.")


def png_for_decoding(data: bytes) -> bytes:
    """The PNG file with only what a picture is decoded from, once each: decoders unpack every text and profile.

    Nothing is checked; other files, and what is behind the end of this one, come out as they are.
    """
    if not data.startswith(PNG_SIGNATURE):
        return data
    whole, kept, seen, place = memoryview(data), [memoryview(PNG_SIGNATURE)], set[bytes](), len(PNG_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        kind, end = data[place + 4 : place + 8], place + 12 + int.from_bytes(data[place : place + 4])
        name = kind if kind in _ONCE else next((n for n in _TEXTS if data.startswith(n, place + 8)), b"")
        if kind in (b"IDAT", b"IEND") or (name and name not in seen):
            kept.append(whole[place:end])
        seen.add(name)
        place = end
        if kind == b"IEND" or place >= len(data):
            break
    return b"".join(kept)


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, payload) of each segment of a JPEG file before its first scan (ITU T.81, annex B)."""
    place = 2
    for _ in range(MAX_CHUNKS):
        if data[place : place + 2] == b"\xff\xff":  # a fill byte
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4])
        if data[place : place + 1] != b"\xff" or length < 2 or place + 2 + length > len(data):
            break
        marker = data[place + 1]
        if marker == START_OF_SCAN:
            return
        yield marker, data[place + 4 : place + 2 + length]
        place += 2 + length
    raise RecipeError("The JPEG file is truncated.")


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, payload) of each chunk of a WebP file (RFC 9649, section 2.3)."""
    place = 12
    for _ in range(MAX_CHUNKS):
        if place >= len(data):
            return
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + length > len(data):
            break
        yield data[place : place + 4], data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2
    raise RecipeError("The WebP file is truncated.")


def jpeg_with_segments(jpeg: bytes, marker: int, payloads: list[bytes]) -> bytes:
    """`jpeg` with a segment for each payload, placed after the JFIF header, which must stay first."""
    jfif = 4 + int.from_bytes(jpeg[4:6]) if jpeg[2:4] == b"\xff\xe0" else 2
    segments = (bytes((0xFF, marker)) + (2 + len(payload)).to_bytes(2) + payload for payload in payloads)
    return jpeg[:jfif] + b"".join(segments) + jpeg[jfif:]
