"""Directions as files of their own: exact, whole, and refused where an array cannot say them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from generator.errors import DirectionError, ExportError
from generator.recipe.direction_export import export, on_layers
from generator.recipe.direction_files import load_library
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Target, pack

NUM_WS, W_DIM = 6, 4
ROWS = np.random.RandomState(0).randn(NUM_WS, W_DIM).astype(np.float32)
ONE = Direction("age", pack(ROWS[0]), Layers.parse("0-2,5"))
EACH = Direction("face", pack(ROWS), Layers.parse("1,3-99"), NUM_WS)
THERE = replace(ONE, target=Target(pack(ROWS[1]), -20.0))


def library(*directions: Direction) -> DirectionLibrary:
    return DirectionLibrary("ab" * 32, tuple(NamedDirection(d, d.name.title(), "less", "more", "") for d in directions))


def test_a_row_stands_on_the_layers_of_the_direction_and_zeros_on_the_others() -> None:
    assert np.array_equal(on_layers(ONE, NUM_WS), ROWS[0] * np.array([1, 1, 1, 0, 0, 1], np.float32)[:, None])
    assert np.array_equal(on_layers(EACH, NUM_WS), ROWS * np.array([0, 1, 0, 1, 1, 1], np.float32)[:, None])


@pytest.mark.parametrize("direction", [ONE, EACH])
def test_npy_and_safetensors_hold_one_sigma(direction: Direction, tmp_path: Path) -> None:
    export(tmp_path / "a.npy", library(direction), NUM_WS)
    export(tmp_path / "a.SafeTensors", library(direction), NUM_WS)
    found = np.load(tmp_path / "a.npy", allow_pickle=False)
    assert (found.dtype, found.shape) == (np.float32, (NUM_WS, W_DIM))
    assert np.array_equal(found, on_layers(direction, NUM_WS))
    with safe_open(tmp_path / "a.SafeTensors", framework="numpy") as file:
        assert np.array_equal(file.get_tensor("direction"), found)
        told = {"format": "outis-direction", "name": direction.name, "layers": str(direction.layers)}
        assert file.metadata() == {**told, "model": "ab" * 32}


def test_a_library_holds_all_that_is_known(tmp_path: Path) -> None:
    export(tmp_path / "a.json", library(ONE, EACH, replace(THERE, name="there")), NUM_WS)
    assert load_library(tmp_path / "a.json") == library(ONE, EACH, replace(THERE, name="there"))


@pytest.mark.parametrize("name", ["a.npy", "a.safetensors"])
def test_what_an_array_cannot_say_is_refused_and_leaves_no_file(name: str, tmp_path: Path) -> None:
    for wrong, sentence in (
        (library(ONE, EACH), "one direction, not 2"),
        (library(), "one direction, not 0"),
        (library(THERE), "leads every face to a target"),
        (library(replace(EACH, rows=3)), "has shape .3, 8., and the model takes .8. or .6, 8."),
    ):
        with pytest.raises(DirectionError, match=sentence):
            export(tmp_path / name, wrong, NUM_WS)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "hint"), [("a.np", "did you mean .npy"), ("a", "use .json, .npy or .safetensors")])
def test_another_suffix_is_refused(name: str, hint: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=hint):
        export(tmp_path / name, library(ONE), NUM_WS)
