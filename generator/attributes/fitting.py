"""Fit the named directions of a model: measure faces, regress, try, correct, keep what a held-out check confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from generator.attributes.attribute_model import Values
from generator.attributes.catalogue import measure_of
from generator.attributes.choose import Trial, Trials, choosing, relieved
from generator.attributes.evaluation import CHECK_SEEDS, Effect, checking, spread
from generator.attributes.experiment import Experiment
from generator.attributes.goals import GOALS
from generator.attributes.knowledge import Knowledge
from generator.attributes.samples import direction_of, sampling
from generator.attributes.solve import Array
from generator.progress import Job
from generator.recipe.directions import DirectionLibrary, NamedDirection

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
    trials = yield from _moves(experiment, deviations, knowledge)
    entries = [_entry(experiment, name, trial.move) for name, trial in trials.items()]
    library = DirectionLibrary(model, tuple(entries), provenance(faces, len(check_seeds)))
    effects = yield from checking(experiment, library, check_seeds)
    return confirmed(library, effects)


def _moves(experiment: Experiment, deviations: Values, knowledge: Knowledge) -> Job[dict[str, Trial]]:
    """The best move for each goal whose attribute is measured."""
    places = {goal: Trials(experiment, deviations, goal) for goal in GOALS if goal.name in experiment.measure.names}
    found = {}
    for goal, trials in places.items():
        found[goal.name] = yield from choosing(trials, knowledge)
    for goal, trials in places.items():
        if goal.without in found:
            found[goal.name] = yield from relieved(trials, found[goal.name], found[goal.without].move)
    return found


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


def _entry(experiment: Experiment, name: str, move: Array) -> NamedDirection:
    attribute = measure_of(name)
    direction = direction_of(experiment.pca, name, move, experiment.config.num_ws)
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
