"""Cutting out: the person stays whole, the edge follows the picture, and no background shines through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, features

from generator.errors import ExportError
from generator.faces.finder import FaceFinder, SeenFace
from generator.formats.picture_options import PictureOptions
from generator.pictures.alpha import alpha_of, foreground_of
from generator.pictures.background import LARGEST, read_background
from generator.pictures.cutout import covering, cut_out
from generator.pictures.guided_filter import Floats, box_mean, guided_filter
from tests.support.bounds import bounded

IMAGES = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")["images"]


@pytest.fixture(scope="module")
def face() -> SeenFace:
    seen = FaceFinder().find(IMAGES[0])
    assert seen is not None
    return seen


@pytest.fixture(scope="module")
def picture(face: SeenFace) -> Floats:
    return face.pixels.astype(np.float32) / np.float32(255)


@pytest.fixture(scope="module")
def alpha(face: SeenFace, picture: Floats) -> Floats:
    return alpha_of(picture, face.mask)


@pytest.mark.parametrize("radius", [1, 3, 40])
def test_a_box_mean_is_that_of_the_pixels_in_the_box(radius: int) -> None:
    values = np.random.RandomState(0).rand(12, 17, 2).astype(np.float32)
    means = box_mean(values, radius)
    for y, x in ((0, 0), (5, 9), (11, 16)):
        box = values[max(y - radius, 0) : y + radius + 1, max(x - radius, 0) : x + radius + 1]
        np.testing.assert_allclose(means[y, x], box.mean(axis=(0, 1)), rtol=1e-4)


def test_the_guided_filter_is_the_linear_model_of_its_paper() -> None:
    """Equation 19 solved by numpy for one window that is the whole picture."""
    dice = np.random.RandomState(0)
    guide, values = dice.rand(6, 6, 3).astype(np.float32), dice.rand(6, 6).astype(np.float32)
    flat, p = guide.reshape(-1, 3).astype(np.float64), values.reshape(-1).astype(np.float64)
    covariance = np.cov(flat.T, bias=True) + 0.01 * np.eye(3)
    slope = np.linalg.solve(covariance, ((flat - flat.mean(0)) * (p - p.mean())[:, None]).mean(0))
    expected = p.mean() + (flat - flat.mean(0)) @ slope
    np.testing.assert_allclose(guided_filter(guide, values, 9, 0.01).reshape(-1), expected, atol=1e-4)


def test_a_rough_edge_of_the_mask_moves_to_the_edge_of_the_picture() -> None:
    picture = np.zeros((256, 256, 3), np.float32)
    picture[:, 128:] = (0.9, 0.6, 0.5)
    jagged = 126 + 4 * (np.arange(256)[:, None] % 8 < 4)
    alpha = alpha_of(picture, (np.arange(256) >= jagged).astype(np.float32))
    assert alpha[:, 128:].min() > 0.8
    assert alpha[:, :128].max() < 0.2


def test_the_face_is_opaque_and_the_corners_are_transparent(face: SeenFace, alpha: Floats) -> None:
    x, y = face.mesh[:, 0].astype(int).clip(0, 255), face.mesh[:, 1].astype(int).clip(0, 255)
    assert np.median(alpha[y, x]) == 1
    assert alpha[0, 0] == alpha[0, -1] == 0
    assert 0 <= alpha.min() < alpha.max() <= 1


def halo(colours: Floats, picture: Floats, alpha: Floats) -> float:
    """Mean difference, in 255ths, of what is seen at the edge on black from what the person's own colours would give:
    those of the opaque pixels near by. On white it is the same."""
    solid = (alpha > 0.98).astype(np.float32)
    weight = box_mean(solid, 6)
    own = box_mean(picture * solid[..., None], 6) / np.maximum(weight, 1e-6)[..., None]
    edge = (alpha > 0.05) & (alpha < 0.95) & (weight > 0.05)
    return float(255 * np.abs((colours - own) * alpha[..., None])[edge].mean())


@pytest.mark.parametrize(("background", "left"), [(0.0, 0.85), (1.0, 0.6)])  # dark hair differs little from black
def test_the_edge_has_less_halo_of_a_background_that_was_black_or_white(
    picture: Floats, alpha: Floats, background: float, left: float
) -> None:
    before = picture * alpha[..., None] + background * (1 - alpha[..., None])
    found = foreground_of(before, alpha)
    assert halo(found, before, alpha) < left * halo(before, before, alpha)
    again = found * alpha[..., None] + background * (1 - alpha[..., None])
    assert np.abs(again - before).mean() < 0.01  # both layers together are the picture


@pytest.mark.parametrize("background", [0.0, 1.0])
def test_a_person_of_one_colour_keeps_it_up_to_the_edge(alpha: Floats, background: float) -> None:
    colour = np.array([0.8, 0.5, 0.3], np.float32)
    picture = colour * alpha[..., None] + background * (1 - alpha[..., None])
    edge = (alpha > 0.1) & (alpha < 0.9)
    assert np.abs(foreground_of(picture, alpha) - colour)[edge].mean() < 0.02


def test_a_colour_is_exact_where_nobody_is(face: SeenFace, picture: Floats) -> None:
    done = cut_out(picture, face, PictureOptions(cutout="#3366aa"))
    assert done.shape == (256, 256, 3)
    np.testing.assert_allclose(255 * done[0, 0], (0x33, 0x66, 0xAA), atol=1e-3)


def test_a_larger_picture_is_cut_out_with_the_face_seen_in_the_smaller_one(face: SeenFace) -> None:
    large = np.asarray(Image.fromarray(face.pixels).resize((512, 512)), np.float32) / np.float32(255)
    done = cut_out(large, face, PictureOptions(cutout="transparent"))
    small = cut_out(face.pixels.astype(np.float32) / np.float32(255), face, PictureOptions(cutout="transparent"))
    assert done.shape == (512, 512, 4)
    assert np.abs(box_mean(done[..., 3], 1)[::2, ::2] - small[..., 3]).mean() < 0.02


def test_a_blurred_background_keeps_its_colours_and_loses_its_edges(face: SeenFace, picture: Floats) -> None:
    stripes = picture.copy()
    mask = face.mask > 0.5
    stripes[~mask] = np.where(np.arange(256) // 4 % 2, 1.0, 0.0)[None, :, None].repeat(256, 0).repeat(3, 2)[~mask]
    done = cut_out(stripes, face, PictureOptions(cutout="blur"))
    assert np.abs(done[:40, :20] - 0.5).max() < 0.2


def test_a_background_covers_the_picture_without_being_stretched() -> None:
    wide = np.zeros((10, 40, 3), np.float32)
    wide[:, 15:25] = 1
    assert covering(wide, 20, 20).shape == (20, 20, 3)
    assert covering(wide, 20, 20).min() > 0.9


def test_nobody_is_cut_out_of_a_picture_without_a_person(face: SeenFace, picture: Floats) -> None:
    nobody = SeenFace(np.full((256, 256, 3), 128, np.uint8), face.mesh, 1.0)
    nobody.__dict__["mask"] = np.zeros((256, 256), np.float32)
    with pytest.raises(ExportError, match="No person"):
        cut_out(picture, nobody, PictureOptions(cutout="white"))


def animated(path: Path) -> None:
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_of_an_animated_background_the_first_frame_is_taken(tmp_path: Path, suffix: str) -> None:
    animated(tmp_path / f"a.{suffix}")
    np.testing.assert_allclose(read_background(str(tmp_path / f"a.{suffix}"))[3, 4], (255, 0, 0), atol=3)


def test_a_transparent_background_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert (read_background(str(tmp_path / "a.png")) == 255).all()


def test_a_large_background_is_made_smaller_when_it_is_read(tmp_path: Path) -> None:
    Image.new("L", (LARGEST + 904, 10)).save(tmp_path / "a.png")
    assert read_background(str(tmp_path / "a.png")).shape[1] == LARGEST


@pytest.mark.skipif(not features.check("avif"), reason="no AVIF in this Pillow")
def test_what_is_no_background_is_told_in_a_sentence(tmp_path: Path) -> None:
    Image.new("1", (13500, 13500)).save(tmp_path / "bomb.png")
    Image.new("1", (9500, 9500)).save(tmp_path / "large.png")
    (tmp_path / "text.png").write_text("not a picture")
    (tmp_path / "cut.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    told = {
        "bomb.png": "too many pixels",
        "large.png": "9500 × 9500",
        "text.png": "no picture",
        "cut.jpg": "no picture",
        "missing.png": "There is no picture",
        ".": "could not be read",
    }
    for name, words in told.items():
        with bounded(), pytest.raises(ExportError, match=words):
            read_background(str(tmp_path / name))


def test_a_colour_with_a_typing_error_is_recognised() -> None:
    with pytest.raises(ExportError, match="did you mean white"):
        read_background("whyte")
