"""Eyes, symmetry and teeth: a known change to a rendered face changes the look that is meant for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.attributes.experiment import face
from generator.attributes.face import Face
from generator.cues import eyes, symmetry, teeth
from generator.cues.cue import NAMES, Look
from generator.cues.evidence import Evidence
from generator.faces.finder import FaceFinder
from generator.networks import Generator
from generator.render.engine import Engine

MARKED = json.loads((Path(__file__).with_name("marked.json")).read_text(encoding="utf-8"))["rows"]
LOOKS = {"symmetry": symmetry.look, "teeth": teeth.look, "eyes": eyes.look}
FRONTAL, TURNED, SERIOUS, SMILING = 7_000_170, 7_000_199, 7_000_273, 7_000_126
CLEAR = {"symmetry": 7_000_074, "teeth": 7_000_187, "eyes": 7_000_001}  # the flaw of each row, hard to miss

Pixels = np.ndarray


class Faces:
    """Rendered faces at psi 1, each seen once."""

    def __init__(self, generator: Generator) -> None:
        self._engine, self._found = Engine(generator, "cpu"), dict[int, Evidence]()

    def __getitem__(self, seed: int) -> Evidence:
        if seed not in self._found:
            self._found[seed] = seen(self._engine.render(face(seed, 1.0)))
        return self._found[seed]


@pytest.fixture(scope="module")
def rendered(faces: Generator) -> Faces:
    return Faces(faces)


def seen(pixels: Pixels) -> Evidence:
    finder = FaceFinder()
    found = finder.find(np.ascontiguousarray(pixels))
    assert found is not None
    return Evidence(Face(finder.steady(found)))


def score(look: Look) -> float:
    assert look.score is not None
    return look.score


def middle(look: Look) -> tuple[float, float]:
    assert look.box is not None
    left, top, right, bottom = look.box
    return (left + right) / 2, (top + bottom) / 2


@pytest.mark.parametrize("row", LOOKS)
def test_a_face_with_a_clear_flaw_scores_above_one_without(rendered: Faces, row: str) -> None:
    flawed, clean = (score(LOOKS[row](rendered[seed])) for seed in (CLEAR[row], SMILING))
    assert flawed > clean + 1


def test_one_earring_makes_both_sides_differ_and_is_where_it_is_hot(rendered: Faces) -> None:
    evidence = rendered[FRONTAL]
    x, y = evidence.face.seen.mesh[[93, 132], :2].mean(axis=0)  # before the right ear
    with_earring = evidence.pixels.copy()
    spot = np.hypot(*(np.mgrid[:256, :256][::-1] - np.array([x - 6, y + 10])[:, None, None])) < 5
    with_earring[spot] = (255, 255, 255)
    before, after = symmetry.look(evidence), symmetry.look(seen(with_earring))
    assert score(after) > score(before) + 0.5


def test_a_face_that_is_its_own_mirror_image_is_more_symmetric(rendered: Faces) -> None:
    pixels = rendered[FRONTAL].pixels
    mirrored = np.concatenate([pixels[:, :128], pixels[:, 127::-1]], axis=1)
    assert score(symmetry.look(seen(mirrored))) < score(symmetry.look(rendered[FRONTAL])) - 1


def test_an_iris_that_is_painted_lower_makes_the_eyes_differ(rendered: Faces) -> None:
    evidence = rendered[FRONTAL]
    x, y = evidence.face.seen.irises[0, 0, :2].astype(int)
    moved = evidence.pixels.copy()
    moved[y - 3 : y + 12, x - 9 : x + 10] = evidence.pixels[y - 8 : y + 7, x - 9 : x + 10]
    before, after = eyes.look(evidence), eyes.look(seen(moved))
    assert score(after) > score(before) + 0.5
    assert abs(middle(after)[1] - y) < 30


def test_lights_on_other_sides_of_large_irises_are_far_apart(rendered: Faces) -> None:
    small = rendered[FRONTAL]
    assert eyes.light_distance(small.face) is None  # 14 pixels hold no place
    large = seen(np.array(Image.fromarray(small.pixels).resize((640, 640), Image.Resampling.BICUBIC)))
    same, other = (eyes.light_distance(seen(lit(large, sides)).face) for sides in ((1, 1), (1, -1)))
    assert same is not None
    assert other is not None
    assert other > same + 0.5


def lit(evidence: Evidence, sides: tuple[int, int]) -> Pixels:
    """Both irises darkened, each with one light, to the right or left of its middle."""
    pixels = evidence.pixels.copy()
    grid = np.mgrid[: len(pixels), : len(pixels)][::-1]
    for iris, side in zip(evidence.face.seen.irises[:, :, :2], sides, strict=True):
        radius = np.linalg.norm(iris[1:] - iris[0], axis=1).mean()
        pixels[np.hypot(grid[0] - iris[0, 0], grid[1] - iris[0, 1]) < radius] = (60, 40, 30)
        light = iris[0] + [side * 0.45 * radius, 0]
        pixels[np.hypot(grid[0] - light[0], grid[1] - light[1]) < 0.2 * radius] = (255, 255, 255)
    return pixels


def test_teeth_missing_on_one_side_are_not_their_own_mirror_image(rendered: Faces) -> None:
    evidence = rendered[SMILING]
    mouth = evidence.face.regions.mouth.copy()
    columns = np.nonzero(mouth.any(axis=0))[0]
    mouth[:, int(columns.mean()) :] = False
    gap = evidence.view.copy()
    gap[mouth] = (60, 30, 30)
    before, after = teeth.look(evidence), teeth.look(seen(gap))
    assert score(after) > score(before) + 0.5


def test_what_cannot_be_seen_is_not_judged(rendered: Faces) -> None:
    assert teeth.look(rendered[SERIOUS]).reason == teeth.NO_TEETH
    for row, reason in (("symmetry", symmetry.PROFILE), ("eyes", symmetry.PROFILE), ("teeth", teeth.PROFILE)):
        look = LOOKS[row](rendered[TURNED])
        assert (look.score, look.reason, look.heat) == (None, reason, None)


def test_every_row_has_twenty_marked_faces_and_clean_ones_are_in_none() -> None:
    assert MARKED.keys() == {*NAMES, "clean"}
    assert MARKED["droplets"] == []
    assert all(len(set(MARKED[name])) >= 20 for name in NAMES if name != "droplets")
    assert len(set(MARKED["clean"])) >= 40
    assert not {seed for name in NAMES for seed in MARKED[name]} & set(MARKED["clean"])
