"""Pictures to take home, as files: transparency, 16 bits, resolution, sRGB, and what was done to them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from generator.errors import ExportError, RecipeError
from generator.formats import xmp
from generator.formats.finished import Deep, Finished, Pixels, encoded, finished_bytes
from generator.formats.image_chunks import png_chunks
from generator.formats.image_facts import image_facts
from generator.formats.image_metadata import picture_notes
from generator.formats.open_face import read_file
from generator.recipe.recipe import Recipe, SeedSource
from generator.recipe.recipe_json import from_json, to_json
from generator.storage.atomic import write_atomically

RECIPE = Recipe(source=SeedSource(85))
DONE = "enlarged 4 times by Real-ESRGAN x4plus; background removed"
ALL = [".png", ".jpg", ".webp", ".avif", ".tiff"]
WITH_ALPHA = [".png", ".webp", ".avif", ".tiff"]


def ramp(channels: int, dtype: type = np.uint8) -> Pixels | Deep:
    """A picture that needs all bits, 300 rows so that it is packed in several parts."""
    values = np.random.RandomState(0).randint(0, np.iinfo(dtype).max + 1, (300, 20, channels))
    return values.astype(dtype)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def unpacked_png(data: bytes) -> Deep:
    """The 16-bit values of a PNG whose rows hold differences to the left."""
    chunks = list(png_chunks(data))
    width, height, depth, kind = struct.unpack(">IIBB", chunks[0][1][:10])
    assert depth == 16
    channels = {2: 3, 6: 4}[kind]
    raw = zlib.decompress(b"".join(payload for name, payload in chunks if name == b"IDAT"))
    rows = np.frombuffer(raw, np.uint8).reshape(height, 1 + 2 * channels * width)
    assert (rows[:, 0] == 1).all()
    steps = rows[:, 1:].reshape(height, width, 2 * channels)
    return np.cumsum(steps, axis=1, dtype=np.uint8).reshape(height, -1).view(">u2").reshape(height, width, channels)


@pytest.mark.parametrize("suffix", ALL)
def test_every_format_has_recipe_mark_history_and_srgb(suffix: str) -> None:
    data = finished_bytes(Finished(ramp(3), DONE, 300), RECIPE, suffix)
    facts = image_facts(data)
    assert facts is not None
    assert from_json(facts.notes["recipe"]) == RECIPE
    assert (facts.is_synthetic, facts.history, facts.width, facts.height) == (True, DONE, 20, 300)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(opened(data).info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)


@pytest.mark.parametrize("suffix", ALL)
def test_the_same_picture_gives_the_same_bytes(suffix: str) -> None:
    finished = Finished(ramp(3), DONE, 300)
    assert finished_bytes(finished, RECIPE, suffix) == finished_bytes(finished, RECIPE, suffix)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tiff"])
def test_the_resolution_is_where_printers_look(suffix: str) -> None:
    assert opened(finished_bytes(Finished(ramp(3), dpi=300), RECIPE, suffix)).info["dpi"] == pytest.approx(
        (300, 300), 0.01
    )


@pytest.mark.parametrize("suffix", [".webp", ".avif"])
def test_formats_without_a_place_for_the_resolution_say_it_in_xmp(suffix: str) -> None:
    packet = opened(finished_bytes(Finished(ramp(3), dpi=299.5), RECIPE, suffix)).info["xmp"]
    assert b"<tiff:XResolution>29950/100</tiff:XResolution>" in packet


@pytest.mark.parametrize("suffix", WITH_ALPHA)
def test_transparency_survives_exactly(suffix: str) -> None:
    pixels = ramp(4)
    alpha = np.asarray(opened(finished_bytes(Finished(pixels), RECIPE, suffix)).convert("RGBA"))[..., 3]
    most = 40 if suffix == ".avif" else 0  # of noise, which AVIF loses
    assert np.abs(alpha.astype(int) - pixels[..., 3]).max() <= most


@pytest.mark.parametrize("channels", [3, 4])
def test_a_png_of_16_bits_holds_exactly_the_values(channels: int) -> None:
    pixels = ramp(channels, np.uint16)
    data = finished_bytes(Finished(pixels), RECIPE)
    assert np.array_equal(unpacked_png(data), pixels)
    assert np.abs(np.asarray(opened(data)).astype(int) - (pixels >> 8)).max() <= 1  # as Pillow reads it: in 8 bits


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_tiff_opens_elsewhere_with_its_values(channels: int, dtype: type) -> None:
    pixels = ramp(channels, dtype)
    seen = np.asarray(opened(finished_bytes(Finished(pixels), RECIPE, ".tiff"))).astype(int)
    assert np.abs(seen - (pixels >> (0 if dtype == np.uint8 else 8))).max() <= (dtype == np.uint16)


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".avif"])
def test_16_bits_are_refused_where_there_are_8(suffix: str) -> None:
    with pytest.raises(ExportError, match="has 8 bits; choose png or tiff"):
        finished_bytes(Finished(ramp(3, np.uint16)), RECIPE, suffix)


def test_jpeg_refuses_transparency() -> None:
    with pytest.raises(ExportError, match="JPEG has no transparency"):
        finished_bytes(Finished(ramp(4)), RECIPE, ".jpg")


@pytest.mark.parametrize("suffix", [".webp", ".avif", ".tiff", ".png"])
def test_pictures_of_other_programs_without_notes_have_none(suffix: str) -> None:
    data = io.BytesIO()
    Image.new("RGB", (8, 9)).save(data, {".tiff": "TIFF"}.get(suffix, suffix[1:].upper()))
    facts = image_facts(data.getvalue())
    assert facts is not None
    assert (facts.width, facts.height, dict(facts.notes), facts.is_synthetic) == (8, 9, {}, False)


@pytest.mark.parametrize("suffix", [".avif", ".tiff"])
def test_a_picture_that_ends_within_its_notes_is_refused_with_a_sentence(suffix: str) -> None:
    data = encoded(Finished(ramp(3)), {"recipe": "x"}, suffix)
    end = data.index(b"</x:xmpmeta>")
    with pytest.raises(RecipeError, match=r"truncated|damaged"):
        picture_notes(data[:end])


def test_a_big_endian_tiff_is_read(tmp_path: Path) -> None:
    packet = xmp.packet({"recipe": to_json(RECIPE)})
    tags = [(256, 3, 1, b"\0\7\0\0"), (257, 3, 1, b"\0\7\0\0"), (700, 1, len(packet), struct.pack(">I", 100))]
    entries = b"".join(struct.pack(">HHI", *tag[:3]) + tag[3] for tag in tags)
    data = (b"MM\0*" + struct.pack(">IH", 8, len(tags)) + entries).ljust(100, b"\0") + packet
    write_atomically(tmp_path / "a.tif", data)
    assert read_file(tmp_path / "a.tif").recipe == RECIPE
