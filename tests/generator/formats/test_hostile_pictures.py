"""Pictures that attack: whatever their texts unpack to, and however many there are, a refusal is soon and small."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from generator.errors import RecipeError
from generator.formats.image_chunks import JPEG_SIGNATURE, PNG_SIGNATURE
from generator.formats.open_face import read_file
from generator.formats.xmp import OURS, jpeg_payloads
from tests.support.bounds import bounded

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def compressed_text(name: str, packed: bytes) -> bytes:
    return chunk(b"iTXt", name.encode() + b"\0\1\0\0\0" + packed)


def refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with bounded(), pytest.raises(RecipeError) as caught:
        read_file(path)
    return str(caught.value)


@pytest.mark.parametrize("names", [[f"outis-{i}" for i in range(200)], ["outis-recipe"] * 1000])
def test_a_png_whose_texts_unpack_to_gigabytes_is_refused(names: list[str], tmp_path: Path) -> None:
    packed = zlib.compress(bytes(15_000_000), 9)
    data = PNG_SIGNATURE + b"".join(compressed_text(name, packed) for name in names) + chunk(b"IEND", b"")
    assert "unpack" in refusal(tmp_path / "a.png", data)


def test_a_png_of_endless_texts_is_refused(tmp_path: Path) -> None:
    texts = chunk(b"iTXt", b"outis-x\0\0\0\0\0text") * 90_000
    assert "texts" in refusal(tmp_path / "a.png", PNG_SIGNATURE + texts + chunk(b"IEND", b""))


def test_a_png_of_endless_chunks_is_refused(tmp_path: Path) -> None:
    assert "is truncated" in refusal(tmp_path / "a.png", PNG_SIGNATURE + chunk(b"tEXt", b"") * 5_000_000)


def test_a_picture_whose_xmp_has_endless_elements_is_refused(tmp_path: Path) -> None:
    packet = f'<x {RDF} xmlns:o="{OURS}">'.encode() + b"<o:a/>" * 2_700_000 + b"</x>"
    data = b"RIFF\0\0\0\0WEBPXMP " + struct.pack("<I", len(packet)) + packet
    assert "elements" in refusal(tmp_path / "a.webp", data)


def test_a_jpeg_whose_extended_xmp_never_ends_is_refused(tmp_path: Path) -> None:
    segments = [
        b"\xff\xe1" + struct.pack(">H", 2 + len(part)) + part for part in jpeg_payloads({"recipe": "x" * 70000})
    ]
    data = JPEG_SIGNATURE[:2] + segments[0] + segments[1] * 3_600 + b"\xff\xda"
    assert "XMP" in refusal(tmp_path / "a.jpg", data)
