"""One person in many states: amounts along directions, within their limits."""

from __future__ import annotations

import pytest

import weights
from generator.errors import DirectionError
from generator.people.character import character, looks_of
from generator.project.look import applied
from generator.recipe.direction_files import load_library
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.wishes.states import STATES, State

LIBRARY = load_library(weights.FACES.with_suffix(".directions.json"))
FACE = Recipe(LIBRARY.model, SeedSource(85), Truncation(0.7))


def amount(recipe: Recipe, name: str) -> float:
    return recipe.amount(LIBRARY.find(name).direction)


def test_every_state_that_ships_is_another_picture_of_the_same_seed() -> None:
    made = [recipe for _, recipe in character(FACE, STATES, LIBRARY)]
    assert made[0] == FACE
    assert len({recipe.directions for recipe in made}) == len(STATES)
    assert all(recipe.source == FACE.source and recipe.truncation == FACE.truncation for recipe in made)


def test_a_state_adds_to_what_the_face_has() -> None:
    smiling = FACE.with_amount(LIBRARY.find("smile").direction, 0.5)
    [(_, moved)] = character(smiling, [State("happy", (("smile", 1.0),))], LIBRARY)
    assert amount(moved, "smile") == 1.5


def test_no_direction_goes_past_its_limits() -> None:
    [(_, moved)] = character(FACE, [State("far", (("age", 9.0), ("yaw", -9.0)))], LIBRARY)
    assert amount(moved, "age") == LIBRARY.find("age").limits[1]  # type: ignore[index]
    assert amount(moved, "yaw") == LIBRARY.find("yaw").limits[0]  # type: ignore[index]


def test_a_state_is_a_look_that_any_face_can_have() -> None:
    [look] = looks_of([State("happy", (("smile", 2.0),))], LIBRARY)
    other = Recipe(LIBRARY.model, SeedSource(3))
    assert amount(applied(look, other), "smile") == 2.0
    assert applied(look, other).source == other.source


def test_an_unknown_direction_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(DirectionError, match="did you mean smile"):
        character(FACE, [State("odd", (("smlie", 1.0),))], LIBRARY)
