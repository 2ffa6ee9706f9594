"""The speed at which pictures change evenly along the straight path, measured on pictures.

Equal steps in W+ are far from equal to the eye. Here the places of frames are moved along the path until the mean
absolute differences of neighbouring pictures are nearly equal: equidistribution, as for grids (de Boor 1973), with the
distances of pictures as what each step should have the same of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from generator.errors import MotionError
from generator.motion.frames import Frames, WPlus
from generator.motion.timeline import Timeline
from generator.progress import Job, Progress
from generator.recipe.recipe import Floats, Recipe, pack

SIDE = 128  # pixels of the previews to measure on; 64 lack the fine texture, whose steps are others
EVEN = 1.3  # the largest step, in mean steps
_AIMED = 1.2  # on previews, so that full images are even as well
_ROUNDS = 5  # of measuring every step at most; two are usual

Pixels = NDArray[np.uint8]  # [H, W, 3]
Places = NDArray[np.float64]


def pacing(timeline: Timeline, w_plus: WPlus, render: Callable[[Recipe], Pixels], fps: float) -> Job[Timeline]:
    """`timeline` on the path "even", with its pace: the places whose pictures are equally far apart at `fps`.

    render: of a recipe, uint8 `[H, W, 3]`; a preview of `SIDE` pixels will do.
    Measured are the faces alone: lanes go by the clock. The easings of the faces have no effect on this path, and when
    a face between the first and the last is shown follows from the pictures. The result is the best of a few rounds;
    faces that all look the same get the pace of the straight path. Raises `MotionError` if there are fewer than two
    faces, or no frames between them.
    """
    steps = _steps(timeline, fps)
    rounds = [max(steps // 4, 1), max(steps // 2, 1), *[steps] * _ROUNDS]  # coarse ones first, which cost less
    places, best, least = np.linspace(0, 1, rounds[0] + 1), np.linspace(0, 1, steps + 1), np.inf
    for turn, after in enumerate([*rounds[1:], steps]):
        recipes = _frames_at(places, timeline, w_plus)
        sizes = yield from _measuring(recipes, render, len(places) - 1, (sum(rounds[:turn]), sum(rounds)))
        unevenness = _unevenness(sizes) if len(sizes) == steps else np.inf
        if unevenness < least:
            best, least = places, unevenness
        if unevenness <= _AIMED:
            break
        places = _evened(places, sizes, after)
    return replace(timeline, path="even", pace=pack(best.astype(np.float32)))


def step_sizes(pictures: Sequence[Pixels]) -> Floats:
    """The mean absolute difference of each picture, uint8 `[H, W, 3]`, from the one before, float32 `[N - 1]`."""
    return np.array([_difference(before, after) for before, after in pairwise(pictures)], np.float32)


def _steps(timeline: Timeline, fps: float) -> int:
    """How many steps there are between the frames of the path."""
    if len(timeline.keyframes) < 2:
        raise MotionError("An even pace needs at least two faces; add one.")
    count = timeline.frame_count(fps)
    span = timeline.keyframes[-1].time - timeline.keyframes[0].time
    steps = count - 1 if timeline.loop else round(span * fps)
    if steps < 1:
        raise MotionError("An even pace needs at least two frames from one face to the next; make it longer.")
    return steps


def _frames_at(places: Places, timeline: Timeline, w_plus: WPlus) -> Iterator[Recipe]:
    """The faces, without lanes, at the places of the path."""
    bare = replace(timeline, path="even", lanes=(), pace=pack(places.astype(np.float32)))
    frames, start = Frames(bare, w_plus), timeline.keyframes[0].time
    end = start + timeline.duration if timeline.loop else timeline.keyframes[-1].time
    return (frames.recipe(float(time)) for time in np.linspace(start, end, len(places)))


def _measuring(
    recipes: Iterator[Recipe], render: Callable[[Recipe], Pixels], steps: int, done: tuple[int, int]
) -> Job[Floats]:
    """`step_sizes` of the recipes' pictures, of which only two are kept. done: pictures before, and of all rounds."""
    sizes = np.zeros(steps, np.float32)
    before = render(next(recipes))
    for index, recipe in enumerate(recipes):
        yield Progress(done[0] + index, done[1], "Measuring how much the pictures change")
        after = render(recipe)
        sizes[index] = _difference(before, after)
        before = after
    return sizes


def _difference(before: Pixels, after: Pixels) -> float:
    return float(np.abs(before.astype(np.int16) - after).mean())


def _unevenness(sizes: Floats) -> float:
    """The largest step in mean steps; 1 = all are equal, or there is none."""
    mean = float(sizes.mean())
    return float(sizes.max()) / mean if mean else 1.0


def _evened(places: Places, sizes: Floats, steps: int) -> Places:
    """`steps` steps of equal picture distance, if pictures change evenly within each of those measured."""
    way = np.concatenate([[0.0], np.cumsum(sizes, dtype=np.float64)])
    if not way[-1]:
        return np.linspace(0, 1, steps + 1)
    rising = np.concatenate([[True], np.diff(way) > 0])
    wanted = np.linspace(0, way[-1], steps + 1)[1:-1]
    return np.array([0.0, *np.interp(wanted, way[rising], places[rising]), 1.0])
