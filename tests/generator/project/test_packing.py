"""Recipes in a project: packed and unpacked bit for bit, with every vector stored once."""

import numpy as np
import pytest

from generator.errors import RecipeError
from generator.project.packing import PackedRecipe
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, pack

VECTOR = pack(np.linspace(-1, 1, 512, dtype="f4"))
EDITED = Recipe(
    "a" * 64,
    LatentSource.from_array("w+", np.ones((14, 512), "f4"), "anna"),
    directions=(DirectionEdit(Direction("age", VECTOR), 1.5), DirectionEdit(Direction("smile", VECTOR), -1.0)),
    mix=Mix(SeedSource(3), (0.5,) * 14),
)


def test_a_recipe_comes_back_bit_for_bit() -> None:
    packed = PackedRecipe.of(EDITED)
    assert PackedRecipe(packed.text, packed.vectors).recipe == EDITED
    assert packed.model == EDITED.model


def test_equal_vectors_are_stored_once_and_the_text_is_short() -> None:
    packed = PackedRecipe.of(EDITED)
    assert len(packed.vectors) == 2
    assert len(packed.text) < 1500


def test_recipes_that_are_unpacked_share_their_vectors() -> None:
    packed = PackedRecipe.of(EDITED)
    first, second = (PackedRecipe(packed.text, packed.vectors).recipe for _ in range(2))
    assert first.directions[0].direction.vector is second.directions[0].direction.vector


@pytest.mark.parametrize("text", ["", "[]", '{"vector": 3}', "[" * 100_000, '{"format":"outis-recipe","version":1}'])
def test_a_text_that_is_not_a_recipe_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(RecipeError):
        _ = PackedRecipe(text, {}).recipe


def test_a_missing_vector_is_refused_with_a_sentence() -> None:
    packed = PackedRecipe.of(EDITED)
    with pytest.raises(RecipeError, match="missing"):
        _ = PackedRecipe(packed.text, {}).recipe


def test_a_recipe_is_packed_when_its_text_is_asked_for_and_then_once() -> None:
    packed = PackedRecipe.of(EDITED)
    assert (packed.model, packed.recipe) == (EDITED.model, EDITED)
    assert "_packed" not in vars(packed)
    assert packed.text is packed.text
    assert packed == PackedRecipe.of(EDITED) != PackedRecipe.of(Recipe())


def test_faces_read_from_a_file_share_their_directions() -> None:
    texts = [PackedRecipe.of(EDITED).text, PackedRecipe.of(Recipe(directions=EDITED.directions[:1])).text]
    first, second = (PackedRecipe(text, PackedRecipe.of(EDITED).vectors).recipe for text in texts)
    assert first.directions[0].direction is second.directions[0].direction
