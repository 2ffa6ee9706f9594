"""Directions that exist solved again, so that others stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from generator.directions.effect import Effects, measuring_effects, measuring_identity
from generator.directions.hold import solve_again
from generator.directions.made import Workshop
from generator.directions.survey import Survey
from generator.errors import DirectionError
from generator.progress import Job, Progress
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Direction

SAME = 0.02  # of its length; a direction that would change by less leaves what is held as it is already
_STEPS = 40  # faces that are drawn for each


@dataclass(frozen=True)
class SolvedAgain:
    """A direction before and after; `after` is `before` where nothing had to change, or could."""

    before: NamedDirection
    after: NamedDirection
    lack: str = ""  # why it could not be solved, one sentence


def solving_again(shop: Workshop, names: Sequence[str], hold: Sequence[str] = ()) -> Job[tuple[SolvedAgain, ...]]:
    """The directions `names` of the library, each solved again with `hold` and the locked ones still, and measured.

    One that leads to a fixed value, or of which nothing would be left, stays as it is.
    """
    survey = yield from shop.surveying()
    locked = [entry.name for entry in shop.library.entries if entry.locked]
    again = []
    for place, entry in enumerate(map(shop.library.find, names)):
        job = _solving(shop, survey, entry, [*hold, *locked])
        again.append((yield from _counted(job, place, len(names), entry.title)))
    return tuple(again)


def _solving(shop: Workshop, survey: Survey, entry: NamedDirection, hold: Sequence[str]) -> Job[SolvedAgain]:
    try:
        direction = solve_again(entry.direction, hold, survey, shop.library, shop.pca)
    except DirectionError as error:
        return SolvedAgain(entry, entry, str(error))
    if _are_same(entry.direction, direction):
        return SolvedAgain(entry, entry)
    effects = yield from measuring_effects(shop.engine, shop.measure, survey, direction)
    identity = yield from measuring_identity(shop.engine, shop.measure, shop.identity, direction)
    told = told_again(entry.description, effects)
    after = replace(entry, direction=direction, description=told, effects=effects.table, identity=identity, limits=None)
    return SolvedAgain(entry, after)


def told_again(description: str, effects: Effects) -> str:
    """A description that says what the direction does now, not what it did before."""
    told = description.partition(" From -")[0]
    return f"{told} {effects.sentence}" if effects.names else told


def _are_same(before: Direction, after: Direction) -> bool:
    return bool(np.linalg.norm(before.array - after.array) <= SAME * np.linalg.norm(before.array))


def _counted(job: Job[SolvedAgain], place: int, count: int, title: str) -> Job[SolvedAgain]:
    """`job` as one of `count` parts of equal length."""
    step = 0
    while True:
        try:
            progress = next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        yield Progress(_STEPS * place + min(step, _STEPS - 1), _STEPS * count, f"{title}: {progress.text}")
        step += 1
