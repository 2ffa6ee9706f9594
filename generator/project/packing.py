"""Recipes as they are kept in a project: JSON whose long vectors are stored once, by their hash.

A direction's vector or a stored latent has some thousand bytes, and a thousand faces share it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from generator.errors import RecipeError
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import from_dict, to_dict

_DATA = ("vector", "data")  # fields of a recipe's JSON that hold base64


@dataclass(frozen=True)
class PackedRecipe:
    """A recipe as JSON text, with vectors in `vectors`: float32 bytes by their hash.

    Two packed recipes are equal if their texts are: a hash stands for its vector.
    """

    text: str
    vectors: Mapping[str, bytes] = field(repr=False, compare=False)

    @classmethod
    def of(cls, recipe: Recipe) -> PackedRecipe:
        """Pack `recipe`.

        Example:
            >>> from generator.project.packing import PackedRecipe
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> recipe = Recipe(source=SeedSource(85))
            >>> PackedRecipe.of(recipe).recipe == recipe
            True
        """
        vectors: dict[str, bytes] = {}

        def stored(text: str) -> str:
            key, data = _keyed(text)
            vectors[key] = data
            return key

        packed = cls(json.dumps(_replaced(to_dict(recipe), stored), separators=(",", ":")), vectors)
        packed.__dict__["recipe"] = recipe  # known already
        return packed

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe itself. Raises `RecipeError` if the text is not one, or a vector is missing."""
        try:
            values = json.loads(self.text, object_hook=self._with_vectors)
        except (ValueError, RecursionError) as error:
            raise RecipeError("The recipe in the project is not valid JSON; it is damaged.") from error
        return from_dict(values)

    def _with_vectors(self, values: dict[str, Any]) -> dict[str, Any]:
        """The JSON object with its vector, if it has one, as bytes that all recipes share."""
        for name in _DATA:
            key = values.get(name)
            if isinstance(key, str):
                if key not in self.vectors:
                    raise RecipeError("A vector of the recipe is missing from the project; it is damaged.")
                values[name] = self.vectors[key]
        return values

    @cached_property
    def model(self) -> str:
        """Content hash of the model; "" = any, or a recipe that lies."""
        start = self.text.find('"model":"')
        return "" if start < 0 else self.text[start + 9 :].split('"', 1)[0]


@lru_cache(maxsize=256)  # a drag packs the same directions a hundred times a second, for every marked face
def _keyed(text: str) -> tuple[str, bytes]:
    """The hash and the bytes of a vector in base64."""
    data = base64.b64decode(text)
    return hashlib.sha256(data).hexdigest()[:32], data


def _replaced(values: Any, change: Callable[[str], str], depth: int = 6) -> Any:
    """A copy of the JSON `values` with every vector replaced by `change` of it."""
    if isinstance(values, list) and depth:
        return [_replaced(value, change, depth - 1) for value in values]
    if not isinstance(values, dict) or not depth:
        return values
    return {
        key: change(value) if key in _DATA and isinstance(value, str) else _replaced(value, change, depth - 1)
        for key, value in values.items()
    }
