"""Projected discriminators: only their heads learn, they learn, and they come back whole."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from generator.training import projected
from generator.training.features.efficientnet import EfficientNetLite0
from generator.training.features.weights import efficientnet_lite0
from generator.training.projected import ProjectedDiscriminators, hinge_d, hinge_g

SIDE = 64  # pixels, so that a step takes milliseconds


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    return efficientnet_lite0()


@pytest.fixture
def few_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of them: a sixteenth of the weights that learn."""
    monkeypatch.setattr(projected, "CHANNELS", {scale: count // 4 for scale, count in projected.CHANNELS.items()})


def discriminators_of(network: EfficientNetLite0, seed: int = 0) -> ProjectedDiscriminators:
    return ProjectedDiscriminators(seed, side=SIDE, network=network)


def drawn_images(seed: int, count: int = 4) -> Tensor:
    return torch.rand(count, 3, 48, 48, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def step(discriminators: ProjectedDiscriminators, optimiser: torch.optim.Optimizer, seed: int) -> float:
    """Learn to tell noise from darker noise."""
    loss = hinge_d(
        discriminators.logits(drawn_images(seed)), discriminators.logits(drawn_images(seed + 1000) * 0.5 - 0.5)
    )
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


def test_every_scale_answers_at_the_coarsest_places(network: EfficientNetLite0) -> None:
    assert [tuple(logits.shape) for logits in discriminators_of(network).logits(drawn_images(0))] == [(4, 1, 2, 2)] * 4


def test_images_get_a_gradient_and_the_frozen_parts_have_nothing_that_could(network: EfficientNetLite0) -> None:
    discriminators, images = discriminators_of(network), drawn_images(0).requires_grad_()
    before = {name: buffer.clone() for name, buffer in discriminators.projection.named_buffers()}
    hinge_g(discriminators.logits(images)).backward()
    assert images.grad is not None
    assert images.grad.abs().amax(dim=(1, 2, 3)).gt(0).all()
    assert list(discriminators.projection.parameters()) == []
    assert all(parameter.grad is not None for parameter in discriminators.heads.parameters())
    assert all(torch.equal(buffer, before[name]) for name, buffer in discriminators.projection.named_buffers())


def test_the_hinge_losses_are_those_of_the_paper() -> None:
    real, fake = [torch.tensor([2.0, 0.0]), torch.tensor([1.0])], [torch.tensor([-3.0, 0.5]), torch.tensor([-1.0])]
    assert hinge_d(real, fake).item() == pytest.approx((0 + 1) / 2 + (0 + 1.5) / 2)
    assert hinge_g(fake).item() == pytest.approx(1.25 + 1.0)


@pytest.mark.usefixtures("few_channels")
def test_the_heads_learn_to_tell_two_kinds_of_images_apart(network: EfficientNetLite0) -> None:
    discriminators = discriminators_of(network)
    optimiser = torch.optim.Adam(discriminators.parameters(), lr=2e-4, betas=(0.0, 0.99))
    losses = [step(discriminators, optimiser, seed) for seed in range(20)]
    assert losses[-1] < 0.5 * losses[0]


def test_the_same_seed_draws_the_same_discriminators_and_leaves_the_common_generator_alone(
    network: EfficientNetLite0,
) -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    first, same, other = (discriminators_of(network, seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(1), expected)
    for name, buffer in [*first.named_buffers(), *first.named_parameters()]:
        assert torch.equal(buffer, dict([*same.named_buffers(), *same.named_parameters()])[name])
    images = drawn_images(0)
    assert not torch.equal(first.logits(images)[0], other.logits(images)[0])


def test_the_state_dict_holds_the_heads_alone_with_what_their_normalisation_remembers(
    network: EfficientNetLite0,
) -> None:
    state = discriminators_of(network).state_dict()
    assert all(name.startswith("heads.") for name in state)
    assert any(name.endswith("._u") for name in state)


@pytest.mark.usefixtures("few_channels")
def test_training_goes_on_from_a_file_exactly_as_if_it_had_never_stopped(
    network: EfficientNetLite0, tmp_path: Path
) -> None:
    discriminators = discriminators_of(network)
    optimiser = torch.optim.SGD(discriminators.parameters(), lr=1e-3)
    step(discriminators, optimiser, 0)
    save_file(discriminators.state_dict(), tmp_path / "heads.safetensors")
    resumed = discriminators_of(network, seed=0)
    resumed.load_state_dict(load_file(tmp_path / "heads.safetensors"))
    again = torch.optim.SGD(resumed.parameters(), lr=1e-3)
    assert [step(discriminators, optimiser, s) for s in (1, 2)] == [step(resumed, again, s) for s in (1, 2)]
    assert all(torch.equal(value, resumed.state_dict()[name]) for name, value in discriminators.state_dict().items())
