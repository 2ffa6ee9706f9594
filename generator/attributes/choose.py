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

TRIAL_SEEDS = range(3_500_000, 3_500_012)
_FIRST_SEEDS = TRIAL_SEEDS[:6]  # enough to choose a method
_SHARES = (0.5, 0.9)  # of the person in the price of a move
_ROUNDS = ((0.2, 0.9), (0.1, 0.9), (0.2, 0.97), (0.1, 0.7))  # bound of side effects, share of the person
_DAMPING = 0.7  # of the corrections, which overshoot and swing otherwise
_ENDS = (-3.0, 3.0)  # amounts of a slider
_FARTHEST = 1.6  # times what the prediction says a move must be, at most: further out the picture breaks
_RESCALINGS = 3
_MARGIN = 1.08  # above the goal, for other faces


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
    def others(self) -> Values:
        """Whether the goal holds each attribute still, [A]."""
        return np.array([self.goal.holds(name) for name in self.experiment.measure.names])

    def bounds(self, tolerance: float) -> Values:
        return np.where(self.others, tolerance, np.inf)

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
        own = trial.own(self.column)
        if own <= 0.2 * self.goal.least:
            return np.inf
        worst = np.abs(np.where(self.others, trial.moves, 0)).max() / own
        reach = min(own / self.goal.least, 1.0)
        distance = (trial.distance or 1.0) / reach
        return float(distance * max(worst / self.goal.side_effect, 0.85) ** 1.5 / reach)


def trial_of(move: Array, found: Outcomes, deviations: Values) -> Trial:
    """Of the outcomes `[2, faces, ...]` of both ends."""
    low, high = found.embeddings
    changes = np.nanmean(found.values[1] - found.values[0], axis=0) / deviations
    distances = np.linalg.norm(high - low, axis=1)
    return Trial(move, changes, (high - low).mean(axis=0), float(np.median(distances)))


def choosing(trials: Trials, knowledge: Knowledge) -> Job[Trial]:
    """The best move for the goal: the method chosen, side effects corrected, scaled to the goal."""
    candidates = []
    for by_groups in (False, True):
        for share in _SHARES:
            move = _towards(trials, knowledge, 0.15, share, by_groups)
            candidates.append(((yield from trials.of(move, _FIRST_SEEDS)), by_groups))
    start, by_groups = min(candidates, key=lambda pair: trials.price(pair[0]))
    best = yield from _corrected(trials, knowledge, start, by_groups)
    return (yield from _scaled(trials, best))


def _towards(trials: Trials, knowledge: Knowledge, tolerance: float, share: float, by_groups: bool) -> Array:
    """The move of one unit of a slider that is predicted to reach the goal at its ends."""
    move = knowledge.move(trials.goal.name, trials.bounds(tolerance), share, by_groups)
    return np.asarray(move * trials.goal.least / (_ENDS[1] - _ENDS[0]))


def _corrected(trials: Trials, knowledge: Knowledge, start: Trial, by_groups: bool) -> Job[Trial]:
    """The best of several solutions, each with what the ones before it did."""
    trial = best = yield from trials.of(start.move, TRIAL_SEEDS)
    for tolerance, share in _ROUNDS:
        if trial.own(trials.column) <= 0:
            break
        span = _ENDS[1] - _ENDS[0]
        knowledge = knowledge.learnt(trial.move, trial.moves / span, trial.turned / span, _DAMPING)
        move = _towards(trials, knowledge, tolerance, share, by_groups)
        trial = yield from trials.of(_limited(move, best.move), TRIAL_SEEDS)
        best = min(best, trial, key=trials.price)
    return best


def _limited(move: Array, other: Array) -> Array:
    """`move`, but not much longer than `other`: an effect that saturates must not be chased out of the faces."""
    length = np.linalg.norm(move)
    return np.asarray(move * min(1.0, _FARTHEST * np.linalg.norm(other) / length))


def _scaled(trials: Trials, trial: Trial) -> Job[Trial]:
    """`trial` made longer or shorter until the ends are as far apart as the goal asks."""
    longest = _FARTHEST * np.linalg.norm(trial.move)
    for _ in range(_RESCALINGS):
        factor = trials.goal.least * _MARGIN / max(trial.own(trials.column), 1e-9)
        factor = min(factor, longest / np.linalg.norm(trial.move))
        if 0.97 < factor < 1.03:
            break
        trial = yield from trials.of(trial.move * factor, TRIAL_SEEDS)
    return trial
