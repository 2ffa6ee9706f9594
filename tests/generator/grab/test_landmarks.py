"""What can be held of a face beside the mesh: pupils, and where hair begins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from generator.faces.finder import FaceFinder, SeenFace
from generator.faces.points import HELD, HELD_COUNT, LEFT_EYE, PUPILS, RIGHT_EYE
from generator.grab.handles import handles
from generator.grab.landmarks import Shades, hairline, landmarks
from generator.grab.regions import Regions

IMAGES = np.load(Path(__file__).parents[2] / "data" / "seen-faces.npz")["images"]
TOP = 10  # of the mesh


@pytest.fixture(scope="module")
def seen() -> SeenFace:
    face = FaceFinder().find(IMAGES[0])
    assert face is not None
    return face


@pytest.fixture(scope="module")
def shades(seen: SeenFace) -> Shades:
    return Shades.of(seen, Regions.of(seen))


def test_every_point_has_a_place_and_the_pupils_lie_between_the_lids(seen: SeenFace, shades: Shades) -> None:
    points = landmarks(seen, shades)
    assert points.shape == (HELD_COUNT, 3)
    assert max(HELD.values()) == HELD_COUNT - 1
    for pupil, eye in zip(PUPILS, (RIGHT_EYE, LEFT_EYE), strict=True):
        low, high = seen.mesh[list(eye), :2].min(axis=0), seen.mesh[list(eye), :2].max(axis=0)
        assert (low - 1 < points[HELD[pupil], :2]).all()
        assert (points[HELD[pupil], :2] < high + 1).all()


def painted(seen: SeenFace, top: int, colour: torch.Tensor) -> torch.Tensor:
    """The picture with `colour` above the row `top`."""
    picture = torch.from_numpy(seen.pixels).permute(2, 0, 1)[None].float() / 255
    picture[..., :top, :] = colour[:, None, None]
    return picture


@pytest.mark.parametrize("above", [6, -8])
def test_the_hairline_is_where_skin_ends(seen: SeenFace, above: int) -> None:
    shades = Shades(torch.tensor([0.1, 0.1, 0.1]), torch.tensor([0.8, 0.6, 0.5]))
    row = int(seen.mesh[TOP, 1]) - above
    picture = painted(seen, row, shades.hair)
    picture[..., row:, :] = shades.skin[:, None, None]
    found = hairline(picture, torch.from_numpy(seen.mesh[:, :2]) / 256, shades)[0] * 256
    assert abs(float(found[1]) - row) < 2


def test_a_head_without_hair_has_its_hairline_at_the_edge_of_the_mesh(seen: SeenFace, shades: Shades) -> None:
    bald = Shades(torch.full((3,), torch.nan), shades.skin)
    points = landmarks(seen, bald)
    np.testing.assert_allclose(points[HELD["hairline"]], seen.mesh[TOP], atol=1e-3)
    assert np.isfinite(points).all()


def test_each_thing_that_hands_do_weighs_coordinates_of_all_points() -> None:
    weights = handles()
    assert weights.shape[1] == 2 * HELD_COUNT
    gaze = weights[:, 2 * HELD[PUPILS[0]]] != 0
    np.testing.assert_allclose(weights[gaze].sum(axis=1), 0, atol=1e-6)  # the eyes stay, the pupils move in them
