"""What the tests of people by wish share: what is known of the shipped model, and somebody who was found."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

import weights
from explorer.messages import FoundPerson, PeopleKnown
from generator.attributes import distribution
from generator.attributes.catalogue import MEASURES
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.wishes.scales import scales_of

MODEL = "f" * 64  # of `panel_fixtures.facts`


@lru_cache(maxsize=1)
def known(only_predicted: tuple[str, ...] = ()) -> PeopleKnown:
    """What can be wished of the shipped faces, as if they were those of the fake model."""
    among = distribution.load(Path(weights.FACES).with_suffix(distribution.SUFFIX))
    measures = sorted(MEASURES, key=lambda measure: measure.group)
    rows = [(one.name, one.title, one.low, one.high, one.unit, tuple(among.of(one.name))) for one in measures]
    groups = tuple((one.name, one.group) for one in measures)
    meanings = tuple((one.name, one.meaning) for one in measures)
    return PeopleKnown(MODEL, scales_of(rows), groups, meanings, True, only_predicted)


def somebody(number: int, cell: tuple[str, ...] = (), **values: float) -> FoundPerson:
    """The person of a number, with a grey picture."""
    recipe = Recipe(MODEL, SeedSource(1000 + number), Truncation(0.7))
    pixels = np.full((32, 32, 3), 40 * number % 255, np.uint8)
    return FoundPerson(number, 1000 + number, recipe, cell, tuple(values.items()), pixels=pixels)
