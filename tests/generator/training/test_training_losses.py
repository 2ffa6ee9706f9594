"""Losses and penalties against their formulas, and their gradients against finite differences."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from generator.config import GeneratorConfig
from generator.networks import Generator, ops
from generator.training.discriminator import Discriminator
from generator.training.growing import faded_images
from generator.training.losses import PathLength, logistic_d, logistic_g, path_lengths, r1_penalty
from tests.support.models import TINY, random_generator

SMALL = dataclasses.replace(TINY, img_resolution=16, channel_base=128, channel_max=8, w_dim=6)
ONE = torch.ones(())


def test_the_logistic_losses_are_minus_logarithms_of_probabilities() -> None:
    real, fake = torch.randn(5, 1, dtype=torch.float64), torch.randn(5, 1, dtype=torch.float64)
    expected = -(real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean())
    torch.testing.assert_close(logistic_d(real, fake), expected)
    torch.testing.assert_close(logistic_g(fake), -fake.sigmoid().log().mean())
    assert logistic_g(torch.zeros(3, 1)) == pytest.approx(math.log(2))


def test_losses_stay_finite_and_the_generator_learns_where_the_discriminator_is_sure() -> None:
    sure = torch.full((2, 1), -1e4, requires_grad=True)
    assert logistic_d(sure, -sure).isfinite()
    (gradient,) = torch.autograd.grad(logistic_g(sure), sure)
    torch.testing.assert_close(gradient, torch.full((2, 1), -0.5))


def test_r1_of_a_linear_discriminator_is_the_square_of_its_weights() -> None:
    weight = torch.randn(3 * 4 * 4, dtype=torch.float64, requires_grad=True)
    images = torch.randn(5, 3, 4, 4, dtype=torch.float64, requires_grad=True)
    r1 = r1_penalty((images.flatten(1) @ weight)[:, None], images)
    torch.testing.assert_close(r1, weight.square().sum())
    (gradient,) = torch.autograd.grad(r1, weight)
    torch.testing.assert_close(gradient, 2 * weight.detach())


@pytest.mark.parametrize("fade", [0.0, 0.3, 1.0])
def test_r1_of_the_discriminator_learns_as_finite_differences_say(fade: float) -> None:
    torch.manual_seed(0)
    discriminator = Discriminator(GeneratorConfig(16, channel_base=64, channel_max=6), fading=True).double()
    images = torch.randn(4, 3, 16, 16, dtype=torch.float64, requires_grad=True)
    alpha = torch.tensor(fade, dtype=torch.float64)
    assert_learns_along(discriminator, lambda: r1_penalty(discriminator(images, alpha), images))


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> Generator:
    """A generator that learns in float64: a leaky ReLU bends, and only the smallest steps pass no bend."""
    monkeypatch.setattr(ops, "working_dtype", lambda _device, _low_precision: torch.float64)
    return random_generator(SMALL).requires_grad_(True).train().double()


def some_ws() -> Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randn(3, SMALL.num_ws, SMALL.w_dim, generator=random, dtype=torch.float64).requires_grad_()


def test_the_generator_learns_as_finite_differences_say(exact: Generator) -> None:
    ws = some_ws()
    target = torch.randn(3, 3, 16, 16, generator=torch.Generator().manual_seed(1))

    def loss() -> Tensor:
        torch.manual_seed(2)  # the same noise
        return (faded_images(exact, ws, ONE) - target).square().mean()

    assert_learns_along(exact.get_submodule("synthesis"), loss)


def test_path_lengths_learn_as_finite_differences_say(exact: Generator) -> None:
    ws = some_ws()

    def length() -> Tensor:
        torch.manual_seed(2)
        return path_lengths(faded_images(exact, ws, ONE), ws, torch.Generator().manual_seed(3)).mean()

    assert_learns_along(exact.get_submodule("synthesis"), length)


def assert_learns_along(module: nn.Module, loss: Callable[[], Tensor], step: float = 1e-7) -> None:
    """The gradient's part along a direction in the space of float64 weights is the slope of the loss there."""
    parameters = list(module.parameters())
    gradients = torch.autograd.grad(loss(), parameters, materialize_grads=True)
    random = torch.Generator().manual_seed(5)
    directions = [torch.randn(p.shape, generator=random, dtype=p.dtype) for p in parameters]
    directions = [d + g / g.norm().clamp_min(1e-12) for d, g in zip(directions, gradients, strict=True)]  # not across
    expected = sum(float((g * d).sum()) for g, d in zip(gradients, directions, strict=True))
    values = []
    for sign in (1, -1):
        moved(parameters, directions, sign * step)
        values.append(float(loss().detach()))
        moved(parameters, directions, -sign * step)
    assert (values[0] - values[1]) / (2 * step) == pytest.approx(expected, rel=1e-5)


@torch.no_grad()
def moved(parameters: list[nn.Parameter], directions: list[Tensor], step: float) -> None:
    for parameter, direction in zip(parameters, directions, strict=True):
        parameter.add_(direction, alpha=step)


def test_path_lengths_of_a_linear_generator_are_known() -> None:
    """J is the same matrix everywhere; each of three rows of W+ holds a part of it."""
    jacobian = torch.randn(3 * 4 * 4, 3, 5, dtype=torch.float64)
    ws = torch.randn(2, 3, 5, dtype=torch.float64, requires_grad=True)
    images = torch.einsum("prd,nrd->np", jacobian, ws).view(2, 3, 4, 4)
    lengths = path_lengths(images, ws, torch.Generator().manual_seed(7))
    y = torch.randn(2, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(7)).flatten(1) / 4
    rows = torch.einsum("prd,np->nrd", jacobian, y).square().sum(dim=2)
    torch.testing.assert_close(lengths, rows.mean(dim=1).sqrt())


def test_the_penalty_follows_the_running_mean_and_lets_it_come_nearer() -> None:
    mean = torch.tensor(1.0)
    penalty = PathLength(mean, weight=2.0, decay=0.5)
    lengths = torch.tensor([2.0, 4.0], requires_grad=True)
    loss = penalty(lengths)
    assert float(mean) == 2.0  # half of the way to 3
    assert float(loss.detach()) == 2 * (0 + 4) / 2
    (gradient,) = torch.autograd.grad(loss, lengths)
    torch.testing.assert_close(gradient, torch.tensor([0.0, 4.0]))


def test_learning_draws_the_picture_that_is_shown() -> None:
    generator = random_generator(SMALL)
    ws = torch.randn(2, SMALL.num_ws, SMALL.w_dim)
    shown = generator.synthesis(ws)
    learning = generator.requires_grad_(True).train().synthesis(ws)
    assert learning.requires_grad
    assert torch.equal(learning, shown)
    generator.synthesis(ws).sum().backward()  # nothing that it needs was overwritten
    assert torch.equal(generator.synthesis(ws), shown)
