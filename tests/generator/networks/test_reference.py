"""Our networks draw what the public reference implementation draws with the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from generator.networks import Generator
from generator.recipe import latent
from generator.recipe.recipe import Mix, Noise, Recipe, SeedSource, Truncation
from generator.render.engine import Engine

Arrays = dict[str, NDArray[np.generic]]
SEEDS = (0, 1, 2, 85, 2**32 - 1)


@pytest.fixture(scope="module")
def reference() -> Arrays:
    with np.load(Path(__file__).parents[2] / "data" / "faces-256-reference.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.fixture(scope="module")
def engine(faces: Generator) -> Engine:
    return Engine(faces, "cpu")


def assert_same_pixels(pixels: NDArray[np.generic], expected: NDArray[np.generic]) -> None:
    difference = np.abs(pixels.astype(int) - expected.astype(int))
    assert (difference <= 1).mean() >= 0.999


def test_z_of_a_seed_is_that_of_every_public_tool(reference: Arrays) -> None:
    assert tuple(reference["seeds"]) == SEEDS
    z = np.concatenate([latent.z_from_seed(seed, 512) for seed in SEEDS])
    np.testing.assert_array_equal(z, reference["z"])


def test_w_is_within_1e_4(faces: Generator, reference: Arrays) -> None:
    w = faces.mapping(torch.from_numpy(reference["z"]))
    assert np.abs(w.numpy() - reference["w"]).max() < 1e-4


def test_the_float_image_is_within_2e_3(faces: Generator, reference: Arrays) -> None:
    ws = latent.broadcast(torch.from_numpy(reference["w"][3:4]), faces.config.num_ws)
    image = faces.synthesis(ws)
    assert image.dtype == torch.float32
    assert np.abs(image[0].numpy() - reference["float_psi1_seed85"].reshape(3, 256, 256)).max() < 2e-3


@pytest.mark.parametrize(
    ("name", "truncation", "noise"),
    [
        ("image_psi1", Truncation(1.0), Noise()),
        ("image_psi07", Truncation(0.7), Noise()),
        ("image_psi05_cutoff8", Truncation(0.5, 8), Noise()),
        ("image_nonoise_psi07", Truncation(0.7), Noise("none")),
    ],
)
def test_every_seed_draws_the_reference_pixels(
    engine: Engine, reference: Arrays, name: str, truncation: Truncation, noise: Noise
) -> None:
    for seed, expected in zip(SEEDS, reference[name], strict=True):
        pixels = engine.render(Recipe(source=SeedSource(seed), truncation=truncation, noise=noise))
        assert_same_pixels(pixels, expected)


def test_a_style_mix_draws_the_reference_pixels(engine: Engine, reference: Arrays) -> None:
    mix = Mix(SeedSource(1), (0.0,) * 7 + (1.0,) * 7)
    pixels = engine.render(Recipe(source=SeedSource(85), mix=mix))
    assert_same_pixels(pixels, reference["image_mix_coarse85_fine1_layers7up_psi07"].reshape(256, 256, 3))
