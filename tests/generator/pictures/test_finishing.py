"""From the rendered picture to the one that is taken home, and back to its recipe."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.errors import ExportError
from generator.faces.finder import FaceFinder, SeenFace
from generator.formats.finished import Finished, save_finished
from generator.formats.image_encode import scaled
from generator.formats.image_facts import image_facts
from generator.formats.open_face import read_file
from generator.formats.picture_options import PictureOptions
from generator.pictures import enlarge
from generator.pictures.crop import AVATAR, PASSPORT, Cut, Frame, cropped, cut_of, rounded
from generator.pictures.finish import finishing
from generator.pictures.guided_filter import Floats
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource

IMAGES = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")["images"]
FINDER = FaceFinder()
RECIPE = Recipe(source=SeedSource(85))


@pytest.fixture(scope="module", params=range(2))
def face(request: pytest.FixtureRequest) -> SeenFace:
    seen = FINDER.find(IMAGES[request.param])
    assert seen is not None
    return seen


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the network."""
    monkeypatch.setattr(enlarge, "_through", lambda network, tile: tile.repeat(4, 0).repeat(4, 1))


SMALL = scaled(IMAGES[0], 128)  # cheaper


def done(**options: object) -> Finished:
    return finish(finishing(IMAGES[0], PictureOptions(**options), FINDER.find))  # type: ignore[arg-type]


def level(face: SeenFace) -> tuple[Floats, Floats, Floats]:
    """Right eye, left eye, chin."""
    right, left = ((face.point(f"eye-outer-{s}") + face.point(f"eye-inner-{s}"))[:2] / 2 for s in ("right", "left"))
    return right, left, face.point("chin")[:2]


@pytest.mark.parametrize("frame", [PASSPORT, AVATAR], ids=["passport", "avatar"])
def test_eyes_are_level_and_the_head_is_as_the_norm_says(face: SeenFace, frame: Frame) -> None:
    picture = face.pixels.astype(np.float32) / np.float32(255)
    again = FINDER.find(np.rint(255 * cropped(picture, cut_of(face, frame))).astype(np.uint8))
    assert again is not None
    height, width = again.pixels.shape[:2]
    right, left, chin = level(again)
    eyes = (right + left) / 2
    assert abs(np.degrees(np.arctan2(*(left - right)[::-1]))) < 1.5
    assert width / height == pytest.approx(frame.width, abs=0.01)
    assert eyes[0] == pytest.approx(width / 2, abs=0.02 * width)
    assert frame.eyes[0] - 0.01 <= 1 - eyes[1] / height <= frame.eyes[2] + 0.01
    assert frame.head[0] - 0.02 <= 2 * (chin[1] - eyes[1]) / height <= frame.head[2] + 0.02


def test_a_crop_within_the_picture_is_that_part_of_it() -> None:
    picture = np.random.RandomState(0).rand(40, 50, 4).astype(np.float32)
    np.testing.assert_allclose(cropped(picture, Cut(20, 15, 10, 8, 0.0)), picture[11:19, 15:25], atol=1e-5)


def test_beyond_the_picture_a_crop_is_mirrored() -> None:
    picture = np.random.RandomState(0).rand(20, 20, 3).astype(np.float32)
    out = cropped(picture, Cut(10, 20, 20, 20, 0.0))
    np.testing.assert_allclose(out[10:], out[:10][::-1], atol=1e-5)


@pytest.mark.parametrize("channels", [3, 4])
def test_round_corners_are_transparent_and_their_edge_is_smooth(channels: int) -> None:
    disc = rounded(np.ones((40, 60, channels), np.float32), 0.5)
    assert disc.shape == (40, 40, 4)
    assert disc[..., 3].sum() == pytest.approx(np.pi * 400, rel=0.01)
    corners = rounded(np.ones((40, 60, channels), np.float32), 0.125)
    assert corners.shape == (40, 60, 4)
    assert (corners[0, 0, 3], corners[0, 30, 3], corners[20, 0, 3]) == (0, 1, 1)


def test_plain_options_change_nothing_but_the_size() -> None:
    assert np.array_equal(done().pixels, IMAGES[0])
    assert np.array_equal(done(size=100, dpi=72).pixels, scaled(IMAGES[0], 100))
    assert (done(dpi=72).history, done(dpi=72).dpi) == ("", 72)


def test_everything_at_once_is_done_in_its_order(quick: None) -> None:
    finished = done(enlarge=2, cutout="white", crop="passport", dpi=300, format="jpg")
    assert finished.pixels.shape in ((531, 413, 3), (531, 414, 3))
    assert finished.dpi == 300
    assert finished.history == (
        "enlarged 2 times by Real-ESRGAN x4plus; background replaced by white; cropped to 35 × 45 mm (ICAO 9303)"
    )


def test_the_same_picture_gives_the_same_bytes(quick: None) -> None:
    options = PictureOptions(enlarge=2, cutout="transparent", crop="avatar")
    first, again = (finish(finishing(SMALL, options, FINDER.find)).pixels for _ in range(2))
    assert np.array_equal(first, again)


def test_a_passport_picture_prints_at_its_size_whatever_its_pixels() -> None:
    finished = done(crop="passport")
    assert finished.dpi is not None
    assert finished.pixels.shape[0] / finished.dpi * 25.4 == pytest.approx(45)


def test_16_bits_have_what_8_bits_lose() -> None:
    values = np.linspace(0, 1, 256 * 256 * 3, dtype=np.float32).reshape(256, 256, 3)
    deep = finish(finishing(values, PictureOptions(bits=16))).pixels
    assert deep.dtype == np.uint16
    assert np.abs(deep / 65535 - values).max() < 1e-5


@pytest.mark.parametrize("size", [1, 3])
def test_a_tiny_picture_is_still_one(size: int) -> None:
    assert done(cutout="transparent", crop="round", size=size).pixels.shape == (size, size, 4)


@pytest.mark.parametrize("options", [{"cutout": "white"}, {"crop": "passport"}, {"crop": "avatar"}])
@pytest.mark.parametrize("side", [1, 64])
def test_a_picture_without_a_person_is_refused_with_a_sentence(options: dict[str, str], side: int) -> None:
    with pytest.raises(ExportError, match="No face is to be seen"):
        finish(finishing(np.full((side, side, 3), 128, np.uint8), PictureOptions(**options)))


def test_a_picture_without_a_face_can_be_enlarged(quick: None) -> None:
    grey = np.full((9, 7, 3), 128, np.uint8)
    assert finish(finishing(grey, PictureOptions(enlarge=2), FINDER.find)).pixels.shape == (18, 14, 3)


def test_a_picture_as_background_is_read_by_its_path(tmp_path: Path) -> None:
    Image.new("RGB", (30, 20), (10, 200, 30)).save(tmp_path / "green.png")
    finished = done(cutout=str(tmp_path / "green.png"))
    assert tuple(finished.pixels[0, 0]) == (10, 200, 30)
    assert finished.history == "background replaced"


@pytest.mark.parametrize("suffix", ["png", "webp", "avif", "tiff"])
def test_a_finished_picture_brings_back_its_recipe_and_says_what_was_done(
    tmp_path: Path, suffix: str, quick: None
) -> None:
    options = PictureOptions(suffix, 64, enlarge=2, cutout="transparent", crop="avatar")
    finished = finish(finishing(SMALL, options, FINDER.find))
    path = tmp_path / f"face.{suffix}"
    save_finished(path, finished, RECIPE)
    assert read_file(path).recipe == RECIPE
    facts = image_facts(path.read_bytes())
    assert facts is not None
    assert facts.is_synthetic
    assert facts.history == "enlarged 2 times by Real-ESRGAN x4plus; background removed; cropped to the head"
