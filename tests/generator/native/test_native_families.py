"""Native layers of StyleGAN, R3GAN and the "resnet" architecture draw what their networks draw."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.config import R3GANConfig, StyleGAN1Config
from generator.native.target import Target
from generator.networks import ops, stylegan1
from generator.networks.r3gan import ResidualBlock, Upsampling
from generator.render.cpu import adaptive
from generator.render.cpu.families import r3gan
from generator.render.cpu.native import GroupedLayer, Kind, SmallLayer, UpLayer, WinogradLayer
from generator.render.cpu.steps import StepInput
from generator.render.cpu.threads import ThreadPool
from tests.support.native_cases import Case, Shape

pytestmark = pytest.mark.usefixtures("no_gradients", "two_threads")


def channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("shape", [(16, 64, (20, 12), 3), (64, 64, (16, 16), 1)])
@pytest.mark.parametrize("clamp", [None, 0.5])
def test_a_shortcut_is_added_at_twice_its_size(
    processor: Target, shape: tuple[int, int, tuple[int, int], int], clamp: float | None
) -> None:
    case, (_, outs, (height, width), samples) = Case(WinogradLayer, *shape), shape
    beside = torch.randn(samples, outs, height // 2, width // 2, generator=torch.Generator().manual_seed(1))
    layer = WinogradLayer(case.weight, case.bias, clamp, processor, ThreadPool(), kind=Kind.BESIDE)
    drawn = layer(case.x, case.styles, case.norms, case.noise, None, {"beside": channels_last(beside)})
    layer._team.finish()
    expected = case.expected(case.noise, clamp) + ops.upsample(beside)
    torch.testing.assert_close(drawn, expected, atol=2e-4, rtol=1e-4)


ADAPTIVE: list[Shape] = [
    (WinogradLayer, 16, 64, (20, 12), 3),
    (UpLayer, 16, 64, (5, 12), 3),
    (UpLayer, 16, 64, (6, 300), 1),
    (UpLayer, 64, 64, (64, 16), 1),
    (SmallLayer, 16, 64, (3, 5), 2),
]


@pytest.mark.parametrize("shape", ADAPTIVE)
def test_layers_of_stylegan_are_the_networks(processor: Target, shape: Shape) -> None:
    case, (kind, ins, outs, _, samples) = Case(*shape), shape
    random = torch.Generator().manual_seed(1)
    shifts, strengths = torch.randn(samples, ins, generator=random), torch.randn(outs, generator=random)
    weight = case.weight.flip(2, 3) if kind is UpLayer else case.weight
    layer = kind(weight, case.bias, None, processor, ThreadPool(), strengths, Kind.ADAPTIVE)
    more = {"shifts": shifts, "zeros": -shifts / case.styles}
    drawn = layer(case.x, case.styles, torch.ones(samples, outs), case.noise, None, more)
    layer._team.finish()
    x = case.x * case.styles[:, :, None, None] + shifts[:, :, None, None]
    y = F.conv2d(x, case.weight, padding=1)
    if kind is UpLayer:
        y = stylegan1._blur(stylegan1._enlarging_conv(x, case.weight))
    y = y + case.noise * strengths[:, None, None] + case.bias[:, None, None]
    torch.testing.assert_close(drawn, F.leaky_relu(y, ops.LEAK), atol=5e-4, rtol=1e-4)


@pytest.mark.parametrize("shape", ADAPTIVE)
def test_maps_are_adapted_as_the_network_does(processor: Target, shape: Shape, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptive, "fitting", lambda _ins, _outs: processor)
    case, (kind, ins, outs, _, samples) = Case(*shape), shape
    random, team = torch.Generator().manual_seed(0), ThreadPool()
    styling = stylegan1.Styling(StyleGAN1Config(8, w_dim=16, channel_max=outs), 8)
    for value in styling.parameters():
        value.copy_(torch.randn(value.shape, generator=random))
    weight, bias, strengths = case.weight * 3, case.bias + 40, torch.ones(outs)  # far from 0
    weight[2], bias[2], strengths[2] = 0, 0.5, 0  # the same everywhere
    layer = kind(weight, bias, None, processor, team, strengths, Kind.ADAPTIVE)
    more = {"shifts": torch.zeros(samples, ins), "zeros": torch.zeros(samples, ins)}
    x = layer(case.x, case.styles, torch.ones(samples, outs), case.noise, None, more)
    w = torch.randn(samples, 16, generator=random)
    adaptation = adaptive.Adaptation(styling, team)(x, w)
    team.finish()
    factors, shifts, zeros = adaptation[..., None, None]
    expected = stylegan1._adaptive_instance_norm(x.clone(), styling.affine(w))
    torch.testing.assert_close(x * factors + shifts, expected, atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(zeros * factors, -shifts, atol=1e-5, rtol=1e-6)


def test_a_convolution_in_groups_reads_the_maps_of_its_group(processor: Target) -> None:
    random, wide, team = torch.Generator().manual_seed(0), 3 * processor.columns, ThreadPool()
    x = channels_last(torch.randn(2, wide, 12, 20, generator=random))
    weight, bias = torch.randn(wide, processor.columns, 3, 3, generator=random), torch.randn(wide, generator=random)
    layer, ones = GroupedLayer(weight, bias, 0.1, processor, team), torch.ones(2, wide)
    drawn = layer(x, ones, ones, None, None)
    team.finish()
    expected = F.leaky_relu(F.conv2d(x, weight, bias, padding=1, groups=3), 0.1)
    torch.testing.assert_close(drawn, expected, atol=1e-3, rtol=1e-4)


def test_a_block_of_r3gan_is_the_networks_wherever_its_bands_end(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = ResidualBlock(R3GANConfig(8, widths=(24, 24), cardinalities=(3, 3), blocks=(1, 1)), 0)
    random = torch.Generator().manual_seed(0)
    for value in definition.parameters():
        value.copy_(torch.randn(value.shape, generator=random) / 5)
    if not r3gan.NativeBlock.fits(definition, r3gan.LEAST_NATIVE):
        pytest.skip("no program of this processor has blocks as wide as R3GAN's groups")
    x = channels_last(torch.randn(2, 24, 20, 12, generator=random))
    monkeypatch.setattr(r3gan, "NATIVE_BAND_BYTES", 8 * 12 * 48 * 4)  # 8 of 20 rows
    drawn = r3gan.NativeBlock(definition, ThreadPool())(StepInput(x, torch.zeros(2, 1, 64), None, None, None))
    torch.testing.assert_close(drawn, definition(x), atol=2e-4, rtol=1e-4)


def test_a_step_of_r3gan_to_fewer_maps_does_not_depend_on_the_number_of_threads() -> None:
    random = torch.Generator().manual_seed(0)
    definition = Upsampling(384, 192)
    definition.LinearLayer.Layer.weight.copy_(torch.randn(192, 384, 1, 1, generator=random) / 20)
    x = channels_last(torch.randn(1, 384, 32, 32, generator=random))
    drawn = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        drawn.append(r3gan._maps(definition, StepInput(x, torch.zeros(1, 1, 64), None, None, None)))
    assert torch.equal(*drawn)
    torch.testing.assert_close(drawn[0], definition(x), atol=1e-4, rtol=1e-4)
