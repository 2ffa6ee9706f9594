"""The even pace: pictures that change by equal steps, as measured on pictures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generator.errors import MotionError
from generator.motion.easing import HOLD
from generator.motion.frames import Frames
from generator.motion.pace import EVEN, pacing, step_sizes
from generator.motion.timeline import Key, Lane, Timeline, places_of
from generator.progress import finish
from generator.recipe.recipe import Floats, LatentSource, Recipe

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def face(value: float) -> Recipe:
    """A face whose W+ is one number."""
    return Recipe(source=LatentSource.from_array("w", np.array([value], np.float32)))


def w_plus(recipe: Recipe) -> Floats:
    assert isinstance(recipe.source, LatentSource)
    return recipe.source.array * np.ones((2, 1), np.float32)


def render(recipe: Recipe) -> Pixels:
    """A picture that hardly changes at first, and quickly later."""
    grey = 40 * float(w_plus(recipe)[0, 0]) ** 3
    return np.full((8, 8, 3), grey + np.linspace(0, 1, 64).reshape(8, 8, 1), np.uint8)


def unevenness(timeline: Timeline, fps: float = 15) -> float:
    frames = Frames(timeline, w_plus)
    sizes = step_sizes([render(frames.recipe(time)) for time in timeline.frame_times(fps)])
    return float(sizes.max() / sizes.mean())


OPEN = Timeline().with_face(face(0)).with_face(face(1)).with_face(face(1.8))
LINE = OPEN.looping()
PACED = finish(pacing(LINE, w_plus, render, 15))


def test_step_sizes_are_mean_absolute_differences() -> None:
    pictures = [np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8), np.full((2, 2, 3), 250, np.uint8)]
    assert step_sizes(pictures).tolist() == [255, 5]
    assert step_sizes(pictures[:1]).tolist() == []


def test_the_largest_step_of_the_even_path_is_at_most_1_3_of_the_mean() -> None:
    assert unevenness(LINE) > 2
    assert unevenness(PACED) <= EVEN
    assert (PACED.path, PACED.keyframes, PACED.duration) == ("even", LINE.keyframes, LINE.duration)


def test_the_path_stays_and_a_loop_still_closes() -> None:
    frames = Frames(PACED, w_plus)
    assert frames.recipe(PACED.duration) == frames.recipe(0) == face(0)
    values = np.array([w_plus(frames.recipe(float(time)))[0, 0] for time in np.linspace(0, PACED.duration, 400)])
    turn = values.argmax()
    assert values[turn] == pytest.approx(1.8, abs=0.02)
    assert (np.diff(values[: turn + 1]) >= 0).all()
    assert (np.diff(values[turn:]) <= 0).all()


def test_an_open_path_is_paced_from_its_first_face_to_its_last() -> None:
    paced = finish(pacing(OPEN, w_plus, render, 15))
    frames = Frames(paced, w_plus)
    assert unevenness(paced) <= EVEN
    assert [frames.recipe(time) for time in (0, OPEN.duration)] == [face(0), face(1.8)]


def test_lanes_and_easings_are_left_out_of_the_measure() -> None:
    lane = Lane("truncation", (Key(0, 0.1), Key(1, 1)))
    assert finish(pacing(LINE.with_lane(lane).eased(0, HOLD), w_plus, render, 15)).pace == PACED.pace


def test_faces_that_look_the_same_get_the_pace_of_the_straight_path() -> None:
    same = Timeline().with_face(face(1)).with_face(face(1))
    places = places_of(finish(pacing(same, w_plus, render, 10)).pace)
    assert places == pytest.approx(np.linspace(0, 1, 21))


def test_a_picture_that_jumps_ends_the_rounds_all_the_same() -> None:
    def jumping(recipe: Recipe) -> Pixels:
        return np.full((2, 2, 3), 200 * (w_plus(recipe)[0, 0] > 0.5), np.uint8)

    paced = finish(pacing(LINE, w_plus, jumping, 10))
    assert places_of(paced.pace)[-1] == 1


def test_less_than_two_faces_or_frames_are_refused() -> None:
    with pytest.raises(MotionError, match="needs at least two faces"):
        finish(pacing(Timeline(duration=2).with_face(face(1)), w_plus, render, 15))
    with pytest.raises(MotionError, match="at least two frames"):
        finish(pacing(replace(LINE, loop=True).lasting(0.05), w_plus, render, 20))
