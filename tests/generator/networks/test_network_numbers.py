"""Every family draws what its public implementation draws with the same weights (see `make_network_numbers.py`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from generator.networks import Generator
from generator.networks.transform import transform_matrix
from generator.recipe import latent
from tests.support.network_cases import CONFIGS, Shot, drawn_generator, latents, layer_styles, shots

TOLERANCE = 1e-3  # of the expected numbers' standard deviation

Numbers = dict[str, NDArray[np.float32]]


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    stored: Numbers = {}
    for path in (Path(__file__).parents[2] / "data").glob("network-numbers*.npz"):
        with np.load(path, allow_pickle=False) as file:
            stored |= dict(file)
    return stored


@pytest.fixture(scope="module", params=CONFIGS)
def case(request: pytest.FixtureRequest) -> tuple[str, Generator]:
    return request.param, drawn_generator(CONFIGS[request.param])


def assert_same(ours: torch.Tensor, expected: NDArray[np.float32]) -> None:
    assert ours.shape == expected.shape
    assert ours.dtype == torch.float32
    assert np.abs(ours.numpy() - expected).max() < TOLERANCE * expected.std()


def picture(generator: Generator, shot: Shot) -> torch.Tensor:
    config = generator.config
    ws = latent.broadcast(generator.mapping(*latents(config)), config.num_ws)
    ws = latent.truncate(ws, generator.class_average(1 if config.c_dim else None), shot.truncation)
    transform = None if shot.motion is None else transform_matrix(*shot.motion)
    return generator.synthesis(ws, shot.noise, transform=transform)


def test_w_is_the_public_one(case: tuple[str, Generator], numbers: Numbers) -> None:
    name, generator = case
    assert_same(generator.mapping(*latents(generator.config)), numbers[f"{name}/w"])


def test_pictures_are_the_public_ones(case: tuple[str, Generator], numbers: Numbers) -> None:
    name, generator = case
    pictures = {shot.name: picture(generator, shot) for shot in shots(generator.config)}
    for what, image in pictures.items():
        assert_same(image, numbers[f"{name}/{what}"])
    plain = pictures.pop("plain")
    assert all((image - plain).abs().max() > 0.1 * plain.std() for image in pictures.values())


def test_every_layer_takes_the_style_of_its_row(case: tuple[str, Generator], numbers: Numbers) -> None:
    name, generator = case
    assert_same(generator.synthesis(layer_styles(generator.config)), numbers[f"{name}/styles"])


def test_the_memory_format_of_the_engine_changes_nothing(case: tuple[str, Generator]) -> None:
    _, generator = case
    ws = layer_styles(generator.config).repeat(2, 1, 1)
    expected = generator.synthesis(ws)
    fast = drawn_generator(generator.config).to(memory_format=torch.channels_last)
    torch.testing.assert_close(fast.synthesis(ws), expected, rtol=1e-4, atol=1e-4 * float(expected.std()))
