"""Styles of one z or of two: who mixes, and from which layer on; and the centre of truncation."""

from __future__ import annotations

import dataclasses
import math

import pytest
import torch
from torch import Tensor

from generator.networks import Generator
from generator.training.style_mixing import mixed_ws, track_w
from tests.support.models import TINY, random_generator

CONFIG = dataclasses.replace(TINY, img_resolution=16, z_dim=8, w_dim=8)
ROWS = CONFIG.num_ws  # 6


@pytest.fixture(scope="module")
def generator() -> Generator:
    return random_generator(CONFIG)


def latents(count: int) -> tuple[Tensor, Tensor]:
    z = torch.randn(2, count, CONFIG.z_dim, generator=torch.Generator().manual_seed(1))
    return z[0], z[1]


def mixed(generator: Generator, count: int, probability: float, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """ws, and for each image and row whether it is of the first z and of the second."""
    z, z2 = latents(count)
    ws = mixed_ws(generator, z, z2, probability, torch.Generator().manual_seed(seed))
    both = generator.mapping(torch.cat([z, z2]))
    first, second = ((ws == w[:, None]).all(dim=2) for w in both.split(count))
    return ws, first, second


def test_without_mixing_all_layers_are_of_the_first_z(generator: Generator) -> None:
    ws, first, second = mixed(generator, 50, 0.0)
    assert ws.shape == (50, ROWS, CONFIG.w_dim)
    assert ws.dtype == torch.float32
    assert first.all()
    assert not second.any()


def test_with_mixing_there_is_one_crossover_anywhere_between_the_layers(generator: Generator) -> None:
    count = 5000
    _, first, second = mixed(generator, count, 1.0)
    assert (first ^ second).all()
    assert first[:, 0].all()
    assert second[:, -1].all()
    assert (second.int().diff(dim=1) >= 0).all()
    counts = torch.bincount(first.sum(dim=1), minlength=ROWS)
    assert counts.tolist()[0] == 0
    expected = count / (ROWS - 1)
    assert (counts[1:] - expected).abs().max() < 5 * math.sqrt(expected)


def test_images_mix_with_the_probability_each_for_itself(generator: Generator) -> None:
    count, p = 4000, 0.7
    _, _, second = mixed(generator, count, p)
    assert abs(float(second.any(dim=1).double().mean()) - p) < 5 * math.sqrt(p * (1 - p) / count)


def test_the_same_chance_mixes_alike_and_as_much_of_it_is_used_whatever_the_probability(generator: Generator) -> None:
    z, z2 = latents(5)
    one, other, never = (torch.Generator().manual_seed(9) for _ in range(3))
    assert torch.equal(mixed_ws(generator, z, z2, 0.7, one), mixed_ws(generator, z, z2, 0.7, other))
    mixed_ws(generator, z, z2, 0.0, never)
    assert torch.equal(one.get_state(), never.get_state())


def test_w_keeps_its_precision_under_autocast(generator: Generator) -> None:
    z, z2 = latents(5)
    expected = mixed_ws(generator, z, z2, 0.5, torch.Generator().manual_seed(0))
    with torch.autocast("cpu", torch.bfloat16):
        ws = mixed_ws(generator, z, z2, 0.5, torch.Generator().manual_seed(0))
    assert torch.equal(ws, expected)


def test_gradients_reach_the_mapping_of_both(generator: Generator) -> None:
    learning = random_generator(CONFIG).requires_grad_(True)
    z, z2 = (latent.requires_grad_() for latent in latents(20))
    mixed_ws(learning, z, z2, 1.0, torch.Generator().manual_seed(0)).square().sum().backward()
    for tensor in (z.grad, z2.grad, learning.get_parameter("mapping.fc0.weight").grad):
        assert tensor is not None
        assert tensor.abs().max() > 0


def test_w_avg_moves_by_two_thousandths_towards_the_mean() -> None:
    generator = random_generator(CONFIG).requires_grad_(True)
    before, w = generator.w_avg.clone(), torch.randn(64, CONFIG.w_dim).requires_grad_()
    track_w(generator, w)
    torch.testing.assert_close(generator.w_avg, 0.998 * before + 0.002 * w.detach().mean(dim=0))
    for _ in range(5000):
        track_w(generator, w)
    torch.testing.assert_close(generator.w_avg, w.detach().mean(dim=0), rtol=1e-3, atol=1e-3)
