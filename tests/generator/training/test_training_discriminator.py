"""The discriminator answers and learns as the public one does (see `make_discriminator_numbers`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from generator.config import GeneratorConfig
from generator.training.discriminator import Discriminator, with_spread
from generator.training.losses import logistic_d, r1_penalty
from tests.support.discriminator_cases import CASES, drawn_classes, drawn_discriminator, drawn_images, summary

Numbers = dict[str, NDArray[np.float64]]
TINY = GeneratorConfig(16, channel_base=128, channel_max=8)
TOLERANCES = {torch.float64: 1e-10, torch.float32: 2e-3}  # of the largest number of its kind


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    with np.load(Path(__file__).parents[2] / "data" / "discriminator-numbers.npz", allow_pickle=False) as file:
        return dict(file)


def assert_same(found: torch.Tensor, expected: NDArray[np.float64], tolerance: float) -> None:
    assert found.shape == expected.shape
    assert np.abs(found.detach().numpy() - expected).max() <= tolerance * np.abs(expected).max()


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("name", CASES)
def test_logits_gradients_and_r1_are_the_public_ones(name: str, dtype: torch.dtype, numbers: Numbers) -> None:
    discriminator, tolerance = drawn_discriminator(CASES[name]).to(dtype), TOLERANCES[dtype]
    names, parameters = zip(*discriminator.named_parameters(), strict=True)
    images = drawn_images(CASES[name]).to(dtype).requires_grad_()
    classes = drawn_classes(CASES[name])
    real, fake = (discriminator(each, classes=classes) for each in (images, -images.detach()))
    loss, r1 = logistic_d(real, fake), r1_penalty(real, images)
    for what, value in {"logits": real, "loss": loss, "r1": r1}.items():
        assert_same(value, numbers[f"{name}/{what}"], tolerance)
    for what, value in {"gradient": loss, "penalty": r1}.items():
        gradients = torch.autograd.grad(value, parameters, retain_graph=True, materialize_grads=True)
        for parameter, gradient in zip(names, gradients, strict=True):
            assert_same(summary(gradient), numbers[f"{name}/{what}/{parameter}"], tolerance)


def test_parameter_names_are_the_public_ones(numbers: Numbers) -> None:
    for name, config in CASES.items():
        public = {key.split("/")[2] for key in numbers if key.startswith(f"{name}/gradient/")}
        assert Discriminator(config).state_dict().keys() == public
    grown = (
        Discriminator(CASES["rgb"], fading=True).state_dict().keys() - Discriminator(CASES["rgb"]).state_dict().keys()
    )
    assert grown == {"b16.fromrgb.weight", "b16.fromrgb.bias"}


def test_the_memory_format_changes_nothing() -> None:
    discriminator, images = drawn_discriminator(CASES["rgb"]), drawn_images(CASES["rgb"])
    expected = discriminator(images)
    fast = discriminator.to(memory_format=torch.channels_last)
    torch.testing.assert_close(fast(images.to(memory_format=torch.channels_last)), expected, rtol=1e-4, atol=1e-5)


def test_fresh_logits_have_about_unit_variance() -> None:
    torch.manual_seed(0)
    discriminators = (Discriminator(GeneratorConfig(32, channel_base=1024, channel_max=64)) for _ in range(20))
    with torch.no_grad():
        logits = torch.cat([discriminator(torch.randn(4, 3, 32, 32)) for discriminator in discriminators])
    assert 0.2 < float(logits.std()) < 2


def test_images_that_are_all_alike_give_themselves_away() -> None:
    x = torch.randn(8, 5, 4, 4)
    spread = with_spread(x)
    assert torch.equal(spread[:, :5], x)
    assert (spread[:, 5] > 0.5).all()
    assert (with_spread(x[:1].expand(8, -1, -1, -1))[:, 5] < 1e-3).all()


@pytest.mark.parametrize(("count", "group"), [(8, 4), (6, 3), (5, 1), (2, 2), (1, 1)])
def test_groups_divide_any_batch(count: int, group: int) -> None:
    """Image i is seen with those that lie the number of groups further on, as in the public code."""
    x = torch.randn(count, 3, 4, 4, dtype=torch.float64)
    members = x[:: count // group]
    expected = (members.var(dim=0, correction=0) + 1e-8).sqrt().mean()
    torch.testing.assert_close(with_spread(x)[0, 3, 0, 0], expected)
    assert Discriminator(TINY)(torch.randn(count, 3, 16, 16)).shape == (count, 1)


def test_in_bfloat16_the_logits_are_still_float32_and_nearly_the_same() -> None:
    discriminator, images = drawn_discriminator(CASES["rgb"]), drawn_images(CASES["rgb"])
    expected = discriminator(images)
    with torch.autocast("cpu", torch.bfloat16):
        logits = discriminator(images)
    assert logits.dtype == torch.float32
    assert 0 < (logits - expected).abs().max() < 0.05 * expected.abs().max()
