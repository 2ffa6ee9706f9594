"""The engine: pure, exact, honest about its device."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import DeviceError, LatentError, RecipeError
from generator.networks import Generator
from generator.networks.stylegan2 import SynthesisNetwork
from generator.recipe.layers import Layers
from generator.recipe.recipe import (
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    NoiseMode,
    Recipe,
    SeedSource,
    Target,
    Truncation,
    pack,
)
from generator.render import engine as engine_module
from generator.render import self_test
from generator.render.engine import Engine
from generator.render.recipe_latents import CACHED_SOURCES
from tests.support.effort import tries
from tests.support.models import TINY, random_generator

LAYERS = TINY.num_ws
pytestmark = pytest.mark.usefixtures("two_threads")


@pytest.fixture(scope="module")
def engine(tiny: Generator) -> Engine:
    return Engine(tiny, "cpu")


def direction(seed: int = 0, first: int = 0, last: int = 99) -> Direction:
    return Direction("d", pack(np.random.RandomState(seed).randn(32).astype(np.float32)), Layers.span(first, last))


amounts = st.floats(-3, 3, allow_nan=False)
recipes = st.builds(
    Recipe,
    source=st.builds(SeedSource, st.integers(0, 2**32 - 1)),
    truncation=st.builds(Truncation, st.floats(-0.5, 1.5), st.none() | st.integers(0, LAYERS)),
    directions=st.lists(
        st.builds(DirectionEdit, st.builds(direction, st.integers(0, 5), st.integers(0, 3)), amounts), max_size=3
    ).map(tuple),
    mix=st.none()
    | st.builds(
        Mix,
        st.builds(SeedSource, st.integers(0, 9)),
        st.lists(st.floats(0, 1), max_size=LAYERS).map(tuple),
    ),
    noise=st.builds(Noise, st.sampled_from(["const", "random", "none"]), st.integers(0, 99)),
)


@settings(max_examples=tries(20))
@given(recipe=recipes, before=st.lists(recipes, max_size=3))
def test_the_same_recipe_gives_the_same_bytes_whatever_came_before(
    tiny: Generator, recipe: Recipe, before: list[Recipe]
) -> None:
    fresh, used = Engine(tiny, "cpu"), Engine(tiny, "cpu")
    for other in before:
        used.render(other)
    expected = fresh.render(recipe)
    assert np.array_equal(used.render(recipe), expected)
    assert np.array_equal(used.render(recipe), expected)


def test_a_picture_is_a_fresh_array_of_bytes(engine: Engine) -> None:
    first, second = engine.render(Recipe()), engine.render(Recipe())
    assert first.shape == (32, 32, 3)
    assert first.dtype == np.uint8
    assert first.flags.c_contiguous
    assert not np.shares_memory(first, second)


def test_a_preview_is_the_same_face_smaller(engine: Engine) -> None:
    assert engine.render(Recipe(), 16).shape == (16, 16, 3)
    assert engine.render(Recipe(), 20).shape == (16, 16, 3)
    assert np.array_equal(engine.render(Recipe(), 32), engine.render(Recipe()))


@pytest.mark.parametrize("noise", [Noise("const"), Noise("random", 3)])
def test_pictures_drawn_together_are_those_drawn_alone_but_for_rounding(engine: Engine, noise: Noise) -> None:
    recipes = [Recipe(source=SeedSource(seed), noise=noise).with_amount(direction(), seed - 1) for seed in range(3)]
    together = engine.render_together(recipes)
    for recipe, pixels in zip(recipes, together, strict=True):
        assert np.abs(pixels.astype(int) - engine.render(recipe)).max() <= 1
    assert np.array_equal(engine.render_together(recipes[:1])[0], engine.render(recipes[0]))
    with pytest.raises(RecipeError, match="cannot be rendered together"):
        engine.render_together([*recipes, Recipe(noise=Noise("none"))])


def test_networks_that_cannot_stop_early_draw_together_as_well() -> None:
    other = Engine(random_generator(dataclasses.replace(TINY, architecture="resnet")), "cpu")
    recipes = [Recipe(source=SeedSource(seed)) for seed in range(2)]
    for recipe, pixels in zip(recipes, other.render_together(recipes), strict=True):
        assert np.abs(pixels.astype(int) - other.render(recipe)).max() <= 1


def test_large_pictures_are_drawn_in_smaller_batches(tiny: Generator) -> None:
    sizes = [
        Engine(random_generator(dataclasses.replace(TINY, img_resolution=side, channel_base=512)), "cpu").batch_size
        for side in (32, 128, 512)
    ]
    assert sizes == [64, 32, 2]


def test_psi_zero_is_the_average_face_of_every_seed(engine: Engine) -> None:
    faces = [engine.render(Recipe(source=SeedSource(seed), truncation=Truncation(0.0))) for seed in (3, 4)]
    assert np.array_equal(*faces)


def test_truncation_leaves_the_layers_from_the_cutoff_alone(engine: Engine) -> None:
    plain = engine.w_plus(Recipe(truncation=Truncation(1.0)))
    cut = engine.w_plus(Recipe(truncation=Truncation(0.5, 3)))
    average = engine.generator.w_avg
    torch.testing.assert_close(cut[0, :3], average + 0.5 * (plain[0, :3] - average))
    assert torch.equal(cut[0, 3:], plain[0, 3:])


def test_a_direction_adds_its_sigma_to_its_layers_only_at_any_psi(engine: Engine) -> None:
    d = direction(first=2, last=4)
    for psi in (0.2, 1.0):
        plain = Recipe(truncation=Truncation(psi))
        step = engine.w_plus(plain.with_amount(d, 1.5)) - engine.w_plus(plain)
        assert torch.equal(step[0, :2], torch.zeros(2, 32))
        torch.testing.assert_close(step[0, 2:5], torch.from_numpy(1.5 * d.array).expand(3, -1), rtol=1e-4, atol=1e-5)
        assert torch.equal(step[0, 5:], torch.zeros(LAYERS - 5, 32))


def test_a_full_mix_is_the_second_face_and_swapping_keeps_the_picture(engine: Engine) -> None:
    first, second = SeedSource(1), SeedSource(2)
    whole = Recipe(source=first, mix=Mix(second, (1.0,) * LAYERS))
    assert np.array_equal(engine.render(whole), engine.render(Recipe(source=second)))
    weights = (0.25, 0.5, 1.0, 0.0, 0.75) + (0.0,) * (LAYERS - 5)
    mixed = engine.w_plus(Recipe(source=first, mix=Mix(second, weights)))
    swapped = engine.w_plus(Recipe(source=second, mix=Mix(first, tuple(1 - weight for weight in weights))))
    torch.testing.assert_close(mixed, swapped, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("space", ["z", "w"])
def test_a_stored_latent_brings_back_the_face_of_its_seed(engine: Engine, space: str) -> None:
    latents = engine.latents(Recipe(source=SeedSource(7)))
    values = latents.z if space == "z" else latents.w
    assert values is not None
    assert values.dtype == np.float32
    stored = Recipe(source=LatentSource.from_array(space, values))  # type: ignore[arg-type]
    assert np.array_equal(engine.render(stored), engine.render(Recipe(source=SeedSource(7))))


def test_the_final_w_plus_brings_back_the_edited_face_without_its_recipe(engine: Engine) -> None:
    recipe = Recipe(source=SeedSource(7), mix=Mix(SeedSource(8), (0.5,) * 3)).with_amount(direction(), 2.0)
    latents = engine.latents(recipe)
    assert latents.w_plus.shape == (LAYERS, 32)
    stored = Recipe(source=LatentSource.from_array("w+", latents.w_plus), truncation=Truncation(1.0))
    assert np.array_equal(engine.render(stored), engine.render(recipe))
    inner = engine.latents(stored)
    assert inner.z is None
    assert inner.w is None


def test_latents_and_directions_of_another_shape_are_refused(engine: Engine) -> None:
    for space, shape in [("z", (1, 31)), ("w", (1, 31)), ("w+", (LAYERS - 1, 32)), ("w+", (LAYERS, 31))]:
        source = LatentSource.from_array(space, np.zeros(shape, np.float32))  # type: ignore[arg-type]
        with pytest.raises(LatentError, match="takes"):
            engine.render(Recipe(source=source))
    for rows, w_dim, shape in ((1, 8, "[8]"), (LAYERS - 1, 32, f"[{LAYERS - 1}, 32]"), (LAYERS, 8, f"[{LAYERS}, 8]")):
        odd = Direction("odd", pack(np.ones(rows * w_dim, np.float32)), rows=rows)
        takes = f"Direction 'odd' has shape {shape}, and the model takes [32] or [{LAYERS}, 32]"
        with pytest.raises(RecipeError, match=re.escape(takes)):
            engine.render(Recipe().with_amount(odd, 1.0))


def test_rows_sets_of_layers_and_targets_give_the_bytes_of_a_fresh_start(engine: Engine) -> None:
    values = np.random.RandomState(1).randn(LAYERS, 32).astype(np.float32)
    rows = Direction("rows", pack(values), Layers.of([0, 3, 6]), LAYERS)
    gaps = Direction("gaps", pack(values[0]), Layers.parse("1,5-99"))
    there = Direction("there", pack(values[1]), Layers.of([2, 4]), target=Target(pack(values[2]), 1.5))
    moves = [(rows, 1.0), (gaps, -1.0), (there, 1.0), (gaps, 0), (rows, -0.5), (there, 0.25), (gaps, 2.0), (rows, 0)]
    recipe, kept = Recipe(source=SeedSource(3)), []
    for direction_, amount in moves:
        recipe = recipe.with_amount(direction_, amount)
        kept.append((recipe, engine.render(recipe)))
    for recipe, pixels in kept:
        engine.clear_caches()
        assert np.array_equal(engine.render(recipe), pixels)
    assert len({pixels.tobytes() for _, pixels in kept}) == len(kept)


def test_a_recipe_of_another_model_is_refused(engine: Engine, tiny: Generator) -> None:
    assert engine.render(Recipe(model=tiny.hash)).shape == (32, 32, 3)
    with pytest.raises(RecipeError, match="another model"):
        engine.render(Recipe(model="0" * 64))


def test_classes_are_chosen_by_number() -> None:
    conditional = Engine(random_generator(dataclasses.replace(TINY, c_dim=2)), "cpu")
    pictures = [conditional.render(Recipe(source=SeedSource(0, label))) for label in (None, 0, 1)]
    assert not np.array_equal(pictures[0], pictures[1])
    assert not np.array_equal(pictures[1], pictures[2])
    with pytest.raises(RecipeError, match="2 classes"):
        conditional.render(Recipe(source=SeedSource(0, 2)))


def test_a_grey_model_gives_rgb() -> None:
    grey = Engine(random_generator(dataclasses.replace(TINY, img_channels=1)), "cpu")
    picture = grey.render(Recipe())
    assert picture.shape == (32, 32, 3)
    assert np.array_equal(picture[..., 0], picture[..., 2])


def test_the_cache_of_sources_is_bounded(tiny: Generator) -> None:
    engine = Engine(tiny, "cpu")
    for seed in range(CACHED_SOURCES + 10):
        engine.render(Recipe(source=SeedSource(seed)), 4)
    assert len(engine._latents._sources) == CACHED_SOURCES


def test_a_device_that_is_not_there_is_refused_by_name(tiny: Generator) -> None:
    for name in ("cuda:17", "toaster", "meta"):
        with pytest.raises(DeviceError, match=name):
            Engine(tiny, name)


def test_a_device_that_draws_wrongly_is_left_for_the_cpu_and_said(
    tiny: Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second portrait is the device's; meta stands for a GPU whose kernels are wrong."""
    pictures = [torch.randn(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)]
    monkeypatch.setattr(engine_module, "portrait", lambda _generator, _device: pictures.pop(0))
    monkeypatch.setattr(engine_module.devices, "choose", lambda _name: torch.device("cuda"))
    moved: list[str] = []

    def move(self: Engine, device: torch.device) -> None:
        moved.append(device.type)
        self._device, self.device = device, "CUDA, a card"

    monkeypatch.setattr(Engine, "_to_device", move)
    monkeypatch.setattr(engine_module.devices, "describe", lambda device: f"the {device.type}")
    engine = Engine(tiny)
    assert moved == ["cuda", "cpu"]
    assert engine.on_cpu
    assert "the test image is flat" in engine.notice
    assert "CPU" in engine.notice


def test_the_self_test_tells_wrong_pictures_from_right_ones() -> None:
    expected = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert self_test.fault_of(expected + 1e-4, expected) == ""
    assert "differs" in self_test.fault_of(expected + 1.0, expected)
    assert "flat" in self_test.fault_of(torch.full_like(expected, 0.5), expected)
    assert "finite" in self_test.fault_of(expected * torch.nan, expected)


@pytest.mark.parametrize("noise", ["const", "random", "none"])
@pytest.mark.parametrize("resolution", [4, 16, 32])
def test_features_are_the_maps_of_the_definition(engine: Engine, noise: NoiseMode, resolution: int) -> None:
    recipe = Recipe(source=SeedSource(3), noise=Noise(noise, 7))
    found = engine.features(recipe, resolution)
    network = engine.generator.synthesis
    assert isinstance(network, SynthesisNetwork)
    expected = network.features(engine.w_plus(recipe), resolution, noise, 7)[0].numpy()
    assert found.shape == (TINY.channels(resolution), resolution, resolution)
    assert np.abs(found - expected).max() < 0.02 * expected.std()


def test_features_neither_depend_on_the_last_image_nor_change_the_next(engine: Engine) -> None:
    recipe, other = Recipe(source=SeedSource(3)), Recipe(source=SeedSource(4))
    pixels = engine.render(recipe, live=True)
    cached = engine.features(recipe, 16)
    kept = cached.copy()
    between = engine.features(other, 16)
    assert np.array_equal(cached, kept)
    assert not np.array_equal(between, kept)
    assert np.array_equal(engine.features(recipe, 16), kept)
    assert np.array_equal(engine.render(recipe, live=True), pixels)


@pytest.mark.parametrize("architecture", ["resnet", "orig"])
def test_every_architecture_of_stylegan2_has_features(architecture: str) -> None:
    odd = Engine(random_generator(dataclasses.replace(TINY, architecture=architecture)), "cpu")
    assert odd.has_features
    assert odd.features(Recipe(source=SeedSource(3)), 16).shape == (TINY.channels(16), 16, 16)
