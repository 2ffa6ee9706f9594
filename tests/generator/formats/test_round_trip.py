"""From the engine to a file and back: the same face, the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.formats.image_encode import save_image
from generator.formats.latent_file import save_latents
from generator.formats.open_face import check_fits, read_file
from generator.networks.stylegan2 import Generator
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Mix, Noise, Recipe, SeedSource, Truncation, pack
from generator.render.engine import Engine


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


@pytest.fixture
def recipe(tiny: Generator) -> Recipe:
    """Something of everything."""
    direction = Direction("age", pack(np.linspace(-1, 1, tiny.config.w_dim, dtype=np.float32)), Layers.span(0, 3))
    mix = Mix(SeedSource(2), (0.0, 0.5, 1.0))
    return Recipe(
        tiny.hash, SeedSource(85), Truncation(0.6, 6), (DirectionEdit(direction, 1.5),), mix, Noise("random", 3)
    )


def test_a_picture_opened_again_renders_to_the_same_pixels(engine: Engine, recipe: Recipe, tmp_path: Path) -> None:
    save_image(tmp_path / "face.png", engine.render(recipe), recipe)
    opened = read_file(tmp_path / "face.png", engine.config)
    check_fits(opened, engine.generator.hash, engine.config)
    with Image.open(tmp_path / "face.png") as image:
        assert np.array_equal(np.asarray(image), engine.render(opened.recipe))
    save_image(tmp_path / "again.png", engine.render(opened.recipe), opened.recipe)
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "face.png").read_bytes()


@pytest.mark.parametrize("suffix", [".npy", ".pt", ".npz"])
def test_exported_latents_opened_again_show_the_same_face(
    engine: Engine, recipe: Recipe, tmp_path: Path, suffix: str
) -> None:
    recipe, path = replace(recipe, noise=Noise()), tmp_path / f"face{suffix}"
    save_latents(path, engine.latents(recipe), recipe)
    assert np.array_equal(engine.render(read_file(path).recipe), engine.render(recipe))
