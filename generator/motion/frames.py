"""From a timeline to the recipe of any moment. Needs no torch: the caller gives what computes W+.

Every frame is an ordinary recipe, so that whatever renders, stores or edits faces does the same with frames.

The paths from face to face:

- "straight": the line between their W+. Visually the shortest way.
- "arc": slerp between their z (Shoemake 1985), which keeps to the sphere where z has its mass; only for faces that are
  a seed or a stored z. What was edited on them (mix, truncation, directions) changes evenly.
- "smooth": the Catmull-Rom curve through their W+, on which the velocity does not jump at a face; closed in a loop.
- "even": the straight path at a speed at which pictures change evenly, as `generator.motion.pace` has measured it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from generator.errors import MotionError
from generator.motion.paths import Segment, Weights, catmull_rom, line, segment_at, slerp
from generator.motion.timeline import LANES, Keyframe, Lane, Timeline, places_of
from generator.recipe.recipe import (
    Direction,
    DirectionEdit,
    Floats,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Source,
    Transform,
    Truncation,
)
from generator.recipe.seeds import z_from_seed

Real = TypeVar("Real", bound=np.floating[Any])
WPlus = Callable[[Recipe], Floats]  # the input of the synthesis network, float32 [num_ws, w_dim]


class Frames:
    """The frames of one timeline, for one model. What is computed of a face is kept."""

    def __init__(self, timeline: Timeline, w_plus: WPlus, z_dim: int | None = None) -> None:
        """w_plus: of a recipe, as `Engine.w_plus` computes it. z_dim: numbers of a z, for the path "arc"; None = those
        of a w, as in public models. Raises `MotionError` if no arc leads to one of the faces.

        Example:
            >>> from generator import checkpoint
            >>> from generator.motion.frames import Frames
            >>> from generator.motion.timeline import Timeline
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> from generator.render.engine import Engine
            >>> engine = Engine(checkpoint.load("model.safetensors"), "cpu")
            >>> timeline = Timeline().with_face(Recipe(source=SeedSource(85))).with_face(Recipe(source=SeedSource(1)))
            >>> frames = Frames(timeline, lambda recipe: engine.w_plus(recipe)[0].numpy())
            >>> engine.render(frames.recipe(0.5)).shape
            (32, 32, 3)
        """
        self._timeline, self._w_plus, self._z_dim = timeline, w_plus, z_dim
        self._faces = [face.recipe for face in timeline.keyframes]
        self._model = next((face.model for face in self._faces if face.model), "")
        self._times = [face.time for face in timeline.keyframes]
        self._lanes = [(lane, [key.time for key in lane.keys]) for lane in timeline.lanes if lane.is_active]
        self._period = timeline.duration if timeline.loop and timeline.duration else None
        self._kept: dict[Recipe, Floats] = {}
        if timeline.path == "arc":
            _check_arc(timeline.keyframes)

    def recipe(self, time: float) -> Recipe:
        """The recipe of the moment `time`, in seconds; before the start and after the end as it is there.

        At the time of a face, where no lane has an effect, it is the recipe of the face. In a loop the moments 0 and
        `duration` have the same one. Raises `MotionError` if the timeline has no face, or no arc leads from one to the
        next, and `RecipeError` or `LatentError` if a face does not fit the model.
        """
        if not self._faces:
            raise MotionError("The timeline has no face yet; add one.")
        time = min(max(time, 0.0), self._timeline.duration) if self._period is None else time % self._period
        values = [(lane, self._value(lane, times, time)) for lane, times in self._lanes]
        segment = self._segment(time)
        if not segment.share and not values:
            return self._faces[segment.first]
        psi = next((value for lane, value in values if lane.kind == "truncation"), None)
        recipe = self._on_arc(segment, psi) if self._timeline.path == "arc" else self._through_w_plus(segment, psi)
        return _beside(recipe, values)

    def _value(self, lane: Lane, times: Sequence[float], time: float) -> float:
        first, second, share = segment_at(times, time, self._period)
        here, there = lane.keys[first], lane.keys[second]
        value = here.value + here.easing.at(share) * (there.value - here.value)
        return _within(value, *LANES[lane.kind])

    def _segment(self, time: float) -> Segment:
        """Between which faces the moment lies; the share is that of the way, not of the time."""
        if self._timeline.path == "even":  # whose speed takes the place of the easings
            return segment_at(self._times, self._paced(time), self._period)
        first, second, share = segment_at(self._times, time, self._period)
        share = self._timeline.keyframes[first].easing.at(share)
        return Segment(second, second, 0.0) if share == 1 else Segment(first, second, share)

    def _paced(self, time: float) -> float:
        """The moment at which the straight path, without easings, has what the even one has at `time`."""
        places, start = places_of(self._timeline.pace), self._times[0]
        end = self._times[-1] if self._period is None else start + self._period
        if not places.size or start == end:
            return time
        time = time + end - start if time < start and self._period is not None else time
        place = np.interp(time, np.linspace(start, end, len(places)), places)
        return float(np.interp(place, (0.0, 1.0), (start, end)))

    def _through_w_plus(self, segment: Segment, psi: float | None) -> Recipe:
        """On the path straight, smooth or even: a combination of the faces' W+."""
        smooth = self._timeline.path == "smooth"
        weights = catmull_rom(self._times, segment, self._period) if smooth else line(segment)
        w_plus = _combined([self._face(index, psi) for index in weights], weights)
        return self._made(w_plus, segment, weights)

    def _face(self, index: int, psi: float | None) -> Floats:
        """W+ of a face, truncated by `psi` instead of its own. Each step from z to W+ is linear in psi, so the faces of
        two psi give those of all."""
        recipe = self._faces[index]
        if psi is None:
            return self._computed(recipe)
        average, whole = (
            self._computed(replace(recipe, truncation=replace(recipe.truncation, psi=end))) for end in (0.0, 1.0)
        )
        return average + psi * (whole - average)

    def _on_arc(self, segment: Segment, psi: float | None) -> Recipe:
        """On the path arc: mapped from the arc in z, then mixed, truncated and moved by what lies between the faces."""
        weights, share = line(segment), segment.share
        z = slerp(self._z(segment.first), self._z(segment.second), share) if share else self._z(segment.first)
        mapped = self._w_plus(self._plain(LatentSource.from_array("z", z)))
        average = self._computed(replace(self._plain(self._faces[0].source), truncation=Truncation(0.0)))
        mixed = mapped + _combined([self._mixed_in(self._faces[index].mix, mapped) for index in weights], weights)
        kept = _combined([_psi_of(self._faces[index].truncation, psi, len(mapped)) for index in weights], weights)
        if np.array_equal(average, self._computed(self._plain(self._faces[0].source))):
            kept = np.ones_like(kept)  # the model has no W, and truncates nothing
        made = self._made(average + kept * (mixed - average), segment, weights)
        return replace(made, directions=self._moves(weights))

    def _mixed_in(self, mix: Mix | None, mapped: Floats) -> Floats:
        """What style mixing adds to a W+."""
        if mix is None:
            return np.zeros_like(mapped)
        share = np.zeros((len(mapped), 1), np.float32)
        share[: len(mix.weights), 0] = mix.weights[: len(mapped)]
        return share * (self._computed(self._plain(mix.source)) - mapped)

    def _moves(self, weights: Weights) -> tuple[DirectionEdit, ...]:
        """The faces' moves along directions, each with its part of the weight."""
        amounts: dict[Direction, float] = {}
        for index, weight in weights.items():
            for edit in self._faces[index].directions:
                amounts[edit.direction] = amounts.get(edit.direction, 0.0) + weight * edit.amount
        return tuple(DirectionEdit(direction, _sigma(amount)) for direction, amount in amounts.items())

    def _z(self, index: int) -> Floats:
        source = self._faces[index].source
        if isinstance(source, SeedSource):
            return z_from_seed(source.seed, self._z_dim or self._computed(self._faces[index]).shape[1])
        return source.array

    def _made(self, w_plus: Floats, segment: Segment, weights: Weights) -> Recipe:
        """The recipe of a W+ between faces. Noise has no between: it is that of the face before."""
        transform = _transform([self._faces[index].transform for index in weights], weights)
        made = self._plain(LatentSource.from_array("w+", w_plus))
        return replace(made, noise=self._faces[segment.first].noise, transform=transform)

    def _plain(self, source: Source) -> Recipe:
        """The recipe of `source` as it is, neither truncated nor edited."""
        return Recipe(self._model, source, Truncation(1.0))

    def _computed(self, recipe: Recipe) -> Floats:
        if recipe not in self._kept:
            self._kept[recipe] = self._w_plus(recipe)
        return self._kept[recipe]


def _beside(recipe: Recipe, values: Sequence[tuple[Lane, float]]) -> Recipe:
    """`recipe` with what the lanes say beside its truncation."""
    for lane, value in values:
        if lane.direction is not None:
            recipe = recipe.with_amount(lane.direction, _sigma(recipe.amount(lane.direction) + value))
        elif lane.kind == "noise":
            recipe = replace(recipe, noise=Noise("random", int(value)))
        elif lane.kind in ("x", "y", "degrees"):
            recipe = replace(recipe, transform=replace(recipe.transform, **{lane.kind: value}))
    return recipe


def _check_arc(keyframes: Sequence[Keyframe]) -> None:
    for number, face in enumerate(keyframes, 1):
        source = face.recipe.source
        if source.label is not None if isinstance(source, SeedSource) else source.space != "z":
            raise MotionError(
                f"No arc leads to {face.name[:80] or f'face {number}'}: it is neither a seed, without a class, nor a "
                "stored z; use the path straight, smooth or even."
            )


def _psi_of(truncation: Truncation, psi: float | None, layers: int) -> Floats:
    """psi of each layer, float32 `[layers, 1]`, by that of `truncation` unless another is given."""
    values = np.ones((layers, 1), np.float32)
    values[: truncation.cutoff] = truncation.psi if psi is None else psi
    return values


def _transform(transforms: Sequence[Transform], weights: Weights) -> Transform:
    """The same combination of transforms as of faces, as far as a recipe can have it."""
    rows = [np.array([each.x, each.y, each.degrees]) for each in transforms]
    values = zip(("x", "y", "degrees"), _combined(rows, weights), strict=True)
    return Transform(**{kind: _within(float(value), *LANES[kind]) for kind, value in values})


def _combined(arrays: Sequence[NDArray[Real]], weights: Weights) -> NDArray[Real]:
    """Their sum, each with its weight, in their own precision."""
    stacked = np.stack(arrays)
    return np.asarray(np.einsum("i,i...", np.array(list(weights.values()), stacked.dtype), stacked))


def _sigma(amount: float) -> float:
    return _within(amount, *LANES["direction"])


def _within(value: float, low: float, high: float) -> float:
    """`value`, no further than a recipe can have it: curves may lead beyond their keys."""
    return min(max(value, low), high)
