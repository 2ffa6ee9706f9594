"""A recipe goes through JSON bit for bit; whatever else is read is a recipe or one `RecipeError`, nothing else."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import LatentError, RecipeError
from generator.recipe.layers import Layers
from generator.recipe.recipe import (
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Target,
    Truncation,
    pack,
)
from generator.recipe.recipe_json import MAX_CHARACTERS, from_json, to_dict, to_json
from tests.support.bounds import bounded
from tests.support.effort import tries
from tests.support.recipe_strategies import directions, large_recipe, recipes

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


# As it was written before there were rows, sets of layers and targets.
GOLDEN = (
    '{"format": "outis-recipe", "version": 1, "model": "ab", "source": {"seed": 85, "label": null}, '
    '"truncation": {"psi": 0.5, "cutoff": 8}, "directions": ['
    '{"name": "kind", "vector": "AAAAPwAAAMA=", "first": 0, "last": 99, "amount": 1.5}, '
    '{"name": "pc3", "vector": "AACAPwAAgD8=", "first": 2, "last": 5, "amount": -0.0}], '
    '"mix": {"source": {"space": "w", "rows": 1, "data": "AACAPwAAgD8=", "name": "a"}, "weights": [0.0, 0.25, 1.0]}, '
    '"noise": {"mode": "random", "seed": 9}, "transform": {"x": 0.1, "y": 0.0, "degrees": 30.0}}'
)


def places(values: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a tree of JSON values."""
    keys = list(values) if isinstance(values, dict) else list(range(len(values))) if isinstance(values, list) else []
    return [(values, key) for key in keys] + [place for key in keys for place in places(values[key])]


@given(recipes)
def test_any_recipe_goes_through_json_bit_for_bit(recipe: Recipe) -> None:
    again = from_json(to_json(recipe))
    assert again == recipe
    assert to_json(again) == to_json(recipe)  # also tells -0.0 from 0.0
    assert from_json(to_json(recipe, indent=1)) == recipe


def test_a_recipe_of_version_1_is_read_and_written_byte_for_byte() -> None:
    recipe = from_json(GOLDEN)
    assert to_json(recipe) == GOLDEN
    kind, pc = (edit.direction for edit in recipe.directions)
    assert (kind.layers, kind.rows, kind.target, kind.array.tolist()) == (Layers.ALL, 1, None, [0.5, -2.0])
    assert (pc.layers, pc.array.tolist()) == (Layers.span(2, 5), [1.0, 1.0])


@given(recipes)
def test_version_2_is_written_only_where_version_1_cannot_say_it(recipe: Recipe) -> None:
    directions = [edit.direction for edit in recipe.directions]
    plain = [d.rows == 1 and d.target is None and list(d.layers) == [*range(d.first, d.last + 1)] for d in directions]
    assert to_dict(recipe)["version"] == (1 if all(plain) else 2)


@given(recipes, st.data())
@settings(max_examples=tries(60))
def test_a_mangled_recipe_is_read_or_refused_and_nothing_else(recipe: Recipe, data: st.DataObject) -> None:
    values = to_dict(recipe)
    container, key = data.draw(st.sampled_from(places(values)))
    if data.draw(st.booleans()) and isinstance(container, dict):
        del container[key]
    else:
        container[key] = data.draw(json_values)
    with suppress(RecipeError):
        read = from_json(json.dumps(values))
        assert from_json(to_json(read)) == read


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(RecipeError):
        from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "NaN",
        '"outis-recipe"',
        "{}",
        '{"format": "outis-recipe"}',
        '{"format": "outis-recipe", "version": 3}',
        '{"format": "outis-recipe", "version": 1, "model": "", "source": {}, "truncation": {}}',
        pytest.param("[" * 100_000, id="deep"),
        pytest.param("1" * 5000, id="huge number"),
        pytest.param(" " * (MAX_CHARACTERS + 1), id="long"),
    ],
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(RecipeError):
        from_json(text)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("source.seed", 2**32),
        ("source.seed", -1),
        ("source.seed", 1.5),
        ("source.seed", True),
        ("source.seed", None),
        ("source.label", -1),
        ("truncation.psi", float("nan")),
        ("truncation.psi", float("inf")),
        ("truncation.psi", 10**400),
        ("truncation.cutoff", -1),
        ("truncation.cutoff", 10**30),
        ("noise.mode", "loud"),
        ("noise.seed", 2**32),
        ("mix.weights", [2.0]),
        ("mix.weights", [float("nan")]),
        ("mix.weights", [10**400]),
        ("mix.weights", ["1"]),
        ("mix.weights", [0.5] * 10_000),
        ("mix.source", {"seed": "1"}),
        ("directions.0.amount", float("nan")),
        ("directions.0.amount", 1001),
        ("directions.0.vector", ""),
        ("directions.0.vector", "AAA"),
        ("directions.0.vector", "AAAA"),
        ("directions.0.vector", "AADAfw=="),
        ("directions.0.vector", "ÄÖÜ="),
        ("directions.0.name", 3),
        ("directions.0.name", "\ud800"),
        ("directions.0.first", 100),
        ("directions.0.last", 10**30),
        ("surprise", 1),
        ("version", "1"),
    ],
)
def test_hostile_values_are_refused_with_a_sentence(path: str, value: object) -> None:
    edit = DirectionEdit(Direction("age", pack(np.ones(2, np.float32))), 1.0)
    values: Any = to_dict(Recipe(directions=(edit,), mix=Mix(SeedSource(1), (1.0,))))
    *parents, last = path.split(".")
    inner = values
    for parent in parents:
        inner = inner[int(parent) if parent.isdigit() else parent]
    inner[last] = value
    with pytest.raises(RecipeError, match=r"\.$"):
        from_json(json.dumps(values))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("layers", "0-7,9,8"),
        ("layers", "0-7, 9"),
        ("layers", "0-99"),
        ("layers", ""),
        ("layers", "7-0"),
        ("layers", "-1"),
        ("layers", "0-100"),
        ("layers", [[0, 7]]),
        ("layers", "0," * 500_000 + "0"),
        ("rows", 0),
        ("rows", -2),
        ("rows", 3),
        ("rows", 2.0),
        ("rows", True),
        ("rows", 10**30),
        ("first", 0),
        ("target.value", float("nan")),
        ("target.value", 1001),
        ("target.data", ""),
        ("target.data", "AAAAAA=="),
        ("target.data", "AADAfwAAwH8="),
        ("target.data", "AAA="),
        ("target.more", 1),
        ("target", 3),
        ("target", {}),
    ],
)
def test_hostile_values_of_version_2_are_refused_with_a_sentence(path: str, value: object) -> None:
    row = np.ones(2, np.float32)
    direction = Direction("age", pack(np.ones((2, 2), np.float32)), Layers.of([0, 2]), 2, Target(pack(row), -20.0))
    values: Any = to_dict(Recipe(directions=(DirectionEdit(direction, 1.0),)))
    assert from_json(json.dumps(values)).directions[0].direction == direction
    *parents, last = path.split(".")
    inner = values["directions"][0]
    for parent in parents:
        inner = inner[parent]
    inner[last] = value
    with bounded(), pytest.raises(RecipeError, match=r"\.$"):
        from_json(json.dumps(values))


def test_a_newer_version_says_to_update() -> None:
    with pytest.raises(RecipeError, match=r"version 4.*Update Outis"):
        from_json(json.dumps(to_dict(Recipe()) | {"version": 4}))


def test_the_largest_recipe_of_the_window_is_far_below_the_limit() -> None:
    assert len(to_json(large_recipe())) < MAX_CHARACTERS / 20


@given(recipes, directions(), st.floats(-1000, 1000).filter(bool))
def test_an_amount_set_is_read_back_and_zero_takes_it_out(recipe: Recipe, direction: Direction, amount: float) -> None:
    recipe = replace(recipe, directions=())
    moved = recipe.with_amount(direction, amount)
    assert moved.amount(direction) == amount
    assert moved.with_amount(direction, 0) == recipe
    assert moved.with_amount(direction, 2.0).directions == (DirectionEdit(direction, 2.0),)


def test_changing_one_amount_keeps_the_order() -> None:
    first, second = (Direction(name, pack(np.ones(2, np.float32))) for name in "ab")
    recipe = Recipe().with_amount(first, 1).with_amount(second, 1).with_amount(first, 2)
    assert [edit.direction.name for edit in recipe.directions] == ["a", "b"]


@pytest.mark.parametrize("values", [np.zeros((0, 4)), np.zeros((1, 2, 3)), np.float32(1)])
def test_arrays_that_are_no_latent_are_refused(values: np.ndarray[Any, Any]) -> None:
    with pytest.raises(LatentError):
        LatentSource.from_array("w+", np.asarray(values, np.float32))


def test_a_latent_that_is_not_finite_is_refused() -> None:
    with pytest.raises(RecipeError, match="not finite"):
        LatentSource.from_array("w", np.array([np.nan], np.float32))


def test_recipes_can_be_hashed() -> None:
    assert len({Recipe(), Recipe(), Recipe(truncation=Truncation(0.5)), Recipe(noise=Noise("none"))}) == 3
