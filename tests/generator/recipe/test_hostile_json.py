"""Recipes and libraries with endless lists: counted before each entry is looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.errors import OutisError
from generator.formats.open_face import read_file
from generator.recipe import directions_json
from generator.recipe.direction_files import load_library
from generator.recipe.directions import DirectionLibrary
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json
from tests.support.bounds import bounded

EDIT = '{"name":"a","vector":"AAAAAA==","first":0,"last":1,"amount":1}'
EFFECT = (
    '{"name":"a","title":"a","low":"","high":"","description":"","first":0,"last":1,"vector":"AAAAAA==",'
    '"effects":{"age":%s}}'
)
SPANS = (
    '{"name":"a","vector":"AAAAAA==","layers":"' + "0,2," * 1_500_000 + '5","rows":1,"target":null,"amount":1}',
    '{"name":"a","vector":"AAAAAA==","layers":"all","rows":' + "9" * 4000 + ',"target":null,"amount":1}',
    '{"name":"a","vector":"AAAAAA==","layers":"all","rows":-1,"target":null,"amount":1}',
)
RECIPE = to_json(Recipe())
LIBRARY = directions_json.to_json(DirectionLibrary("a")).replace('"version": 2', '"version": 1')

RECIPES: dict[str, Callable[[], str]] = {
    "200,000 directions": lambda: RECIPE.replace('"directions": []', f'"directions": [{",".join([EDIT] * 200_000)}]'),
    "7 million weights": lambda: RECIPE.replace(
        '"mix": null', '"mix": {"source": {"seed": 1, "label": null}, "weights": [' + "0," * 7_000_000 + "0]}"
    ),
    "a million unknown fields": lambda: RECIPE[:-1] + "".join(f', "{i}":0' for i in range(1_000_000)) + "}",
    "millions of spans": lambda: _edited(SPANS[0]),
    "more rows than a file can have": lambda: _edited(SPANS[1]),
    "fewer rows than none": lambda: _edited(SPANS[2]),
    "half a character": lambda: RECIPE.replace('"model": ""', r'"model": "\ud800"'),
}


def _edited(edit: str) -> str:
    """A recipe of version 2 with this edit."""
    return RECIPE.replace('"directions": []', f'"directions": [{edit}]').replace('"version": 1', '"version": 2')


LIBRARIES: dict[str, Callable[[], str]] = {
    "100,000 directions": lambda: LIBRARY.replace("[]", "[" + ",".join([EFFECT % 1] * 100_000) + "]"),
    "an effect of 10**400": lambda: LIBRARY.replace("[]", "[" + EFFECT % 10**400 + "]"),
    "an effect without end": lambda: LIBRARY.replace("[]", "[" + EFFECT % "NaN" + "]"),
    "numbers without end": lambda: LIBRARY.replace("[]", "[" + EFFECT % ("1" * 10_000) + "]"),
}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_without_end_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(RECIPES[name]())
    json.loads((tmp_path / "a.json").read_text())
    with bounded(), pytest.raises(OutisError):
        read_file(tmp_path / "a.json")


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_without_end_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.directions.json").write_text(LIBRARIES[name]())
    with bounded(), pytest.raises(OutisError, match=r"a\.directions\.json: "):
        load_library(tmp_path / "a.directions.json")
