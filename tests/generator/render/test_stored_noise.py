"""The noise that a projector stored with a face: read with its latent, kept in files, drawn by every form."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from explorer.document.model_switch import carry_over
from generator.config import GeneratorConfig, LucidrainsConfig, StyleGAN1Config, StyleGAN3Config
from generator.errors import LatentError, OutisError, RecipeError
from generator.formats.array_readings import Yardstick
from generator.formats.held_noise import KEPT, OTHERS, UNREADABLE
from generator.formats.image_encode import save_image
from generator.formats.latent_choice import Asked
from generator.formats.open_face import HeldFile, Opened, check_shapes, read_file, reading_held
from generator.motion import timeline_json
from generator.motion.timeline import Keyframe, Timeline
from generator.networks import Generator
from generator.networks.inputs import SynthesisInputs
from generator.progress import finish
from generator.project.face import Face
from generator.project.packing import PackedRecipe
from generator.project.project import Project
from generator.recipe.recipe import Noise, Recipe, SeedSource
from generator.recipe.recipe_json import from_json, to_json
from generator.recipe.stored_noise import MAX_BYTES, StoredNoise
from generator.render.engine import Engine
from generator.render.forms import GraphedNetwork, GraphedSynthesis
from tests.support.bounds import bounded
from tests.support.models import TINY, random_generator
from tests.support.panel_fixtures import facts

pytestmark = pytest.mark.usefixtures("no_gradients")


def images(config: GeneratorConfig, seed: int = 0) -> list[torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    return [torch.randn(1, 1, *size, generator=random) for size in config.noise_sizes]


def photo(config: GeneratorConfig, seed: int) -> dict[str, Any]:
    latent = torch.randn(config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(seed + 10))
    return {"img": torch.rand(3, 8, 8), "latent": 3 * latent, "noise": images(config, seed)}


def stored(config: GeneratorConfig, seed: int = 0) -> Noise:
    return Noise("stored", 0, StoredNoise.of([image[0, 0].numpy() for image in images(config, seed)]))


def opened(path: Path, config: GeneratorConfig, index: int | None = None) -> Opened:
    found = finish(reading_held(path))
    assert isinstance(found, HeldFile)
    return found.chosen(Asked(index=index), Yardstick(config))


@pytest.fixture(scope="module")
def model() -> Generator:
    return random_generator(TINY)


@pytest.fixture
def projected(tmp_path: Path) -> Path:
    """A file of two photographs."""
    torch.save({"photos/a.jpg": photo(TINY, 1), "b.jpg": photo(TINY, 2)}, tmp_path / "p.pt")
    return tmp_path / "p.pt"


def as_projected(config: GeneratorConfig, recipe: Recipe, noises: list[torch.Tensor]) -> np.ndarray[Any, Any]:
    """The picture of W+ by the definition, of a generator whose own noise is that of the file."""
    other = random_generator(config)
    buffers = [tensor for name, tensor in other.named_buffers() if name.endswith("noise_const")]
    for buffer, noise in zip(buffers, noises, strict=True):
        buffer.copy_(noise[0, 0])
    return Engine(other, "cpu").values(replace(recipe, noise=Noise()))


@pytest.mark.parametrize("index", [0, 1])
def test_latent_and_noise_of_a_photograph_bring_its_face_back(model: Generator, projected: Path, index: int) -> None:
    face = opened(projected, TINY, index)
    assert face.note.endswith(KEPT)
    picture = Engine(model, "cpu").values(face.recipe)
    expected = as_projected(TINY, face.recipe, images(TINY, index + 1))
    assert np.abs(picture - expected).max() < 0.004  # a step of 1 / 255
    assert np.abs(picture - Engine(model, "cpu").values(replace(face.recipe, noise=Noise()))).max() > 0.02


def test_it_survives_json_every_picture_format_and_a_project(projected: Path, tmp_path: Path) -> None:
    recipe = replace(opened(projected, TINY, 1).recipe, model="a" * 64)
    assert from_json(to_json(recipe)) == recipe
    packed = PackedRecipe.of(recipe)
    assert PackedRecipe(packed.text, packed.vectors).recipe == recipe
    assert len(packed.text) < 1000  # the noise is stored once, by its hash
    for suffix in ("png", "jpg", "webp"):
        save_image(tmp_path / f"a.{suffix}", np.zeros((32, 32, 3), np.uint8), recipe)
        assert read_file(tmp_path / f"a.{suffix}", TINY).recipe == recipe


def test_noise_of_1024_px_fits_into_a_picture_a_timeline_and_a_project(tmp_path: Path) -> None:
    noise = StoredNoise.of([np.ones(size, np.float16) for size in GeneratorConfig(1024).noise_sizes])
    assert len(noise.data) < MAX_BYTES
    recipe = Recipe(noise=Noise("stored", 0, noise))
    save_image(tmp_path / "a.png", np.zeros((8, 8, 3), np.uint8), recipe)
    assert read_file(tmp_path / "a.png").recipe == recipe
    timeline = Timeline(tuple(Keyframe(time, recipe) for time in (0.0, 1.0)), duration=1.0)
    assert timeline_json.from_json(timeline_json.to_json(timeline)) == timeline
    faces = [Face.of(1, recipe), Face.of(2, replace(recipe, source=SeedSource(2)))]
    with closing(Project.open(tmp_path / "a.outis", create=True)) as project:
        project.put(faces)
    assert (tmp_path / "a.outis").stat().st_size < 2 * MAX_BYTES  # it is there once
    with closing(Project.open(tmp_path / "a.outis")) as project:
        assert [face.recipe for face in project.faces()] == [face.recipe for face in faces]


def test_recipes_without_it_are_written_as_before() -> None:
    assert json.loads(to_json(Recipe()))["version"] == 1
    assert json.loads(to_json(Recipe(noise=Noise("random", 3))))["noise"] == {"mode": "random", "seed": 3}
    values = json.loads(to_json(Recipe(noise=stored(TINY))))
    assert values["version"] == 3
    with pytest.raises(RecipeError, match="there is none"):
        from_json(json.dumps(values | {"version": 2}))


def test_another_choice_leaves_it_in_the_recipe(model: Generator, projected: Path) -> None:
    engine, face = Engine(model, "cpu"), opened(projected, TINY, 0).recipe
    first = engine.render(face)
    for mode in ("const", "random", "none"):
        other = replace(face, noise=replace(face.noise, mode=mode))
        assert (engine.render(other) != first).any()
        assert np.array_equal(engine.render(replace(other, noise=replace(other.noise, mode="stored"))), first)
    assert engine.render(face, 16).shape == (16, 16, 3)


@pytest.mark.parametrize(
    "config",
    [
        StyleGAN1Config(16, z_dim=8, w_dim=8, channel_max=8),
        LucidrainsConfig(16, z_dim=8, w_dim=8, channel_max=8),
        GeneratorConfig(16, z_dim=8, w_dim=8, channel_max=8, architecture="resnet"),
        GeneratorConfig(16, z_dim=8, w_dim=8, channel_max=8, upsampling="bilinear"),
        GeneratorConfig(16, z_dim=8, w_dim=8, channel_max=8, lowest=(4, 2)),
    ],
    ids=["stylegan1", "lucidrains", "resnet", "bilinear", "high"],
)
def test_families_with_noise_draw_it(config: GeneratorConfig) -> None:
    generator = random_generator(config)
    for name, strength in generator.named_parameters():
        if name.endswith((".noise.weight", "noise_strength")):
            strength.fill_(0.3)
    recipe, noise = Recipe(source=SeedSource(3)), stored(config, 7)
    own = [tensor for name, tensor in generator.named_buffers() if name.endswith("noise_const")]
    kept = [tensor.clone() for tensor in own]
    assert noise.stored is not None
    for tensor, image in zip(own, noise.stored.images, strict=True):
        tensor.copy_(torch.tensor(image))
    expected = Engine(generator, "cpu").render(recipe)
    for tensor, values in zip(own, kept, strict=True):
        tensor.copy_(values)
    engine = Engine(generator, "cpu")
    assert (engine.render(recipe) != expected).any()
    assert np.array_equal(engine.render(replace(recipe, noise=noise)), expected)


def test_graphs_draw_it_and_those_of_whole_networks_leave_it_to_the_definition(model: Generator) -> None:
    ws, noise = torch.randn(1, TINY.num_ws, TINY.w_dim), stored(TINY, 4).drawn
    expected = GraphedNetwork(model).pixels(SynthesisInputs(ws, noise))
    form = GraphedSynthesis(model, torch.float32)
    for kind in ("const", noise, "none", noise):
        found = form.pixels(SynthesisInputs(ws, kind)).astype(int)
        assert (np.abs(found - expected).max() <= 1) == (kind is noise)


def test_noise_of_another_model_is_left_out_and_told(tmp_path: Path) -> None:
    torch.save({"a.jpg": {**photo(TINY, 1), "noise": images(GeneratorConfig(64))}}, tmp_path / "p.pt")
    face = opened(tmp_path / "p.pt", TINY)
    assert (face.recipe.noise, face.note.endswith(OTHERS)) == (Noise(), True)
    assert opened(tmp_path / "p.pt", replace(TINY, img_resolution=64)).recipe.noise.mode == "stored"


NOT_NOISES: dict[str, Callable[[], object]] = {
    "no list": lambda: torch.zeros(4),
    "none": list,
    "numbers": lambda: [1.0, 2.0],
    "several faces": lambda: [torch.zeros(2, 1, 4, 4)],
    "whole numbers": lambda: [torch.zeros(1, 1, 4, 4, dtype=torch.int64)],
    "not finite": lambda: [torch.full((1, 1, 4, 4), torch.inf)],
    "empty": lambda: [torch.zeros(1, 1, 0, 4)],
    "too many": lambda: [torch.zeros(1, 1, 4, 4)] * 99,
    "too large": lambda: [torch.zeros(1, 1, 2500, 2500)],
    "repeated": lambda: [torch.zeros(1, 1, 1, 1).expand(1, 1, 2**14, 2**14)],
    "names": lambda: {"a": [torch.zeros(4, 4)]},
}


@pytest.mark.parametrize("name", NOT_NOISES)
def test_what_is_no_noise_is_left_out_and_told(name: str, tmp_path: Path) -> None:
    torch.save({"a.jpg": {**photo(TINY, 1), "noise": NOT_NOISES[name]()}}, tmp_path / "p.pt")
    with bounded():
        face = opened(tmp_path / "p.pt", TINY)
    assert (face.recipe.noise, face.note.endswith(UNREADABLE)) == (Noise(), True)


LIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "other sizes": lambda noise: noise["stored"].update(sizes=[[4, 4]]),
    "no size": lambda noise: noise["stored"].update(sizes=[]),
    "sizes of text": lambda noise: noise["stored"].update(sizes=["44"]),
    "true": lambda noise: noise["stored"].update(sizes=[[True, True]]),
    "negative": lambda noise: noise["stored"].update(sizes=[[-4, -4]] * 7),
    "endless": lambda noise: noise["stored"].update(sizes=[[2**40, 2**40]] * 7),
    "many sizes": lambda noise: noise["stored"].update(sizes=[[1, 1]] * 10_000),
    "no data": lambda noise: noise["stored"].pop("data"),
    "no base64": lambda noise: noise["stored"].update(data="%"),
    "more": lambda noise: noise["stored"].update(more=1),
    "not finite": lambda noise: noise["stored"].update(sizes=[[1, 1]], data="AHw="),
    "missing": lambda noise: noise.pop("stored"),
    "null": lambda noise: noise.update(stored=None),
}


@pytest.mark.parametrize("name", LIES)
def test_a_recipe_that_lies_about_its_noise_is_refused_in_a_sentence(name: str) -> None:
    values = json.loads(to_json(Recipe(noise=stored(TINY))))
    LIES[name](values["noise"])
    text = json.dumps(values)
    with bounded(), pytest.raises(RecipeError) as caught:
        from_json(text)
    assert len(str(caught.value)) < 300


def test_a_recipe_whose_noise_is_of_another_model_is_refused(model: Generator) -> None:
    recipe = Recipe(noise=stored(GeneratorConfig(64)))
    for attempt in (lambda: check_shapes(recipe, TINY), lambda: Engine(model, "cpu").render(recipe)):
        with pytest.raises(OutisError, match="belongs to another"):
            attempt()


def test_another_model_takes_over_the_face_without_its_noise() -> None:
    known = facts()
    recipe = Recipe(known.hash, noise=replace(stored(known.config), seed=5))
    assert carry_over(recipe, known) == recipe
    assert carry_over(replace(recipe, model="b" * 64), known).noise == Noise("const", 5)
    other = StyleGAN3Config(16)
    assert recipe.noise.fitting(other.noise_sizes) == Noise("const", 5)


def test_a_face_that_is_told_by_its_shape_brings_it_where_it_fits(tmp_path: Path) -> None:
    torch.save({"a.jpg": photo(TINY, 1)}, tmp_path / "p.pt")
    assert read_file(tmp_path / "p.pt", TINY).recipe.noise == stored(TINY, 1)
    with pytest.raises(LatentError):
        read_file(tmp_path / "p.pt", GeneratorConfig(64, w_dim=16))
