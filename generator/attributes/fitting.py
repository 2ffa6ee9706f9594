"""Fit the named directions of a model: measure faces, regress, try, correct, keep what a held-out check confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.attributes.catalogue import Measure, measure_of
from generator.attributes.choose import Trials, choosing
from generator.attributes.evaluation import CHECK_SEEDS, Effect, checking, spread
from generator.attributes.experiment import Experiment
from generator.attributes.goals import GOALS
from generator.attributes.knowledge import Knowledge
from generator.attributes.samples import direction_of, sampling
from generator.progress import Job
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import Direction

FACES = 2000
SHIFTED = 360  # of them, rendered again to learn what changes a person


def fitting(
    experiment: Experiment,
    model: str,
    faces: int = FACES,
    check_seeds: Sequence[int] = CHECK_SEEDS,
    shifted: int = SHIFTED,
) -> Job[DirectionLibrary]:
    """The library of the directions that the check on `check_seeds` confirms, with their measured effects."""
    deviations = yield from spread(experiment)
    samples = yield from sampling(experiment, faces, min(shifted, faces) if experiment.embed else 0)
    knowledge = Knowledge.of(samples, experiment.measure.names, deviations)
    entries = []
    for goal in GOALS:
        if goal.name in experiment.measure.names:
            attribute = measure_of(goal.name)
            trial = yield from choosing(Trials(experiment, deviations, goal), knowledge)
            direction = direction_of(experiment.pca, attribute.name, trial.move, experiment.config.num_ws)
            entries.append(_entry(attribute, direction))
    library = DirectionLibrary(model, tuple(entries), provenance(faces, len(check_seeds)))
    effects = yield from checking(experiment, library, check_seeds)
    return confirmed(library, effects)


def confirmed(library: DirectionLibrary, effects: Sequence[Effect]) -> DirectionLibrary:
    """The directions of `library` whose effects earned their names, with the figures."""
    pairs = zip(library.entries, effects, strict=True)
    return replace(
        library, entries=tuple(_with_figures(entry, effect) for entry, effect in pairs if effect.is_confirmed)
    )


def provenance(faces: int, checked: int) -> str:
    """How the directions were made, for the library."""
    return (
        f"outis directions fit: ridge regression of measures and face embeddings of {faces} style-mixed faces on the "
        f"principal components of W for each group of layers, side effects bounded and corrected, the person held, "
        f"confirmed on {checked} other faces at psi 0.7."
    )


def _entry(attribute: Measure, direction: Direction) -> NamedDirection:
    return NamedDirection(
        direction,
        attribute.title,
        attribute.low,
        attribute.high,
        attribute.meaning,
        group=attribute.group,
        origin="fitted",
    )


def _with_figures(entry: NamedDirection, effect: Effect) -> NamedDirection:
    figures = f"{effect.own:.1f} standard deviations from -3 to +3; what else is plain to see, {effect.worst_other:.1f}"
    moves = tuple((name, round(float(move), 2)) for name, move in zip(effect.attributes, effect.moves, strict=True))
    return replace(
        entry,
        description=f"Measured by {entry.description}. Moves {figures} at most.",
        effects=moves,
        identity=round(effect.identity, 3),
        limits=effect.limits,
    )
