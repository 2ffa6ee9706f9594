"""A crowd that nobody had to look for."""

from __future__ import annotations

import numpy as np

from generator.people.finding import Crowd
from generator.people.people import Person
from generator.recipe.recipe import Direction, Recipe, SeedSource, Truncation, pack
from generator.wishes.wish import Band, Brief, Wish, steps

MODEL = "ab" * 32
AGES = Wish("age", steps(20, 40, 2), spread=True)
SMILES = Wish("smile", (Band(low=0.055, label="smiling"),))


def crowd(count: int = 4, missing: int = 1) -> Crowd:
    """People of two decades who smile, the last of them moved a little, and `missing` who were not found."""
    brief = Brief(count + missing, (AGES, SMILES), cross=("age",))
    people = tuple(_person(number, cell.labels) for number, cell in enumerate(brief.cells()[:count], start=1))
    return Crowd(brief, people, tuple(range(count + 1, count + missing + 1)), {"age": 3, "alike": 1}, 8192)


def _person(number: int, cell: tuple[str, ...]) -> Person:
    recipe = Recipe(MODEL, SeedSource(100 + number), Truncation(0.7))
    if number % 2 == 0:
        recipe = recipe.with_amount(Direction("smile", pack(np.ones(8, np.float32))), 0.5)
    values = {"age": float(cell[0][:2]) + 5.123456, "smile": 0.06 + number / 1000, "yaw": -1.5}
    return Person(number, 100 + number, recipe, cell, values, ("age",), {"hair": 12.5, "teeth": None})
