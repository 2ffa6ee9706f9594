"""Models of any aspect, channels and transparency are drawn as they are defined, at every size and in every file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from generator import checkpoint
from generator.checkpoint.save import save
from generator.config import GeneratorConfig
from generator.errors import DirectionError
from generator.formats.alpha import on_white, shown
from generator.formats.image_encode import save_image
from generator.grab.features import check_has_features
from generator.networks import Generator
from generator.progress import finish
from generator.recipe.recipe import Recipe, SeedSource
from generator.render.contact_sheet import contact_sheet
from generator.render.engine import Engine
from generator.render.forms import fast_form
from tests.support.models import random_generator

PLAIN = GeneratorConfig(32, z_dim=32, w_dim=32, channel_base=512, channel_max=32, mapping_layers=2)
SHAPES = {
    "high": replace(PLAIN, lowest=(4, 2)),
    "wide": replace(PLAIN, lowest=(3, 5)),
    "transparent": replace(PLAIN, img_channels=4),
    "high and transparent": replace(PLAIN, lowest=(4, 2), img_channels=4),
    "grey": replace(PLAIN, img_channels=1),
    "irregular": replace(PLAIN, block_channels=(16, 32, 16, 24)),
    "high, with shortcuts": replace(PLAIN, lowest=(4, 2), architecture="resnet"),
}


@pytest.fixture(scope="module")
def engines() -> dict[str, Engine]:
    return {name: Engine(random_generator(config), "cpu") for name, config in SHAPES.items()}


def recipe(engine: Engine, seed: int = 1) -> Recipe:
    return Recipe(engine.generator.hash, SeedSource(seed))


@pytest.mark.parametrize("name", SHAPES)
def test_every_size_of_a_picture_has_the_aspect_of_the_constant(name: str, engines: dict[str, Engine]) -> None:
    engine = engines[name]
    assert engine.notice == ""
    height, width = engine.config.image_size
    assert engine.render(recipe(engine)).shape == (height, width, 3)
    assert engine.render(recipe(engine), max_resolution=16).shape == (height // 2, width // 2, 3)
    together = engine.render_together([recipe(engine), recipe(engine, 2)])
    assert [picture.shape for picture in together] == [(height, width, 3)] * 2


@pytest.mark.parametrize("name", SHAPES)
def test_the_form_for_cpus_draws_what_is_defined(name: str) -> None:
    generator = random_generator(SHAPES[name])
    form = fast_form(generator)
    assert form is not None
    ws = generator.mapping(torch.randn(2, 32))[:, None].repeat(1, generator.config.num_ws, 1)
    for size in (None, 16):
        expected = generator.synthesis(ws, max_resolution=size)
        assert (form(ws, max_resolution=size) - expected).abs().max() < 1e-4 * expected.std()


@pytest.mark.parametrize("name", SHAPES)
def test_a_converted_model_keeps_its_shape_and_its_hash(name: str, tmp_path: Path) -> None:
    generator = random_generator(SHAPES[name])
    save(generator, tmp_path / "a.safetensors")
    torch.save(generator.state_dict(), tmp_path / "a.pt")
    assert checkpoint.load(tmp_path / "a.safetensors").config == SHAPES[name]
    if generator.config.architecture == "skip":
        opened = checkpoint.load(tmp_path / "a.pt").config
        assert opened.image_size == generator.config.image_size
        assert all(opened.channels(size) == generator.config.channels(size) for size in opened.block_resolutions)


@pytest.mark.parametrize("suffix", [".png", ".webp"])
def test_transparency_is_in_files_that_can_hold_it(suffix: str, engines: dict[str, Engine], tmp_path: Path) -> None:
    engine = engines["transparent"]
    picture = engine.picture(recipe(engine))
    assert picture.shape == (32, 32, 4)
    assert np.array_equal(shown(picture), engine.render(recipe(engine)))
    save_image(tmp_path / f"a{suffix}", picture, recipe(engine))
    with Image.open(tmp_path / f"a{suffix}") as opened:
        assert opened.mode == "RGBA"
        assert np.abs(np.asarray(opened, np.int16)[:, :, 3] - picture[:, :, 3]).max() <= 1


def test_a_jpeg_shows_transparency_over_white(engines: dict[str, Engine], tmp_path: Path) -> None:
    engine = engines["transparent"]
    save_image(tmp_path / "a.jpg", np.zeros((32, 32, 4), np.uint8), recipe(engine))
    with Image.open(tmp_path / "a.jpg") as opened:
        assert np.asarray(opened).min() == 255
    assert on_white(np.full((2, 2, 4), 255, np.uint8)).tolist() == [[[255] * 3] * 2] * 2


def test_what_is_shown_of_transparency_is_a_chequer_of_two_greys() -> None:
    nothing = shown(np.zeros((64, 32, 4), np.uint8))
    assert set(np.unique(nothing)) == {102, 153}
    assert nothing[0, 0, 0] != nothing[0, 2, 0]
    assert nothing[0, 0, 0] == nothing[2, 2, 0]


def test_a_grey_model_draws_three_equal_colours(engines: dict[str, Engine]) -> None:
    pixels = engines["grey"].render(recipe(engines["grey"]))
    assert np.array_equal(pixels[:, :, 0], pixels[:, :, 2])


@pytest.mark.parametrize("name", ["high", "wide", "transparent"])
def test_a_sheet_holds_pictures_of_any_aspect_in_the_middle_of_square_cells(
    name: str, engines: dict[str, Engine], tmp_path: Path
) -> None:
    engine = engines[name]
    made = contact_sheet(engine.pictures, recipe(engine), range(2), 2, tmp_path / "a.png", tmp_path / "faces")
    with Image.open(finish(made)) as sheet:
        cell = max(engine.config.image_size)
        assert (sheet.width, sheet.height) == (2 * cell, cell)
    height, width = engine.config.image_size
    with Image.open(tmp_path / "faces" / "seed0000.png") as face:
        assert (face.width, face.height) == (width, height)
        assert face.mode == ("RGBA" if engine.config.has_alpha else "RGB")


@pytest.mark.parametrize(("name", "found"), [("high", "16 x 32 pixels"), ("transparent", "transparent pictures")])
def test_what_cannot_be_grabbed_says_why(name: str, found: str, engines: dict[str, Engine]) -> None:
    with pytest.raises(DirectionError, match=found):
        check_has_features(engines[name])


def test_layers_that_were_pruned_one_by_one_are_refused(tiny: Generator, tmp_path: Path) -> None:
    state = dict(tiny.state_dict())
    state["synthesis.b8.conv0.weight"] = state["synthesis.b8.conv0.weight"][:7]
    torch.save(state, tmp_path / "a.pt")
    with pytest.raises(checkpoint.CheckpointError, match="its layers were pruned one by one"):
        checkpoint.load(tmp_path / "a.pt")
