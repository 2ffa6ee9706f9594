"""Thumbnails of picture files: small, upright in their proportions, and never at the price of a large picture."""

from __future__ import annotations

import json
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.formats.alpha import shown
from generator.formats.finished import Finished, save_finished
from generator.formats.image_encode import encoded, save_image
from generator.project.picture_thumbnail import picture_thumbnail
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json


def size_of(thumbnail: bytes | None) -> tuple[int, int]:
    assert thumbnail is not None
    with Image.open(BytesIO(thumbnail)) as image:
        assert image.format == "WEBP"
        return image.size


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize(
    ("shape", "size"), [((1024, 1024), (192, 192)), ((400, 200), (96, 192)), ((64, 64), (64, 64)), ((1, 900), (192, 1))]
)
def test_the_longer_side_has_at_most_192_pixels(
    tmp_path: Path, suffix: str, shape: tuple[int, int], size: tuple[int, int]
) -> None:
    path = tmp_path / f"face{suffix}"
    save_image(path, np.zeros((*shape, 3), np.uint8), Recipe())
    assert size_of(picture_thumbnail(path)) == size


def test_a_picture_that_would_fill_the_memory_is_not_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
    monkeypatch.setattr(Image, "open", None)
    assert picture_thumbnail(tmp_path / "bomb.png") is None


def test_a_contact_sheet_a_text_and_a_missing_file_have_none(tmp_path: Path) -> None:
    notes = {"recipe": to_json(Recipe()), "sheet": json.dumps({"seeds": [1, 2], "columns": 2})}
    (tmp_path / "sheet.png").write_bytes(encoded(np.zeros((32, 64, 3), np.uint8), notes, ".png"))
    (tmp_path / "recipe.json").write_text(to_json(Recipe()))
    for name in ("sheet.png", "recipe.json", "absent.png", ""):
        assert picture_thumbnail(tmp_path / name) is None


def test_a_picture_that_was_cut_out_or_cropped_has_none(tmp_path: Path) -> None:
    disc = Finished(np.zeros((32, 32, 4), np.uint8), "cropped to a disc")
    save_finished(tmp_path / "face.png", disc, Recipe())
    assert picture_thumbnail(tmp_path / "face.png") is None


def test_a_picture_of_a_model_with_transparency_is_shown_over_a_chequer(tmp_path: Path) -> None:
    save_image(tmp_path / "face.png", np.zeros((192, 192, 4), np.uint8), Recipe())
    thumbnail = picture_thumbnail(tmp_path / "face.png")
    assert thumbnail is not None
    with Image.open(BytesIO(thumbnail)) as image:
        seen = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(seen - shown(np.zeros((192, 192, 4), np.uint8))).mean() < 4


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_damaged_picture_has_a_thumbnail_or_none_but_never_an_error(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"face{suffix}"
    save_image(path, np.random.default_rng(1).integers(0, 255, (48, 48, 3), np.uint8), Recipe())
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 60)):
        for damaged in (data[:at], data[:at] + b"\xff\0\xff" + data[at + 3 :]):
            path.write_bytes(damaged)
            thumbnail = picture_thumbnail(path)
            assert thumbnail is None or max(size_of(thumbnail)) <= 192
