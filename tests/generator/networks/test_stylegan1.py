"""StyleGAN of 2019 in itself: its formulas in plain form, and its TensorFlow variables."""

from __future__ import annotations

import dataclasses

import pytest
import torch
import torch.nn.functional as F

from generator.config import StyleGAN1Config
from generator.networks import Generator, create, stylegan1
from generator.networks.stylegan1_names import tensorflow_names
from tests.support.models import random_generator
from tests.support.network_cases import layer_styles

TINY = StyleGAN1Config(32, z_dim=16, w_dim=16, c_dim=3, mapping_layers=2, channel_base=512, channel_max=32)


@pytest.fixture(scope="module")
def generator() -> Generator:
    return random_generator(TINY)


def test_every_block_has_two_styles() -> None:
    config = StyleGAN1Config(1024)
    assert config.num_ws == 18
    assert [config.layer_resolution(layer) for layer in (0, 1, 2, 3, 4, 17)] == [4, 4, 8, 8, 16, 1024]
    assert [config.channels(resolution) for resolution in (4, 32, 64, 1024)] == [512, 512, 256, 16]


def test_enlarging_is_doubling_every_pixel_then_convolving() -> None:
    random = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, 6, 6, generator=random, dtype=torch.float64)
    weight = torch.randn(4, 3, 3, 3, generator=random, dtype=torch.float64)
    doubled = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
    torch.testing.assert_close(stylegan1._enlarging_conv(x, weight), F.conv2d(doubled, weight, padding=1))


def test_styled_maps_have_the_mean_and_deviation_of_their_style() -> None:
    random = torch.Generator().manual_seed(0)
    x = 5 + 3 * torch.randn(2, 4, 16, 16, generator=random)
    styles = torch.rand(2, 8, generator=random)
    styled = stylegan1._adaptive_instance_norm(x, styles)
    torch.testing.assert_close(styled.mean(dim=(2, 3)), styles[:, 4:], atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(styled.std(dim=(2, 3), correction=0), styles[:, :4] + 1, atol=1e-5, rtol=1e-5)


def test_noise_seeds_repeat(generator: Generator) -> None:
    generator = random_generator(TINY)
    for name, tensor in generator.state_dict().items():
        if name.endswith("noise_strength"):
            tensor.fill_(0.5)
    ws = layer_styles(TINY)
    first, again, other = (generator.synthesis(ws, "random", seed) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert (first - other).abs().max() > 0.1 * first.std()


def test_a_preview_is_the_full_picture_made_smaller(generator: Generator) -> None:
    ws = layer_styles(TINY)
    small = generator.synthesis(ws, max_resolution=8)
    torch.testing.assert_close(small, F.avg_pool2d(generator.synthesis(ws), 4))


def test_every_parameter_has_its_tensorflow_variable() -> None:
    names = tensorflow_names(TINY)
    assert names.keys() == create(TINY).state_dict().keys()
    variables = [variable for variable, _ in names.values()]
    assert len(set(variables)) == len(variables)
    assert {"dlatent_avg", "mapping/Dense1/bias", "synthesis/4x4/Const/StyleMod/weight"} <= set(variables)
    assert {"synthesis/noise7", "synthesis/32x32/Conv0_up/Noise/weight", "synthesis/ToRGB_lod0/bias"} <= set(variables)


def test_only_fused_kernels_are_mirrored() -> None:
    names = tensorflow_names(dataclasses.replace(TINY, img_resolution=256))
    stored = torch.randn(3, 3, 5, 4, generator=torch.Generator().manual_seed(0))
    plain, mirrored = stored.permute(3, 2, 0, 1), stored.flip(0, 1).permute(3, 2, 0, 1)
    for layer, expected in [("b64.conv0", plain), ("b128.conv0", mirrored), ("b128.conv1", plain)]:
        variable, change = names[f"synthesis.{layer}.weight"]
        assert torch.equal(change(stored), expected), variable
