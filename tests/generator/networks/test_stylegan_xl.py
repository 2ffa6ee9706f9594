"""StyleGAN-XL: how it grows, and that every class has a mean of w of its own. Its numbers: `test_network_numbers`."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from generator.config import StyleGAN3Config, StyleGANXLConfig, zone_layers
from generator.config.stylegan_xl import grown, stand_in
from generator.directions.make import sefa
from generator.recipe import latent
from generator.recipe.recipe import LatentSource, Mix, Recipe, SeedSource, Truncation
from generator.render.engine import Engine
from generator.render.self_test import subject
from tests.support.models import random_generator
from tests.support.network_cases import CONFIGS

STEM = StyleGAN3Config(16, z_dim=64, c_dim=1000, num_layers=10, channel_base=65536, channel_max=1024)
KEPT = (  # of the stem of 16 px and of the stage of 32 px, in a network of 64 px
    *("L0_36_1024", "L1_36_1024", "L2_36_1024", "L3_36_1024", "L4_36_1024", "L5_36_1024", "L6_36_1024", "L7_36_1024"),
    *("L9_36_1024", "L10_52_1024", "L11_52_1024", "L12_52_1024", "L13_52_1024"),
)
HALF = Truncation(0.5)
pytestmark = pytest.mark.usefixtures("no_gradients")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(random_generator(CONFIGS["stylegan_xl"]), "cpu")


def w_plus(engine: Engine, seed: int, label: int | None, psi: float = 0.5) -> torch.Tensor:
    return engine.w_plus(Recipe(source=SeedSource(seed, label), truncation=Truncation(psi)))


def test_each_stage_leaves_out_the_last_layers_below_and_a_number_after_the_stem() -> None:
    config = grown(STEM, [(2, 7), (2, 7)])
    assert config.layer_names[:13] == KEPT
    assert config.numbers[13:] == (14, 15, 16, 17, 18, 19, 20, 21)
    assert config.sizes[13:] == (52, 84, 84, 84, 84, 84, 64, 64)
    assert config.layer_names[-1] == "L21_64_3"


def test_its_rows_are_its_layers_the_waves_and_the_colours() -> None:
    config = CONFIGS["stylegan_xl"]
    assert config.num_ws == len(random_generator(config).synthesis.layer_names) + 1  # type: ignore[attr-defined]
    assert sum(len(layers) for layers in zone_layers(config.num_ws).values()) == config.num_ws


def test_at_psi_zero_all_faces_of_a_class_are_its_mean(engine: Engine) -> None:
    means = engine.generator.mapping.w_avg
    for label in (0, 2):
        for seed in (1, 2):
            assert torch.equal(w_plus(engine, seed, label, 0.0)[0], means[label].expand(engine.config.num_ws, -1))
    assert torch.equal(engine.generator.class_average(2), means[2])


def test_no_class_is_the_first_one_and_is_truncated_towards_it(engine: Engine) -> None:
    torch.testing.assert_close(w_plus(engine, 1, None), w_plus(engine, 1, 0))
    assert torch.equal(engine.generator.class_average(None), engine.generator.mapping.w_avg[0])


def test_the_engine_maps_a_seed_and_its_class_as_the_definition_does(engine: Engine) -> None:
    z = torch.from_numpy(latent.z_from_seed(5, engine.config.z_dim))
    w = engine.generator.mapping(z, torch.eye(engine.config.c_dim)[3:4])
    torch.testing.assert_close(w_plus(engine, 5, 3, psi=1.0)[:, 0], w, rtol=1e-4, atol=1e-5)


def test_two_mixed_faces_are_each_truncated_towards_their_class(engine: Engine) -> None:
    weights = tuple(np.linspace(0, 1, engine.config.num_ws).tolist())
    for truncation in (HALF, Truncation(0.5, 3)):
        first, second = (Recipe(source=SeedSource(seed, seed), truncation=truncation) for seed in (1, 2))
        mixed = engine.w_plus(Recipe(source=first.source, mix=Mix(second.source, weights), truncation=truncation))
        each = latent.mix(engine.w_plus(first), engine.w_plus(second), weights)
        torch.testing.assert_close(mixed, each, rtol=1e-4, atol=1e-5)


def test_a_stored_w_is_truncated_towards_the_mean_of_all_classes(engine: Engine) -> None:
    w = np.zeros((1, engine.config.w_dim), np.float32)
    stored = Recipe(source=LatentSource.from_array("w", w), truncation=HALF)
    torch.testing.assert_close(engine.w_plus(stored)[0, 0], engine.generator.mapping.w_avg.mean(dim=0) / 2)


def test_samples_of_w_are_of_all_classes_and_the_same_each_time(engine: Engine) -> None:
    z = np.repeat(np.random.RandomState(0).randn(1, engine.config.z_dim).astype(np.float32), 640, axis=0)
    samples = engine.sampled(z)
    assert len(np.unique(samples.round(3), axis=0)) == engine.config.c_dim
    assert np.array_equal(samples, engine.sampled(z))
    plain = Engine(random_generator(CONFIGS["stylegan2-resnet"]), "cpu")
    assert np.array_equal(plain.sampled(z), plain.mapping(z))


def test_a_large_one_is_tested_with_a_small_one_of_the_same_kinds_of_layers() -> None:
    config = grown(STEM, [(2, 7)] * 4)
    small = stand_in(config, 32, 32)
    assert (small.img_resolution, small.c_dim, small.embedding) == (32, 1000, config.embedding)
    assert small.work < config.work / 1000
    generator = random_generator(CONFIGS["stylegan_xl"])
    assert subject(generator) is generator
    assert isinstance(config, StyleGANXLConfig)


def test_directions_are_found_in_all_its_layers(engine: Engine) -> None:
    assert sefa(engine.generator).shape == (engine.config.w_dim, engine.config.w_dim)
