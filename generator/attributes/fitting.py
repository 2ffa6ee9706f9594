"""Fit the named directions of a model: measure faces, regress, try, correct, keep what a held-out check confirms.

Linear regression predicts a move of a few sigma only roughly, and a layer range changes it again. So every
direction is tried on rendered faces; what it moves beyond the prediction becomes an offset for the next solution.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.attributes.attribute_model import Values
from generator.attributes.catalogue import ATTRIBUTES, Attribute
from generator.attributes.evaluation import CHECK_SEEDS, Effect, checking, effect_of, spread
from generator.attributes.experiment import Experiment
from generator.attributes.regression import selective_move, sensitivities
from generator.progress import Job
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import MAX_LAYER, Layers
from generator.recipe.recipe import Direction, pack

FACES = 3000
FACES_PSI = 0.85  # wider than the faces people look at: the slopes must hold where a slider's end is
_FIRST_FACE = 1_000_000  # seeds of the measured faces, far from those of the check
_TRIAL_SEEDS = range(2_000_000, 2_000_016)
_RANGE_SEEDS = _TRIAL_SEEDS[:6]  # enough to choose a layer range
_END_AMOUNTS = (-3.0, 3.0)
_TOLERANCE = 0.15  # side effect allowed to the prediction: reality may add as much again
_DAMPING = 0.7  # of the corrections, which overshoot and swing otherwise
_ROUNDS = (0.15, 0.06, 0.1, 0.25)  # tolerances of the corrections: which is best depends on the attribute
_LAST = MAX_LAYER  # of any model
# Candidate layer ranges, chosen among by trial.
_RANGES = ((0, 2), (0, 3), (0, 5), (0, 7), (2, 7), (0, _LAST), (2, _LAST), (4, _LAST), (8, _LAST))


@dataclass(frozen=True)
class Trial:
    """A candidate and what it did on the trial faces."""

    entry: NamedDirection
    move: Values  # [k] in sigma of each component, raising its attribute by 1 in the prediction
    effect: Effect


@dataclass(frozen=True)
class Fit:
    """What is known before the first trial."""

    experiment: Experiment
    slopes: Values  # [k, A], attributes in standard deviations
    deviations: Values  # [A]

    def direction(self, name: str, move: Values, layers: tuple[int, int]) -> Direction:
        """The direction of `move` in W, scaled to one sigma of W along it."""
        pca = self.experiment.pca
        vector = (pca.sigma * move) @ pca.components
        unit = vector / np.linalg.norm(vector)
        sigma = np.linalg.norm(pca.sigma * (pca.components @ unit))
        last = min(layers[1], self.experiment.config.num_ws - 1)
        return Direction(name, pack(np.asarray(sigma * unit, np.float32)), Layers.span(layers[0], last))


def fitting(
    experiment: Experiment, model: str, faces: int = FACES, check_seeds: Sequence[int] = CHECK_SEEDS
) -> Job[DirectionLibrary]:
    """The library of the directions that the check on `check_seeds` confirms, with their measured effects."""
    fit = yield from _regress(experiment, faces)
    entries = []
    for attribute in ATTRIBUTES:
        if attribute.name in experiment.measure.names:
            entries.append((yield from _fit_one(fit, attribute)).entry)
    effects = yield from checking(experiment, DirectionLibrary(model, tuple(entries)), check_seeds)
    return confirmed(DirectionLibrary(model, tuple(entries), provenance(faces, len(check_seeds))), effects)


def confirmed(library: DirectionLibrary, effects: Sequence[Effect]) -> DirectionLibrary:
    """The directions of `library` whose effects earned their names, with the figures."""
    pairs = zip(library.entries, effects, strict=True)
    return replace(
        library, entries=tuple(_with_figures(entry, effect) for entry, effect in pairs if effect.is_confirmed)
    )


def provenance(faces: int, checked: int) -> str:
    """How the directions were made, for the library."""
    return (
        f"outis directions fit: ridge regression of attributes measured on {faces} rendered faces on the principal "
        f"components of W, side effects bounded and corrected, confirmed on {checked} other faces at psi 0.7."
    )


def _regress(experiment: Experiment, faces: int) -> Job[Fit]:
    deviations = yield from spread(experiment)
    seeds = range(_FIRST_FACE, _FIRST_FACE + faces)
    values = yield from experiment.faces(seeds, FACES_PSI, "Measuring faces")
    coordinates = experiment.coordinates(seeds, FACES_PSI)
    return Fit(experiment, sensitivities(coordinates, values / deviations), deviations)


def _fit_one(fit: Fit, attribute: Attribute) -> Job[Trial]:
    """Choose the layer range on a few faces, then correct the move there."""
    wanted = fit.experiment.measure.names.index(attribute.name)
    move = selective_move(fit.slopes, wanted, _TOLERANCE)
    trials = []
    for layers in _ranges(fit.experiment.config.num_ws):
        trials.append((yield from _try(fit, attribute, move, layers, _RANGE_SEEDS)))
    start = max(trials, key=lambda trial: trial.effect.score)
    return (yield from _correct(fit, attribute, start))


def _correct(fit: Fit, attribute: Attribute, start: Trial) -> Job[Trial]:
    """Solve again with the side effects that were measured beyond the predicted ones; the best trial wins."""
    wanted = fit.experiment.measure.names.index(attribute.name)
    layers = start.entry.direction.first, start.entry.direction.last
    trial = best = yield from _try(fit, attribute, start.move, layers, _TRIAL_SEEDS)
    offsets = np.zeros(fit.slopes.shape[1])
    for tolerance in _ROUNDS:
        if trial.effect.own <= 0:
            break
        beyond = trial.effect.moves / trial.effect.own - trial.move @ fit.slopes
        offsets += _DAMPING * (beyond - offsets)
        move = selective_move(fit.slopes, wanted, tolerance, offsets)
        trial = yield from _try(fit, attribute, move, layers, _TRIAL_SEEDS)
        best = max(best, trial, key=lambda trial: trial.effect.score)
    return best


def _try(fit: Fit, attribute: Attribute, move: Values, layers: tuple[int, int], seeds: Sequence[int]) -> Job[Trial]:
    direction = fit.direction(attribute.name, move, layers)
    entry = NamedDirection(direction, attribute.title, attribute.low, attribute.high, attribute.meaning)
    effect = yield from effect_of(fit.experiment, entry, fit.deviations, seeds, _END_AMOUNTS)
    return Trial(entry, move, effect)


def _ranges(num_ws: int) -> Iterator[tuple[int, int]]:
    """The candidate ranges that a model of `num_ws` layers has."""
    return ((first, last) for first, last in _RANGES if first < num_ws and (last < num_ws or last == _LAST))


def _with_figures(entry: NamedDirection, effect: Effect) -> NamedDirection:
    figures = f"{effect.own:.1f} standard deviations from -3 to +3 sigma; any other attribute {effect.worst_other:.1f}"
    description = f"Measured by {entry.description}; acts on layers {entry.direction.layers}. Moves {figures} at most."
    moves = tuple((name, round(float(move), 2)) for name, move in zip(effect.attributes, effect.moves, strict=True))
    return replace(entry, description=description, effects=moves)
