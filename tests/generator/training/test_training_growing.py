"""Growing shakes nothing: at alpha 0 either side is what it was, and a folded fade is the faded picture."""

from __future__ import annotations

import copy
import dataclasses

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from generator.config import GeneratorConfig
from generator.networks import Generator, ops
from generator.training.discriminator import Discriminator
from generator.training.growing import faded_images, fold_fade, grow_discriminator, grow_generator
from tests.support.models import TINY, random_generator

SMALL = dataclasses.replace(TINY, img_resolution=8, channel_base=256, channel_max=16)
DISCRIMINATOR = GeneratorConfig(8, channel_base=256, channel_max=16)
alphas = st.floats(0, 1)


def some_ws(config: GeneratorConfig, count: int = 2) -> Tensor:
    return torch.randn(count, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(1))


def drawn(generator: Generator, ws: Tensor, alpha: float) -> Tensor:
    """With noise that is the same at the resolutions that two generators share: it is drawn from the smallest on."""
    torch.manual_seed(3)
    return faded_images(generator, ws, torch.tensor(alpha))


def some_images(resolution: int) -> Tensor:
    return torch.randn(8, 3, resolution, resolution, generator=torch.Generator().manual_seed(2))


def test_a_generator_grown_and_not_yet_faded_in_draws_what_it_drew_twice_as_large() -> None:
    small = random_generator(SMALL)
    grown = grow_generator(small, 16)
    ws = some_ws(grown.config)
    before = drawn(small, ws[:, : small.config.num_ws], 1.0)
    assert torch.equal(drawn(grown, ws, 0.0), ops.upsample(before))
    assert not torch.equal(drawn(grown, ws, 0.5), ops.upsample(before))


def test_a_discriminator_grown_and_not_yet_faded_in_says_what_it_said_of_images_of_half_the_size() -> None:
    discriminator, images = Discriminator(DISCRIMINATOR), some_images(16)
    grown = grow_discriminator(discriminator, 16)
    assert torch.equal(grown(images, 0.0), discriminator(F.avg_pool2d(images, 2)))
    assert not torch.allclose(grown(images, 0.5), discriminator(F.avg_pool2d(images, 2)))


def test_a_discriminator_wholly_faded_in_is_a_plain_one() -> None:
    grown, images = grow_discriminator(Discriminator(DISCRIMINATOR), 16), some_images(16)
    plain = Discriminator(grown.config)
    plain.load_state_dict(grown.state_dict(), strict=False)
    assert torch.equal(grown(images, 1.0), plain(images))
    assert torch.equal(grown(images), plain(images))


def test_a_fade_may_be_a_tensor() -> None:
    grown, images = grow_discriminator(Discriminator(DISCRIMINATOR), 16), some_images(16)
    torch.testing.assert_close(grown(images, torch.tensor(0.25)), grown(images, 0.25))


@pytest.mark.parametrize("clamp", [None, 0.4])
@settings(max_examples=20)
@given(alpha=alphas)
def test_a_folded_fade_draws_the_faded_picture(clamp: float | None, alpha: float) -> None:
    grown = grow_generator(random_generator(dataclasses.replace(SMALL, conv_clamp=clamp)), 16)
    ws = some_ws(grown.config)
    faded = drawn(grown, ws, alpha)
    folded = copy.deepcopy(grown)
    fold_fade(folded, alpha)
    torch.testing.assert_close(drawn(folded, ws, 1.0), faded, rtol=1e-5, atol=1e-5)


def test_whatever_was_learnt_is_carried_over_and_the_rest_is_drawn() -> None:
    small, discriminator = random_generator(SMALL), Discriminator(DISCRIMINATOR)
    for old, first, second in (
        (small, grow_generator(small, 16), grow_generator(small, 16)),
        (discriminator, grow_discriminator(discriminator, 16), grow_discriminator(discriminator, 16)),
    ):
        kept = old.state_dict()
        assert kept.keys() < first.state_dict().keys()
        for (name, one), other in zip(first.state_dict().items(), second.state_dict().values(), strict=True):
            if name in kept:
                assert torch.equal(one, kept[name])
            elif name.endswith(("conv0.weight", "conv1.weight", "torgb.weight", "skip.weight", "fromrgb.weight")):
                assert not torch.equal(one, other)


def test_growing_changes_nothing_of_what_was_grown() -> None:
    small, discriminator = random_generator(SMALL), Discriminator(DISCRIMINATOR)
    before = copy.deepcopy((small.state_dict(), discriminator.state_dict()))
    for grown in (grow_generator(small, 16), grow_discriminator(discriminator, 16)):
        with torch.no_grad():
            for parameter in grown.parameters():
                parameter.zero_()
    for network, values in zip((small, discriminator), before, strict=True):
        assert all(torch.equal(tensor, values[name]) for name, tensor in network.state_dict().items())


def test_a_discriminator_grown_twice_is_entered_at_its_two_highest_resolutions() -> None:
    twice = grow_discriminator(grow_discriminator(Discriminator(DISCRIMINATOR), 16), 32)
    entrances = {name for name in twice.state_dict() if name.endswith("fromrgb.weight")}
    assert entrances == {"b32.fromrgb.weight", "b16.fromrgb.weight"}
    again = Discriminator(twice.config, fading=True)
    assert again.state_dict().keys() == twice.state_dict().keys()


def test_a_generator_grown_twice_keeps_all_its_pictures() -> None:
    twice = grow_generator(grow_generator(random_generator(SMALL), 16), 32)
    ws = some_ws(twice.config)
    assert drawn(twice, ws, 0.5).shape == (2, 3, 32, 32)
    assert twice.config == dataclasses.replace(SMALL, img_resolution=32)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_the_new_block_learns_as_soon_as_it_is_seen(alpha: float) -> None:
    discriminator = grow_discriminator(Discriminator(DISCRIMINATOR), 16)
    gradients = torch.autograd.grad(
        discriminator(some_images(16), torch.tensor(alpha)).sum(), list(discriminator.parameters())
    )
    norms = {name: float(g.norm()) for (name, _), g in zip(discriminator.named_parameters(), gradients, strict=True)}
    assert (norms["b16.conv0.weight"] > 0) == (alpha > 0)
    assert (norms["b8.fromrgb.weight"] > 0) == (alpha < 1)
    assert norms["b8.conv0.weight"] > 0


@pytest.mark.parametrize("resolution", [4, 8, 32])
def test_only_twice_the_resolution_is_grown_to(resolution: int) -> None:
    with pytest.raises(AssertionError):
        grow_generator(random_generator(SMALL), resolution)
    with pytest.raises(AssertionError):
        grow_discriminator(Discriminator(DISCRIMINATOR), resolution)


def test_noise_of_training_comes_from_the_default_source_alone() -> None:
    """So who seeds that source draws the same step again."""
    generator = random_generator(SMALL)
    ws = some_ws(SMALL)
    first = drawn(generator, ws, 1.0)
    assert not torch.equal(faded_images(generator, ws, torch.ones(())), first)
    assert torch.equal(drawn(generator, ws, 1.0), first)
