"""Moving and turning the picture: in the recipe, in JSON, and by every engine that can or cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from explorer.document.model_switch import carry_over
from generator.errors import RecipeError
from generator.formats.open_face import Opened, check_fits
from generator.networks import Generator
from generator.networks.transform import transform_matrix
from generator.recipe.recipe import Recipe, SeedSource, Transform
from generator.recipe.recipe_json import from_json, to_dict, to_json
from generator.render.engine import Engine
from tests.support.models import random_generator
from tests.support.network_cases import CONFIGS
from tests.support.panel_fixtures import facts_of

MOVED = Recipe(transform=Transform(0.125, -0.25, 30.0))


@pytest.fixture(scope="module")
def alias_free() -> Engine:
    return Engine(random_generator(CONFIGS["stylegan3-t"]), "cpu")


def test_a_stylegan3_is_drawn_with_the_matrix_of_the_recipe(alias_free: Engine) -> None:
    ws = alias_free.w_plus(MOVED)
    with torch.inference_mode():
        expected = alias_free.generator.synthesis(ws, transform=transform_matrix(0.125, -0.25, 30.0))
    pixels = (expected[0] * 127.5 + 128).clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()
    assert np.array_equal(alias_free.render(MOVED), pixels)
    assert not np.array_equal(alias_free.render(Recipe()), pixels)


def test_a_preview_is_moved_as_the_full_picture_is(alias_free: Engine) -> None:
    full = alias_free.render(MOVED).reshape(16, 2, 16, 2, 3).mean(axis=(1, 3))
    assert np.abs(alias_free.render(MOVED, 16) - full).max() <= 1


def test_a_family_that_cannot_move_its_picture_says_so_and_draws_the_identity(tiny: Generator) -> None:
    engine = Engine(tiny, "cpu")
    with pytest.raises(RecipeError, match="only StyleGAN3 models can, and it is of the family stylegan2"):
        engine.render(MOVED)
    assert np.array_equal(engine.render(Recipe(transform=Transform(0.0, -0.0, 0.0))), engine.render(Recipe()))


def test_a_file_that_moves_the_picture_is_refused_where_the_open_model_cannot(tmp_path: Path) -> None:
    opened = Opened(str(tmp_path / "face.json"), MOVED, True)
    check_fits(opened, "", CONFIGS["stylegan3-t"])
    with pytest.raises(RecipeError, match=r"face.json: It moves or rotates .* is of the family stylegan2"):
        check_fits(opened, "", CONFIGS["stylegan2-skip"])


def test_json_carries_the_transform() -> None:
    assert to_dict(MOVED)["transform"] == {"x": 0.125, "y": -0.25, "degrees": 30.0}
    assert from_json(to_json(MOVED)) == MOVED


def test_a_recipe_from_before_there_were_transforms_is_the_identity() -> None:
    values = to_dict(Recipe(source=SeedSource(3)))
    del values["transform"]
    assert from_json(json.dumps(values)) == Recipe(source=SeedSource(3))


@pytest.mark.parametrize(
    "transform", [None, {"x": 0, "y": 0}, {"x": 0, "y": 0, "degrees": "30"}, {"x": 11, "y": 0, "degrees": 0}]
)
def test_a_transform_that_is_none_is_refused_with_a_sentence(transform: object) -> None:
    with pytest.raises(RecipeError, match=r"\.$"):
        from_json(json.dumps(to_dict(Recipe()) | {"transform": transform}))


@pytest.mark.parametrize("values", [(11, 0, 0), (0, -11, 0), (0, 0, 361), (float("nan"), 0, 0), (0, 0, float("inf"))])
def test_motions_beyond_reason_are_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(RecipeError, match="is not in"):
        Transform(*values)


@pytest.mark.parametrize("name", list(CONFIGS))
def test_another_model_keeps_the_motion_if_it_can(name: str) -> None:
    kept = carry_over(MOVED, facts_of(CONFIGS[name])).transform
    assert kept == (MOVED.transform if CONFIGS[name].has_transform else Transform())
