"""StyleGAN3 in itself: its schedule and filters, its tiles, and that its pictures move as they are told."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from generator.config import StyleGAN3Config
from generator.networks import Generator, filtered_activation, ops
from generator.networks.filtered_activation import Resampling
from generator.networks.filters import jinc_low_pass, kaiser_low_pass
from generator.networks.transform import transform_matrix
from tests.support.models import random_generator
from tests.support.network_cases import layer_styles

T = StyleGAN3Config(64, z_dim=16, w_dim=16, channel_base=1024, channel_max=32)
R = dataclasses.replace(T, conv_kernel=1, use_radial_filters=True)


@pytest.fixture(scope="module", params=[T, R], ids=["T", "R"])
def generator(request: pytest.FixtureRequest) -> Generator:
    return random_generator(request.param)


def test_layers_have_the_sizes_of_the_public_1024_pixel_model() -> None:
    config = StyleGAN3Config(1024)
    layers = list(zip(config.sizes, config.widths, strict=True))
    assert layers[:4] == [(36, 512), (36, 512), (52, 512), (52, 512)]
    assert layers[-5:] == [(1044, 81), (1044, 51), (1044, 32), (1024, 32), (1024, 3)]
    assert config.num_ws == 16
    assert [config.layer_resolution(layer) for layer in (0, 1, 3, 15)] == [16, 16, 32, 1024]


def test_float16_is_for_the_highest_sampling_rates() -> None:
    config = StyleGAN3Config(256)
    assert [rate for rate in (16, 32, 64, 256) if config.uses_half(rate)] == [32, 64, 256]
    assert not dataclasses.replace(config, conv_clamp=None).uses_half(256)


@pytest.mark.parametrize("taps", [12, 24])
def test_filters_keep_a_flat_picture_and_are_symmetric(taps: int) -> None:
    line, plane = kaiser_low_pass(taps, 16, 24, 128), jinc_low_pass(taps, 16, 24, 128)
    assert line.sum() == pytest.approx(1)
    assert plane.sum() == pytest.approx(1)
    np.testing.assert_allclose(line, line[::-1])
    np.testing.assert_allclose(plane, np.rot90(plane))


def test_filters_pass_below_the_cutoff_and_stop_beyond_the_band() -> None:
    rate, cutoff, width = 128, 16, 24
    positions = np.arange(24) / rate
    line = kaiser_low_pass(24, cutoff, width, rate)

    def response(frequency: float) -> float:
        return abs((line * np.exp(2j * np.pi * frequency * positions)).sum())

    assert response(cutoff - width / 2) > 0.99
    assert response(cutoff) == pytest.approx(0.5, abs=0.05)
    assert response(cutoff + width / 2) < 0.01


@pytest.mark.parametrize("radial", [False, True])
@pytest.mark.parametrize("up", [2, 4])
def test_tiles_make_what_zero_insertion_and_filtering_make(
    up: int, radial: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtered_activation, "TILE_MAPS", 2)
    monkeypatch.setattr(filtered_activation, "TILE_BYTES", 1)  # strips of 8 rows
    sizes = Resampling(up, down=2, up_taps=6 * up, down_taps=12, in_size=27, out_size=18)
    random = torch.Generator().manual_seed(0)
    x = torch.randn(2, 3, 27, 27, generator=random, dtype=torch.float64)
    line = torch.from_numpy(kaiser_low_pass(6 * up, 4, 8, 32))
    down = torch.from_numpy(jinc_low_pass(12, 4, 8, 32) if radial else kaiser_low_pass(12, 4, 8, 32))

    stuffed = torch.zeros(2, 3, 27 * up, 27 * up, dtype=torch.float64)
    stuffed[:, :, ::up, ::up] = x
    large = F.conv2d(F.pad(stuffed, (6 * up,) * 4), torch.outer(line, line).expand(3, 1, -1, -1) * up**2, groups=3)
    skipped = (26 * up + 6 * up - sizes.large_size) // 2 + 1  # keep the middle between the first and last sample
    large = large[:, :, skipped : skipped + sizes.large_size, skipped : skipped + sizes.large_size]
    large = (F.leaky_relu(large, 0.2) * 2**0.5).clamp(-1, 1)
    plane = down if radial else torch.outer(down, down)
    expected = F.conv2d(large, plane.expand(3, 1, -1, -1), stride=2, groups=3)

    ours = filtered_activation.filtered_activation(x, line, down, sizes, clamp=1.0)
    torch.testing.assert_close(ours, expected)


def test_a_picture_moves_with_its_transform(generator: Generator) -> None:
    ws = layer_styles(generator.config)
    still = generator.synthesis(ws)
    moved = generator.synthesis(ws, transform=transform_matrix(x=8 / 64, y=4 / 64))
    inner = (slice(None), slice(None), slice(20, 52), slice(20, 52))
    expected = still.roll((4, 8), dims=(2, 3))[inner]
    change = (moved[inner] - still[inner]).abs().mean()
    assert change > 0.1 * expected.std()
    assert (moved[inner] - expected).abs().mean() < 0.1 * change


def test_configuration_r_turns_with_its_transform() -> None:
    generator = random_generator(R)
    ws = layer_styles(R)
    inner = (slice(None), slice(None), slice(16, 48), slice(16, 48))
    expected = torch.rot90(generator.synthesis(ws), 1, dims=(2, 3))[inner]
    turned = generator.synthesis(ws, transform=transform_matrix(degrees=90))[inner]
    assert (turned - expected).abs().mean() < 0.1 * expected.std()


def test_a_picture_is_turned_before_it_is_moved() -> None:
    forward = torch.linalg.inv(transform_matrix(x=0.25, y=0.5, degrees=90))
    torch.testing.assert_close(forward @ torch.tensor([0.1, 0.0, 1.0]), torch.tensor([0.25, 0.4, 1.0]))
    torch.testing.assert_close(transform_matrix(), torch.eye(3))


def test_noise_modes_draw_the_same(generator: Generator) -> None:
    ws = layer_styles(generator.config)
    assert torch.equal(generator.synthesis(ws, "random", 3), generator.synthesis(ws, "none"))


def test_a_preview_is_the_full_picture_made_smaller(generator: Generator) -> None:
    ws = layer_styles(generator.config)
    small = generator.synthesis(ws, max_resolution=32)
    torch.testing.assert_close(small, F.avg_pool2d(generator.synthesis(ws), 2))


def test_float16_layers_draw_the_float32_picture(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = layer_styles(generator.config)
    expected = generator.synthesis(ws)
    monkeypatch.setattr(ops, "HALF_DEVICES", ("cpu",))
    image = generator.synthesis(ws)
    assert image.dtype == torch.float32
    assert 0 < (image - expected).abs().max() < 0.05 * expected.std()
