"""One person in many states: smiling, looking left, older, in other light."""

from __future__ import annotations

from collections.abc import Sequence

from generator.project.look import Look, Part, take
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import MAX_AMOUNT, Recipe
from generator.wishes.states import State


def character(recipe: Recipe, states: Sequence[State], library: DirectionLibrary) -> list[tuple[State, Recipe]]:
    """The recipe of the same person in each state.

    Amounts are added to those of `recipe` and end at the limits of each direction, beyond which it would be somebody
    else, or no face. Raises `DirectionError` for a direction that the library does not have.
    """
    return [(state, _moved(recipe, state, library)) for state in states]


def looks_of(states: Sequence[State], library: DirectionLibrary) -> list[Look]:
    """The states as looks of the model, which any face can have. Raises `DirectionError` for an unknown direction."""
    base = Recipe(model=library.model)
    return [take(state.name, moved, {Part.DIRECTIONS}) for state, moved in character(base, states, library)]


def _moved(recipe: Recipe, state: State, library: DirectionLibrary) -> Recipe:
    for name, amount in state.amounts:
        entry = library.find(name)
        recipe = recipe.with_amount(entry.direction, _within(entry, recipe.amount(entry.direction) + amount))
    return recipe


def _within(entry: NamedDirection, amount: float) -> float:
    """The amount, no further than the limits that were measured."""
    low, high = entry.limits or (-MAX_AMOUNT, MAX_AMOUNT)
    return min(max(amount, low), high)
