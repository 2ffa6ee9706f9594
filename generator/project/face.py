"""A face of a project: a recipe with a name, stars, tags and the face it came from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from generator.errors import RecipeError
from generator.project.packing import PackedRecipe
from generator.recipe.recipe import Recipe, SeedSource

MAX_STARS = 5


class Place(IntEnum):
    """Where a face is seen."""

    HISTORY = 0  # it was on the screen once; never edited afterwards
    TABLE = 1  # kept by the user
    DELETED = 2  # removed from the table; it can be brought back


@dataclass(frozen=True)
class Face:
    """One face. Recipes stay packed until they are needed: a project holds thousands.

    Example:
        >>> from generator.project.face import Face
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> Face.of(1, Recipe(source=SeedSource(85)), name="Anna", stars=3).recipe.source.seed
        85
    """

    id: int  # unique in its project, from 1
    packed: PackedRecipe
    place: Place = Place.TABLE
    order: float = 0.0  # on the table, ascending
    name: str = ""
    stars: int = 0  # 0..5
    rejected: bool = False
    tags: tuple[str, ...] = ()  # sorted, each once
    note: str = ""
    made: float = 0.0  # seconds since 1970, UTC
    parent: int | None = None  # the face it came from

    @classmethod
    def of(cls, id: int, recipe: Recipe, **rest: Any) -> Face:
        """A face of `recipe`."""
        return cls(id, PackedRecipe.of(recipe), **rest)

    @property
    def recipe(self) -> Recipe:
        """Raises `RecipeError` where the file lies."""
        return self.packed.recipe

    @property
    def readable(self) -> Recipe | None:
        """The recipe; None where the file lies."""
        try:
            return self.recipe
        except RecipeError:
            return None

    @property
    def title(self) -> str:
        """Its name or, without one, its seed or its latent's. Raises `RecipeError` where the file lies.

        Example:
            >>> from generator.project.face import Face
            >>> from generator.recipe.recipe import Recipe, SeedSource
            >>> Face.of(1, Recipe(source=SeedSource(85))).title
            'Seed 85'
        """
        if self.name:
            return self.name
        source = self.recipe.source
        return f"Seed {source.seed}" if isinstance(source, SeedSource) else source.name or "Stored latent"

    @property
    def model(self) -> str:
        """Content hash of its model; "" = any."""
        return self.packed.model

    def with_recipe(self, recipe: Recipe) -> Face:
        """The same face with another picture."""
        return Face(**(vars(self) | {"packed": PackedRecipe.of(recipe)}))  # twice as fast as `replace`
