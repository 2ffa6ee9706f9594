"""What is measured of faces: pictures with a known change between them differ by it, and shipped directions move it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import weights
from generator.attributes import optional_packages as extra
from generator.attributes.attribute_model import FaceMeasurer
from generator.attributes.catalogue import APPARENT, MEASURES
from generator.attributes.distribution import SUFFIX, load
from generator.attributes.experiment import face
from generator.errors import DirectionError
from generator.faces.points import LEFT_EYE, RIGHT_EYE
from generator.networks import Generator
from generator.recipe.direction_files import library_of
from generator.recipe.recipe import DirectionEdit
from generator.render.engine import Engine

SEEDS = (85, 12, 31)
MEASURE = FaceMeasurer(apparent=False)
DISTRIBUTION = load(Path(weights.FACES).with_suffix(SUFFIX))
SPREAD = {name: DISTRIBUTION.spread(name) for name in MEASURE.names}
TURNED_BY_A_MIRROR = ("yaw", "roll", "gaze", "light")


class Faces:
    """Rendered faces and their measures by name."""

    def __init__(self, generator: Generator) -> None:
        self._engine = Engine(generator, "cpu")
        self._library = library_of(generator.hash)
        self._pictures: dict[tuple[object, ...], np.ndarray] = {}
        self._measures: dict[tuple[object, ...], dict[str, float]] = {}

    def picture(self, seed: int, name: str = "", amount: float = 0.0) -> np.ndarray:
        key = (seed, name, amount)
        if key not in self._pictures:
            edits = (DirectionEdit(self._library.find(name).direction, amount),) if name else ()
            self._pictures[key] = self._engine.render(face(seed, 0.7, *edits))
        return self._pictures[key]

    def moved(self, name: str, seed: int = 85) -> list[dict[str, float]]:
        return [self.seen(seed, name, -2.0), self.seen(seed), self.seen(seed, name, 2.0)]

    def seen(self, seed: int, name: str = "", amount: float = 0.0) -> dict[str, float]:
        """The measures of `picture`."""
        key = (seed, name, amount)
        if key not in self._measures:
            self._measures[key] = measured(self.picture(*key))
        return self._measures[key]


@pytest.fixture(scope="module")
def rendered(faces: Generator) -> Faces:
    return Faces(faces)


def measured(pixels: np.ndarray) -> dict[str, float]:
    return dict(zip(MEASURE.names, MEASURE(np.ascontiguousarray(pixels)).tolist(), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mirror_turns_pose_gaze_and_light_and_leaves_the_rest(rendered: Faces, seed: int) -> None:
    seen, mirrored = rendered.seen(seed), measured(rendered.picture(seed)[:, ::-1])
    for name, value in seen.items():
        expected = {name: value, "place-right": 1 - seen["place-right"]}[name]
        if name in TURNED_BY_A_MIRROR:
            expected = -value
        if name in ("eye-right", "eye-left"):
            expected = seen["eye-left" if name == "eye-right" else "eye-right"]
        assert mirrored[name] == pytest.approx(expected, abs=0.4 * SPREAD[name]), name


def test_a_turned_picture_leans_by_as_much(rendered: Faces) -> None:
    pixels = np.pad(rendered.picture(85), ((60, 60), (60, 60), (0, 0)), mode="edge")
    upright = measured(pixels)
    for degrees in (-30, 12):
        turned = measured(np.array(Image.fromarray(pixels).rotate(-degrees, Image.Resampling.BICUBIC)))
        assert turned["roll"] - upright["roll"] == pytest.approx(degrees, abs=1)
        for name in ("yaw", "pitch", "smile", "mouth-width", "eyes-open", "brow-height", "face-width", "hair"):
            assert turned[name] == pytest.approx(upright[name], abs=0.5 * SPREAD[name]), name


def test_the_scale_and_place_of_a_face_are_measured_and_change_nothing_else(rendered: Faces) -> None:
    pixels = rendered.picture(85)
    picture = np.pad(pixels, ((100, 156), (200, 56), (0, 0)), mode="edge")
    large = np.array(Image.fromarray(picture).resize((1024, 1024), Image.Resampling.BICUBIC))
    here, there = rendered.seen(85), measured(large)
    assert there["face-size"] == pytest.approx(here["face-size"] / 2, rel=0.03)
    assert there["place-right"] == pytest.approx((here["place-right"] * 256 + 200) / 512, abs=0.01)
    assert 1 - there["place-up"] == pytest.approx(((1 - here["place-up"]) * 256 + 100) / 512, abs=0.01)
    for name in ("yaw", "pitch", "roll", "smile", "teeth", "mouth-width", "eyes-open", "gaze", "face-width", "skin"):
        assert there[name] == pytest.approx(here[name], abs=0.5 * SPREAD[name]), name


@pytest.mark.parametrize(
    ("direction", "rising"),
    [("yaw", "yaw"), ("pitch", "pitch"), ("smile", "smile"), ("smile", "teeth"), ("smile", "mouth-width")]
    + [(name, name) for name in ("hair", "skin", "light", "warmth", "background", "clutter", "glasses")],
)
def test_a_shipped_direction_raises_what_it_is_for(rendered: Faces, direction: str, rising: str) -> None:
    seed = 12 if direction == "background" else 85  # that of 85 is nearly white
    low, middle, high = (values[rising] for values in rendered.moved(direction, seed))
    assert low < middle < high
    assert high - low > SPREAD[rising]


def test_turning_the_head_does_not_make_a_face_narrower(rendered: Faces) -> None:
    low, middle, high = (values["face-width"] for values in rendered.moved("yaw"))
    assert low == pytest.approx(middle, rel=0.05)
    assert high == pytest.approx(middle, rel=0.05)


def test_a_painted_change_of_colour_is_measured_where_it_is(rendered: Faces) -> None:
    pixels = rendered.picture(85)
    seen, values = MEASURE.seen(pixels)
    before = dict(zip(MEASURE.names, values, strict=True))
    assert seen is not None
    painted = pixels.copy()
    painted[seen.mask < 0.05] = (40, 60, 160)
    after = measured(painted)
    assert after["background-gold"] < -40
    assert after["clutter"] < before["clutter"] + 0.01
    for name in ("skin", "hair", "iris", "lip-red"):
        assert after[name] == pytest.approx(before[name], abs=0.3 * SPREAD[name]), name


def test_pupils_moved_to_the_right_of_the_picture_look_right(rendered: Faces) -> None:
    pixels = rendered.picture(85)
    gazes, seen = [], MEASURE.seen(pixels)[0]
    assert seen is not None
    for shift in (-3, 0, 3):
        moved = pixels.copy()
        for eye in (RIGHT_EYE, LEFT_EYE):
            (left, top), (right, bottom) = (f(seen.mesh[list(eye), :2], axis=0).astype(int) for f in (np.min, np.max))
            rows = slice(top, bottom + 2)
            moved[rows, left + 4 : right - 3] = pixels[rows, left + 4 - shift : right - 3 - shift]
        gazes.append(measured(moved)["gaze"])
    assert gazes[0] < gazes[1] - 0.5 * SPREAD["gaze"]
    assert gazes[2] > gazes[1] + 0.5 * SPREAD["gaze"]


def test_a_picture_without_a_face_has_no_numbers() -> None:
    seen, values = MEASURE.seen(np.full((300, 200, 3), 90, np.uint8))
    assert seen is None
    assert np.isnan(values).all()
    assert values.shape == (len(MEASURE.names),)


def test_measures_have_names_of_their_own_words_for_both_ends_and_a_documented_range() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES) >= 30
    assert len({measure.title for measure in MEASURES}) == len(MEASURES)
    for measure in MEASURES:
        assert all((measure.title, measure.low, measure.high, measure.meaning, measure.group))
        if measure.measure is not None and inspect.getmodule(measure.measure):
            assert re.search(r"\d", inspect.getdoc(measure.measure) or "-1"), measure.name


def test_without_the_extra_apparent_measures_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "are_installed", lambda: False)
    assert set(FaceMeasurer().names) == {measure.name for measure in MEASURES} - set(APPARENT)


def test_asking_for_apparent_measures_without_the_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    if extra.are_installed():
        pytest.skip("the extra is installed")
    with pytest.raises(DirectionError, match=r'pip install "outis\[attributes\]"'):
        FaceMeasurer(apparent=True)


@pytest.mark.skipif(not extra.are_installed(), reason="the extra is not installed")
def test_apparent_age_is_in_years_and_needs_no_aligned_picture(rendered: Faces) -> None:
    measure = FaceMeasurer()
    aligned = dict(zip(measure.names, measure(rendered.picture(85)), strict=True))
    wide = dict(zip(measure.names, measure(np.pad(rendered.picture(85), ((0, 0), (300, 0), (0, 0)))), strict=True))
    assert 5 < aligned["age"] < 80
    assert wide["age"] == pytest.approx(aligned["age"], abs=3)
