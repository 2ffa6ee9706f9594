"""From a wish of the direction studio to a direction of the open model, and what it does. On the compute thread."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.messages import DirectionMade, Pixels
from explorer.studio.wishes import FoundWish, LayersWish, Wish
from explorer.translation import tr
from generator.errors import DirectionError
from generator.progress import Job, Progress
from generator.recipe.directions import NamedDirection
from generator.recipe.recipe import Direction, Recipe, SeedSource

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

_STEPS = 4


def making(wish: Wish, host: ModelHost) -> Job[DirectionMade]:
    """Make the direction, then render the strip and measure what it moves. Raises `DirectionError`."""
    yield Progress(0, _STEPS, tr("Fitting"))
    entry = yield from _entry(wish, host)
    return (yield from seen(entry, host))


def _entry(wish: Wish, host: ModelHost) -> Job[NamedDirection]:
    match wish:
        case FoundWish():
            return _fitted(wish, host)
            yield  # a job, as the others are
        case LayersWish():
            return replace(wish.entry, direction=replace(wish.entry.direction, layers=wish.layers), effects=())
    raise DirectionError(tr("This cannot be made yet."))


def _fitted(wish: FoundWish, host: ModelHost) -> NamedDirection:
    from generator.directions.fitted import fitted
    from generator.directions.foreign import read_directions

    file = read_directions(wish.path, certain=True)
    found = file.directions[wish.number]
    made = fitted(found, host.engine.mapping, host.facts.config, wish.name, layers=wish.layers, sign=wish.sign)
    if found.entry is not None:
        return replace(found.entry, direction=made, title=wish.name or found.entry.title, effects=())
    return NamedDirection(made, made.name, "", "", found.sentence)


def seen(entry: NamedDirection, host: ModelHost) -> Job[DirectionMade]:
    """What `entry` does to faces of the open model."""
    yield Progress(1, _STEPS, tr("Rendering faces along it"))
    strip = _strip(entry.direction, host)
    yield Progress(2, _STEPS, tr("Comparing with random directions"))
    return DirectionMade(host.facts.hash, entry, strip, entry.effects, 1.0)


def _strip(direction: Direction, host: ModelHost) -> Pixels:
    rows = []
    for seed in range(4):
        plain = Recipe(host.facts.hash, SeedSource(seed))
        rows.append(np.hstack([host.thumbnail(plain.with_amount(direction, amount)) for amount in (-3.0, 0.0, 3.0)]))
    return np.vstack(rows)
