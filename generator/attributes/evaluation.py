"""What the named directions really do, on faces that had no part in fitting them: the tables in the docs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.experiment import PSI, Experiment, Outcomes
from generator.attributes.goals import SIDE_EFFECT, Goal, goal_of
from generator.progress import Job
from generator.recipe.directions import DirectionLibrary, NamedDirection

AMOUNTS = (-3.0, -1.5, 0.0, 1.5, 3.0)  # of the slider
FACES = 16
CHECK_SEEDS = range(900_001, 900_001 + FACES)  # held out: fitting draws its seeds elsewhere
SPREAD_SEEDS = range(1000, 1200)  # the standard deviation of an attribute is that of these faces at psi 0.9
SPREAD_PSI = 0.9
STRANGER = 0.5  # distance of the embedding from the unmoved face beyond which the person starts to be another


@dataclass(frozen=True)
class Effect:
    """The effect of one direction, averaged over faces, in standard deviations of each attribute."""

    name: str  # of the direction, and of the attribute it is for
    attributes: tuple[str, ...]
    amounts: tuple[float, ...]
    curves: Values  # [amounts, A]: mean change against the unmoved faces
    strangeness: Values  # [amounts] median distance of the embedding from that of the unmoved face
    apart: Values  # [amounts] median distance of the embedding from that at the opposite amount

    @property
    def column(self) -> int:
        """Of the attribute it is for."""
        return self.attributes.index(self.name)

    @property
    def goal(self) -> Goal:
        return goal_of(self.name)

    @property
    def moves(self) -> Values:
        """Change of each attribute from the lowest amount to the highest, [A]."""
        return np.asarray(self.curves[-1] - self.curves[0])

    @property
    def own(self) -> float:
        return float(self.moves[self.column])

    def between(self, amount: float) -> float:
        """What the named attribute moves from -amount to +amount."""
        ends = np.interp([-amount, amount], self.amounts, self._own_curve)
        return float(ends[1] - ends[0])

    @property
    def excess(self) -> float:
        """The worst side effect, as a multiple of what it may be."""
        limits = np.array([self.goal.side_effect(name) for name in self.attributes])
        return float((np.abs(self.moves) / limits).max() / max(self.own, 1e-9))

    @property
    def worst_other(self) -> float:
        """The largest move among what anybody would notice and the direction must hold still."""
        moves = zip(self.attributes, self.moves, strict=True)
        held = (abs(move) for name, move in moves if self.goal.side_effect(name) <= SIDE_EFFECT)
        return float(max(held, default=0.0))

    @property
    def is_monotonic(self) -> bool:
        return bool((np.diff(self._own_curve) > 0).all())

    @property
    def is_confirmed(self) -> bool:
        return self.own >= self.goal.least and self.excess <= 1 and self.is_monotonic

    @property
    def limits(self) -> tuple[float, float]:
        """The amounts at which the person starts to be another; the ends of the slider where it never does."""
        zero = self.amounts.index(0.0)
        low = _crossing(self.amounts[zero::-1], self.strangeness[zero::-1], STRANGER)
        return low, _crossing(self.amounts[zero:], self.strangeness[zero:], STRANGER)

    def identity_at(self, effect: float) -> float:
        """Distance of the embeddings of the two amounts, opposite each other, that are `effect` apart in the named
        attribute; NaN if the slider does not reach so far."""
        zero = self.amounts.index(0.0)
        spans = (self._own_curve - self._own_curve[::-1])[zero:]
        inside = effect <= spans.max()
        return float(np.interp(effect, spans, self.apart[zero:])) if inside else float("nan")

    @property
    def identity(self) -> float:
        """Distance of the embeddings between -2 and +2."""
        return float(np.interp(2.0, self.amounts, self.apart))

    @property
    def _own_curve(self) -> Values:
        return np.asarray(self.curves[:, self.column])


def _crossing(amounts: Sequence[float], distances: Values, bound: float) -> float:
    """The amount at which growing distances first reach `bound`, or the last amount."""
    for i in range(1, len(amounts)):
        if distances[i] >= bound:
            share = (bound - distances[i - 1]) / (distances[i] - distances[i - 1])
            return float(round(amounts[i - 1] + share * (amounts[i] - amounts[i - 1]), 1))
    return float(amounts[-1])


def spread(experiment: Experiment, seeds: Sequence[int] = SPREAD_SEEDS) -> Job[Values]:
    """Standard deviation of each attribute over unmoved faces at psi 0.9, [A]."""
    found = yield from experiment.faces(seeds, SPREAD_PSI, "Measuring the variation of attributes")
    return np.asarray(np.maximum(np.nanstd(found.values, axis=0), 1e-9))


def effect_of(
    experiment: Experiment, entry: NamedDirection, deviations: Values, unmoved: Outcomes, seeds: Sequence[int]
) -> Job[Effect]:
    """Measure `entry` on the faces of `seeds`, `unmoved` before; deviations `[A]` from `spread`."""
    amounts = [amount for amount in AMOUNTS if amount]
    moved = yield from experiment.moves(entry.direction, amounts, seeds, f"Trying {entry.title}")
    zero = AMOUNTS.index(0.0)
    values = np.insert(moved.values, zero, unmoved.values, axis=0)
    people = np.insert(moved.embeddings, zero, unmoved.embeddings, axis=0)
    return Effect(
        entry.direction.name,
        experiment.measure.names,
        AMOUNTS,
        np.nanmean(values - unmoved.values, axis=1) / deviations,
        _apart(people, unmoved.embeddings),
        _apart(people, people[::-1]),
    )


def _apart(people: Values, others: Values) -> Values:
    """Median over faces of the distances of `[amounts, faces, E]` from `others`, [amounts]."""
    return np.asarray(np.median(np.linalg.norm(people - others, axis=-1), axis=-1))


def checking(
    experiment: Experiment, library: DirectionLibrary, seeds: Sequence[int] = CHECK_SEEDS
) -> Job[tuple[Effect, ...]]:
    """The effect of every direction of `library` on held-out faces."""
    deviations = yield from spread(experiment)
    unmoved = yield from experiment.faces(seeds, PSI, "Measuring unmoved faces")
    effects = []
    for entry in library.entries:
        if entry.direction.name in experiment.measure.names:
            effects.append((yield from effect_of(experiment, entry, deviations, unmoved, seeds)))
    return tuple(effects)
