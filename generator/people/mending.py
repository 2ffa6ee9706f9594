"""The smallest step along the model's directions that puts a face within what is wished, and trying it.

The directions are those named like the wished measures, so that what was done is seen on sliders; where a measure has
none, the predictor's shortest way. What they do to each other's measures is part of the equations. Directions do
roughly what their tables say: every picture corrects the slopes (Broyden 1965).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.evaluation import SPREAD_PSI
from generator.attributes.solve import shortest
from generator.people.aim import Aim
from generator.people.predictor import TYPICAL_PSI, Predictor
from generator.progress import Job, Progress
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import Direction, DirectionEdit, Recipe

ROUNDS = 3  # of moving a face and looking at it again
_NEARER = 0.9  # of the last miss: a face that does not come nearer is given up
_INSIDE = 0.1  # standard deviations that a step aims inside of a bound
_LIMITS = (-3.0, 3.0)  # where a direction's own were not measured: the ends of a slider
_ENDS = 6.0  # sigma between those that a direction's table of effects compares
_SLACK = 3e-3  # inverse price of missing a bound by a standard deviation; what cannot be met must not break the rest
_DIGITS = 2  # of an amount, as a slider shows it
_LEAST = 0.05  # sigma; what nobody would see is left out

Measured = Callable[[Recipe, Values], Values]  # what a recipe's picture measures, [A], from what is expected of it


class Rejected(Exception):
    """A face is not who is looked for, and why in a word: a measure that it misses, "unseen", "alike" or a cue."""


@dataclass(frozen=True, eq=False)
class Controls:
    """Directions that a face may be moved along, and what they do. A measures, E directions."""

    predictor: Predictor
    directions: tuple[Direction, ...]
    slopes: Values  # [A, E] change of each measure, in its unit, with one sigma of each direction
    limits: Values  # [E, 2] least and greatest amount

    def amounts(self, aim: Aim, values: Values, amounts: Values) -> Values:
        """The least amounts `[E]` that bring a face from `values` `[A]`, which it has with `amounts`, within `aim`;
        as near as the limits allow."""
        wished, scale, inner = aim.wished, self.scale[aim.wished], aim.widened(-_INSIDE * self.scale)
        slopes = self.slopes[wished] / scale[:, None]
        unmoved = values[wished] / scale - slopes @ amounts
        low, high = inner.low[wished] / scale - unmoved, inner.high[wished] / scale - unmoved
        box = np.eye(len(self.directions))
        normals = np.concatenate([slopes, -slopes, box, -box])  # normals @ amounts <= ends
        ends = np.concatenate([high, -low, self.limits[:, 1], -self.limits[:, 0]])
        slack = np.where(np.arange(len(ends)) < 2 * len(wished), _SLACK, 0.0)
        bound = np.isfinite(ends)
        found = shortest(normals[bound], ends[bound], slack[bound])
        kept = np.round(np.clip(found, *self.limits.T), _DIGITS)
        return np.where(np.abs(kept) < _LEAST, 0.0, kept)

    def corrected(self, moved: Values, changed: Values) -> Controls:
        """With slopes that explain why `moved` `[E]` amounts `changed` the measures by `[A]`: Broyden's update."""
        error = np.nan_to_num(changed - self.slopes @ moved)
        return replace(self, slopes=self.slopes + np.outer(error, moved) / max(float(moved @ moved), 1e-12))

    def applied(self, base: Recipe, amounts: Values) -> Recipe:
        """`base` moved by `amounts` `[E]`."""
        pairs = zip(self.directions, map(float, amounts), strict=True)
        return replace(base, directions=tuple(DirectionEdit(each, amount) for each, amount in pairs if amount))

    @property
    def scale(self) -> Values:
        """What a standard deviation of each measure is, `[A]`."""
        return self.predictor.scale.astype(np.float64)


def controls_of(aim: Aim, predictor: Predictor, library: DirectionLibrary) -> Controls:
    """The directions for the measures of which something is wished."""
    names = [predictor.names[place] for place in aim.wished]
    known = {entry.name: entry for entry in library.entries if entry.effect}
    found = [_named(known[name], predictor) if name in known else _shortest_way(name, predictor) for name in names]
    slopes, limits = [slope for _, slope, _ in found], [limit for _, _, limit in found]
    return Controls(
        predictor,
        tuple(direction for direction, _, _ in found),
        np.array(slopes, np.float64).reshape(-1, len(predictor.names)).T,
        np.array(limits, np.float64).reshape(-1, 2),
    )


def _named(entry: NamedDirection, predictor: Predictor) -> tuple[Direction, Values, tuple[float, float]]:
    """A direction of the library, with its slopes by its table of effects and its limits.

    The table is in standard deviations over faces of a wider psi than the predictor's.
    """
    effects = dict(entry.effects)
    moves = np.array([effects.get(name, 0.0) for name in predictor.names])
    return entry.direction, moves / _ENDS * predictor.scale * SPREAD_PSI / TYPICAL_PSI, entry.limits or _LIMITS


def _shortest_way(name: str, predictor: Predictor) -> tuple[Direction, Values, tuple[float, float]]:
    """The predictor's direction, named like the measure, with what its linear part says of the others."""
    direction, _ = predictor.toward(name)
    step = predictor.slopes[:, predictor.index(name)].astype(np.float64)
    return direction, predictor.scale * (step @ predictor.slopes) / max(float(np.linalg.norm(step)), 1e-12), _LIMITS


@dataclass(frozen=True, eq=False)
class Mended:
    """A face within what is wished."""

    recipe: Recipe
    values: Values  # [A]


def mending(
    base: Recipe, predicted: Values, aim: Aim, controls: Controls, measured: Measured, at: Progress
) -> Job[Mended]:
    """Look at a face, and move it as long as that brings it nearer; `at` is yielded before each picture.

    predicted: `[A]` of the unmoved face. The first picture is already moved where that is outside by more than
    predictions are usually wrong. Raises `Rejected` with the measure that it misses most.
    """
    doubt = controls.predictor.residual.astype(np.float64)
    values, amounts, goal, worst = predicted, np.zeros(len(controls.directions)), aim.widened(doubt), np.inf
    for number in range(1 + ROUNDS):
        yield at
        moved = controls.amounts(goal, values, amounts)
        recipe = controls.applied(base, moved)
        found = measured(recipe, values + controls.slopes @ (moved - amounts))
        missed = aim.missed(found) / controls.scale
        if not missed.any():
            return Mended(recipe, found)
        if np.isinf(missed).any() or missed.max() > _NEARER * worst:
            break
        controls = controls.corrected(moved - amounts, found - values) if number else controls
        values, amounts, goal, worst = found, moved, aim, float(missed.max())
    raise Rejected(controls.predictor.names[int(missed.argmax())])
