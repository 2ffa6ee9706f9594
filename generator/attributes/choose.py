"""Try the candidates for one attribute on rendered faces, correct the best and scale it to its goal.

Regression predicts a move of a few sigma only roughly. So every candidate is moved as far as its goal asks, and what it
does beyond the prediction corrects the slopes for the next solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.experiment import Experiment, Outcomes
from generator.attributes.goals import Goal
from generator.attributes.knowledge import Knowledge
from generator.attributes.samples import direction_of
from generator.attributes.solve import Array
from generator.progress import Job

TRIAL_SEEDS = range(3_500_000, 3_500_008)
_FIRST = 0.9  # side effects that the first solution aims at, as parts of the tolerated
_AIMS = (0.8, 0.8, 0.7, 0.7)  # and the corrected ones; the last for all that follow
_SHARE = 0.7  # of the person in the price of a move
_NEAR = 0.6  # of the last move: where the price of the next one counts from
_DAMPING = 0.8  # of the corrections, which overshoot and swing otherwise
_ENDS = (-3.0, 3.0)  # amounts of a slider
_SPAN = _ENDS[1] - _ENDS[0]
_FARTHEST = 1.6  # times what the prediction says a move must be, at most: further out the picture breaks
_RESCALINGS = 1
_PARTS = (1.0, 0.9, 0.75, 0.5)  # of a move that is taken away from another


@dataclass(frozen=True)
class Trial:
    """A move and what it did between the two ends, on average over faces."""

    move: Array  # [D], one unit of the slider
    moves: Values  # [A] standard deviations
    turned: Values  # [E] mean change of the embedding
    distance: float  # median distance of the embeddings of the two ends

    def own(self, column: int) -> float:
        return float(self.moves[column])


@dataclass(frozen=True)
class Trials:
    """Where trials of one attribute take place."""

    experiment: Experiment
    deviations: Values
    goal: Goal

    @property
    def column(self) -> int:
        return self.experiment.measure.names.index(self.goal.name)

    @property
    def limits(self) -> Values:
        """How much each attribute shall move along at most, as a share of the goal's own, [A]."""
        return np.array([self.goal.aim(name) for name in self.experiment.measure.names])

    def excess(self, trial: Trial) -> float:
        """The worst side effect, as a multiple of what it may be."""
        return float((np.abs(trial.moves) / self.limits).max() / max(trial.own(self.column), 1e-9))

    def of(self, move: Array, seeds: Sequence[int]) -> Job[Trial]:
        """Move the faces of `seeds` to both ends."""
        config = self.experiment.config
        direction = direction_of(self.experiment.pca, self.goal.name, move, config.num_ws)
        found = yield from self.experiment.moves(direction, _ENDS, seeds, f"Trying {self.goal.name}")
        return trial_of(move, found, self.deviations)

    def price(self, trial: Trial) -> float:
        """What the trial costs at the effect the goal asks for: how much of the person, and of the others' stillness.

        The embedding's distance at the goal, made dearer by side effects beyond the tolerated share.
        """
        own = max(trial.own(self.column), 0.05 * self.goal.reach)
        distance = (trial.distance or 1.0) * self.goal.reach / own
        return float(distance**2 * max(self.excess(trial), 0.9) ** 1.5)


def trial_of(move: Array, found: Outcomes, deviations: Values) -> Trial:
    """Of the outcomes `[2, faces, ...]` of both ends."""
    low, high = found.embeddings
    changes = np.nanmean(found.values[1] - found.values[0], axis=0) / deviations
    distances = np.linalg.norm(high - low, axis=1)
    return Trial(move, changes, (high - low).mean(axis=0), float(np.median(distances)))


def choosing(trials: Trials, knowledge: Knowledge) -> Job[Trial]:
    """The best move for the goal: solved, tried, corrected by what it did, and scaled to the goal."""
    best = trial = yield from trials.of(_towards(trials, knowledge, _FIRST, None), TRIAL_SEEDS)
    for done in range(trials.goal.rounds):
        knowledge = knowledge.learnt(trial.move, trial.moves / _SPAN, trial.turned / _SPAN, _DAMPING)
        move = _towards(trials, knowledge, _AIMS[min(done, len(_AIMS) - 1)], best.move)
        trial = yield from trials.of(_limited(move, best.move), TRIAL_SEEDS)
        best = min(best, trial, key=trials.price)
    return (yield from _scaled(trials, best, trials.goal.reach))


def relieved(trials: Trials, trial: Trial, other: Array) -> Job[Trial]:
    """`trial` with the move `other` taken away, as much of it as leaves the lowest price, scaled to just what earns the
    name: to reach as far as before with what is left would break the picture."""
    tried = []
    for part in _PARTS:
        left = yield from trials.of(trial.move - part * other, TRIAL_SEEDS)
        tried.append((yield from _scaled(trials, left, 1.1 * trials.goal.least)))
    return min(tried, key=trials.price)


def _towards(trials: Trials, knowledge: Knowledge, tolerance: float, last: Array | None) -> Array:
    """The move of one unit of a slider that is predicted to reach the goal at its ends, not far from the `last`."""
    unit = trials.goal.reach / _SPAN
    near = None if last is None else _NEAR * last / unit
    return np.asarray(unit * knowledge.move(trials.goal.name, tolerance * trials.limits, _SHARE, near))


def _limited(move: Array, other: Array) -> Array:
    """`move`, but not much longer than `other`: an effect that saturates must not be chased out of the faces."""
    longest = float(_FARTHEST * np.linalg.norm(other) / np.linalg.norm(move))
    return np.asarray(move * min(1.0, longest))


def _scaled(trials: Trials, trial: Trial, reach: float) -> Job[Trial]:
    """`trial` made longer or shorter until its ends are `reach` standard deviations apart."""
    longest = float(_FARTHEST * np.linalg.norm(trial.move))
    for _ in range(_RESCALINGS):
        factor = reach / max(trial.own(trials.column), 1e-9)
        factor = min(factor, longest / float(np.linalg.norm(trial.move)))
        if 0.96 < factor < 1.04:
            break
        trial = yield from trials.of(trial.move * factor, TRIAL_SEEDS)
    return trial
