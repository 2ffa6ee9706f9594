"""Recipes as they are kept in a project: JSON whose long vectors are stored once, by their hash.

A direction's vector or a stored latent has some thousand bytes, and a thousand faces share it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property, lru_cache

from generator.errors import RecipeError
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import from_dict, to_dict

MOST_REMEMBERED = 200_000  # bytes of one of many vectors whose hashes are remembered
_dumps = json.JSONEncoder(separators=(",", ":")).encode


class PackedRecipe:
    """A recipe as JSON text, with vectors in `vectors`: bytes by their hash, float32, or float16 of stored noise.

    Two packed recipes are equal if their texts are: a hash stands for its vector. It is unpacked when its recipe is
    first asked for, and packed when its text is: a drag makes recipes that are seen, and never written.
    """

    def __init__(self, text: str, vectors: Mapping[str, bytes]) -> None:
        self._packed = text, vectors

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
        packed = cls.__new__(cls)
        packed.__dict__["recipe"] = recipe  # known already
        return packed

    @property
    def text(self) -> str:
        """The JSON, with hashes in place of vectors."""
        return self._packed[0]

    @property
    def vectors(self) -> Mapping[str, bytes]:
        """At least the vectors that the text mentions."""
        return self._packed[1]

    @cached_property
    def _packed(self) -> tuple[str, Mapping[str, bytes]]:
        vectors: dict[str, bytes] = {}

        def stored(data: bytes) -> str:
            key = _hash(data)
            vectors[key] = data
            return key

        return _dumps(to_dict(self.recipe, stored)), vectors

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe itself. Raises `RecipeError` if the text is not one, or a vector is missing."""
        try:
            values = json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise RecipeError("The recipe in the project is not valid JSON; it is damaged.") from error
        return from_dict(values, self._vector)

    def _vector(self, key: str) -> bytes:
        data = self.vectors.get(key)
        if not isinstance(data, bytes):
            raise RecipeError("A vector of the recipe is missing from the project; it is damaged.")
        return data

    @cached_property
    def model(self) -> str:
        """Content hash of the model; "" = any, or a recipe that lies."""
        if "recipe" in self.__dict__:
            return self.recipe.model
        start = self.text.find('"model":"')
        return "" if start < 0 else self.text[start + 9 :].split('"', 1)[0]

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PackedRecipe) and self.text == other.text)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"PackedRecipe({self.text!r})"


def _hash(vector: bytes) -> str:
    return _hash_of_vector(vector) if len(vector) <= MOST_REMEMBERED else _hash_of_noise(vector)


def hash_of(vector: bytes) -> str:
    """What stands for a vector in a packed recipe."""
    return hashlib.sha256(vector).hexdigest()[:32]


_hash_of_vector = lru_cache(maxsize=256)(hash_of)  # marked faces share their directions
_hash_of_noise = lru_cache(maxsize=4)(hash_of)  # megabytes, which should not be kept alive for long
