"""Tying sliders: which of those that are moved can become one with another."""

from __future__ import annotations

from dataclasses import replace

from explorer.panels.direction_list import DirectionRow
from explorer.translation import tr
from generator.printable import printable
from generator.recipe.recipe import DirectionEdit, Recipe


def tied(row: DirectionRow, recipe: Recipe) -> list[tuple[str, Recipe]]:
    """What can be tied with the slider of `row`: in words, and as a recipe with these directions alone.

    Only sliders that are moved are tied, with their amounts; one that leads to a fixed value adds up with nothing.
    """
    edits = [edit for edit in recipe.directions if edit.direction.target is None]
    own = [edit for edit in edits if edit.direction == row.direction]
    others = [edit for edit in edits if edit.direction != row.direction]
    if not own:
        return []
    found = [(_words(other), replace(recipe, directions=(*own, other))) for other in others]
    if len(others) > 1:
        found.append((tr("All moved sliders"), replace(recipe, directions=(*own, *others))))
    return found


def _words(edit: DirectionEdit) -> str:
    return f"{printable(edit.direction.name)} {edit.amount:+.1f}"
