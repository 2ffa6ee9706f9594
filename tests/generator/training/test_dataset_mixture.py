"""A folder as people have them: broken, tiny, transparent, 16-bit, CMYK, animated and huge pictures side by side."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.cli import main
from generator.training.data import ImageSet

SIDE = 32
RED, BLUE, GREY = (200, 0, 0), (0, 0, 200), (128, 128, 128)
KEPT = {  # name -> what it shows
    "animated.gif": RED,
    "animated.webp": BLUE,
    "cmyk.jpg": BLUE,
    "deep-colour.png": RED,
    "deep-grey.png": GREY,
    "large.png": (255, 255, 255),
    "transparent.png": (255, 255, 255),
}
DROPPED = [
    {"name": "broken.jpg", "reason": "broken"},
    {"name": "cut.png", "reason": "broken"},
    {"name": "empty.png", "reason": "not an image"},
    {"name": "enormous.png", "reason": "too large", "detail": "10000 x 10000 px"},
    {"name": "notes.txt", "reason": "not an image"},
    {"name": "tiny.png", "reason": "too small", "detail": "9 x 9 px"},
]


def png(width: int, height: int, depth: int, colour: int, row: bytes) -> bytes:
    """A PNG of equal rows: any depth, and any size in few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = zlib.compress((b"\0" + row) * height, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()

    def flat(colour: tuple[int, int, int]) -> Image.Image:
        return Image.new("RGB", (40, 40), colour)

    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    for name in ("broken.jpg", "cut.png"):
        noise.save(folder / name)
        (folder / name).write_bytes((folder / name).read_bytes()[:1500])
    (folder / "empty.png").touch()
    (folder / "notes.txt").write_text("cats")
    flat(RED).resize((9, 9)).save(folder / "tiny.png")
    Image.new("RGBA", (40, 40), (*RED, 0)).save(folder / "transparent.png")
    flat(RED).save(folder / "animated.gif", save_all=True, append_images=[flat(BLUE)])
    flat(BLUE).save(folder / "animated.webp", save_all=True, append_images=[flat(RED)], lossless=True)
    flat(BLUE).convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    deep = struct.pack(">HHH", *(257 * value for value in RED)) * 40
    (folder / "deep-colour.png").write_bytes(png(40, 40, 16, 2, deep))
    (folder / "deep-grey.png").write_bytes(png(40, 40, 16, 0, struct.pack(">H", 257 * GREY[0]) * 40))
    (folder / "large.png").write_bytes(png(3000, 2000, 1, 0, b"\xff" * 375))
    (folder / "enormous.png").write_bytes(png(10_000, 10_000, 1, 0, b"\xff" * 1250))
    return folder


def test_each_is_kept_as_it_looks_or_dropped_with_its_reason(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["dataset", str(folder), str(tmp_path / "out"), "--size", str(SIDE), "--keep-duplicates"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    images = ImageSet.open(tmp_path / "out")
    assert images.sources == tuple(KEPT)
    for name, pixels in zip(KEPT, images.pixels(SIDE), strict=True):
        assert furthest(pixels, KEPT[name]) <= 4, name
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["found"], report["kept"]) == (13, 7)
    assert report["counts"] == {"broken": 2, "not an image": 2, "too large": 1, "too small": 1}
    assert [{**found, **wanted} for wanted, found in zip(DROPPED, report["dropped"], strict=True)] == report["dropped"]
    assert "7 of 13 files kept" in told.out + told.err


def furthest(pixels: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    return int(np.abs(pixels.astype(int) - colour).max())
