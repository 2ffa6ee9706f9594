"""Up- and down-convolutions: every form is the same map, and has the same gradients of both orders."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.config import GeneratorConfig
from generator.networks import create, ops
from generator.training.discriminator import Discriminator

Form = Callable[[Tensor, Tensor], Tensor]
FORMS: dict[str, Form] = {
    "up": ops.upsampling_conv,
    "up at once": ops._upsampling_conv_at_once,
    "down": ops.downsampling_conv,
    "down at once": ops._downsampling_conv_at_once,
    "pictures up": lambda x, weight: ops.upsample(x) * weight.sum(),
}


def drawn(*shape: int, seed: int = 0) -> Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.float64, generator=random).requires_grad_()


def binomial(maps: int) -> Tensor:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8
    return torch.outer(taps, taps).expand(maps, 1, 4, 4)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (1, 1), (3, 5)])
def test_up_is_zeros_between_pixels_then_the_convolution_then_the_filter(height: int, width: int) -> None:
    x, weight = drawn(2, 3, height, width), drawn(4, 3, 3, 3, seed=1)
    stuffed = torch.zeros(2, 3, 2 * height + 1, 2 * width + 1, dtype=torch.float64)
    stuffed[:, :, :-1:2, :-1:2] = x.detach()
    turned = F.pad(stuffed, (2, 0, 2, 0))  # a transposed convolution turns its kernel around
    convolved = F.conv2d(turned, weight.flip(2, 3))
    expected = F.conv2d(convolved, 4 * binomial(4), padding=1, groups=4)
    for form in (ops.upsampling_conv, ops._upsampling_conv_at_once):
        torch.testing.assert_close(form(x, weight), expected)


@pytest.mark.parametrize("kernel", [1, 3])
def test_down_is_the_filter_then_the_convolution_then_every_second_pixel(kernel: int) -> None:
    x, weight, bias = drawn(2, 3, 8, 12), drawn(4, 3, kernel, kernel, seed=1), drawn(4, seed=2)
    smooth = F.conv2d(x, binomial(3), padding=kernel // 2 + 1, groups=3)
    expected = F.conv2d(smooth, weight, bias)[:, :, ::2, ::2]
    for form in (ops.downsampling_conv, ops._downsampling_conv_at_once):
        torch.testing.assert_close(form(x, weight, bias), expected)


@pytest.mark.parametrize("name", FORMS)
def test_gradients_of_both_orders_are_those_of_finite_differences(name: str) -> None:
    inputs = drawn(1, 2, 4, 4), drawn(2, 2, 3, 3, seed=1)
    assert torch.autograd.gradcheck(FORMS[name], inputs)
    assert torch.autograd.gradgradcheck(FORMS[name], inputs)


def test_at_once_is_channels_last_where_its_input_is() -> None:
    x = drawn(2, 8, 4, 4).detach().contiguous(memory_format=torch.channels_last)
    up = ops._upsampling_conv_at_once(x, drawn(8, 8, 3, 3))
    assert up.is_contiguous(memory_format=torch.channels_last)


def test_networks_in_the_forms_for_gpus_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    config = GeneratorConfig(16, z_dim=8, w_dim=8, mapping_layers=1, channel_base=128, channel_max=8)
    torch.manual_seed(0)
    generator, discriminator = create(config).randomise().train().requires_grad_(True), Discriminator(config)
    ws = drawn(4, config.num_ws, 8).detach().float()

    def learnt() -> tuple[Tensor, ...]:
        images = generator.synthesis(ws)
        parameters = [*generator.get_submodule("synthesis").parameters(), *discriminator.parameters()]
        return images, *torch.autograd.grad(discriminator(images).sum(), parameters, materialize_grads=True)

    expected = learnt()
    called = []

    def upsampling(x: Tensor, weight: Tensor, learning: bool = False) -> Tensor:
        assert learning
        called.append("up")
        return ops._upsampling_conv_at_once(x, weight)

    def downsampling(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        called.append("down")
        return ops._downsampling_conv_at_once(x, weight, bias)

    for name, form in {"upsampling_conv": upsampling, "downsampling_conv": downsampling}.items():
        monkeypatch.setattr(ops, name, form)
    monkeypatch.setattr(ops, "upsample", ops._upsample_by_sums)
    for other, own in zip(learnt(), expected, strict=True):
        torch.testing.assert_close(other, own, atol=1e-4, rtol=1e-4)
    assert set(called) == {"up", "down"}
