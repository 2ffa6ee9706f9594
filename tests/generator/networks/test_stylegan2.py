"""The network in itself: shapes, names, noise, classes, and a plain second form of the same formulas."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from generator.config import GeneratorConfig, layer_zone, zone_layers
from generator.networks import Generator, ops
from generator.recipe import latent
from tests.support.models import TINY, random_generator


def some_ws(generator: Generator, n: int = 2, seed: int = 1) -> torch.Tensor:
    config = generator.config
    return torch.randn(n, config.num_ws, config.w_dim, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(("resolution", "num_ws"), [(4, 2), (8, 4), (64, 10), (256, 14), (1024, 18)])
def test_num_ws_counts_the_style_inputs(resolution: int, num_ws: int) -> None:
    assert GeneratorConfig(img_resolution=resolution).num_ws == num_ws


def test_layers_know_their_resolution_and_zone() -> None:
    config = GeneratorConfig(img_resolution=256)
    resolutions = [config.layer_resolution(layer) for layer in range(14)]
    assert resolutions == [4, 8, 8, 16, 16, 32, 32, 64, 64, 128, 128, 256, 256, 256]
    assert [layer_zone(layer) for layer in (0, 3, 4, 7, 8, 13)] == ["coarse"] * 2 + ["middle"] * 2 + ["fine"] * 2
    assert zone_layers(6) == {"coarse": range(4), "middle": range(4, 6)}


@pytest.mark.parametrize("resolution", [4, 8, 128])
def test_every_resolution_draws_its_size(resolution: int) -> None:
    generator = random_generator(dataclasses.replace(TINY, img_resolution=resolution))
    image = generator.synthesis(some_ws(generator))
    assert image.shape == (2, 3, resolution, resolution)
    assert image.dtype == torch.float32
    assert image.isfinite().all()


def test_a_thousand_pixels_are_drawn() -> None:
    generator = random_generator(dataclasses.replace(TINY, img_resolution=1024, channel_base=4096, channel_max=8))
    assert generator.synthesis(some_ws(generator, n=1)).shape == (1, 3, 1024, 1024)


def test_parameter_names_are_the_public_ones(faces: Generator) -> None:
    names = faces.state_dict().keys()
    assert {"mapping.fc7.weight", "mapping.w_avg", "synthesis.b4.const", "synthesis.b8.conv0.affine.bias"} <= names
    assert {"synthesis.b256.conv1.noise_const", "synthesis.b256.conv1.noise_strength"} <= names
    assert {"synthesis.b4.torgb.weight", "synthesis.b256.torgb.affine.weight"} <= names
    assert "synthesis.b4.conv0.weight" not in names


def test_demodulated_maps_have_unit_variance() -> None:
    random = torch.Generator().manual_seed(0)
    x = torch.randn(2, 64, 32, 32, generator=random)
    weight = torch.randn(48, 64, 3, 3, generator=random)
    y = ops.modulated_conv(x, weight, 0.3 + torch.rand(2, 64, generator=random))
    assert 0.9 < float(y[:, :, 1:-1, 1:-1].std()) < 1.1


def test_modulating_activations_equals_modulating_weights() -> None:
    """Karras et al. 2020, eq. 1 and 3 to the letter, one sample at a time, in float64."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(3, 5, 8, 8, generator=random, dtype=torch.float64)
    weight = torch.randn(7, 5, 3, 3, generator=random, dtype=torch.float64)
    styles = torch.randn(3, 5, generator=random, dtype=torch.float64)
    ours = ops.modulated_conv(x.clone(), weight, styles)
    for n in range(3):
        modulated = weight * styles[n][None, :, None, None]
        normalised = modulated / (modulated.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        expected = torch.nn.functional.conv2d(x[n : n + 1], normalised, padding=1)
        torch.testing.assert_close(ours[n : n + 1], expected, rtol=1e-6, atol=1e-6)


def test_upsampling_is_zero_insertion_then_the_binomial_filter() -> None:
    random = torch.Generator().manual_seed(0)
    image = torch.randn(2, 3, 6, 6, generator=random, dtype=torch.float64)
    stuffed = torch.zeros(2, 3, 12, 12, dtype=torch.float64)
    stuffed[:, :, ::2, ::2] = image
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 4
    kernel = torch.outer(taps, taps).expand(3, 1, 4, 4)
    expected = torch.nn.functional.conv2d(torch.nn.functional.pad(stuffed, (2, 1, 2, 1)), kernel, groups=3)
    torch.testing.assert_close(ops.upsample(image), expected)
    torch.testing.assert_close(ops._upsample_by_sums(image), expected)


def test_both_forms_of_the_low_pass_filter_agree() -> None:
    stuffed = torch.randn(2, 3, 9, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(ops.low_pass(stuffed), ops._low_pass_by_sums(stuffed))


def test_a_batch_draws_what_single_samples_draw(tiny: Generator) -> None:
    ws = some_ws(tiny, n=3)
    batch = tiny.synthesis(ws)
    singles = torch.cat([tiny.synthesis(row[None]) for row in ws])
    torch.testing.assert_close(batch, singles, rtol=1e-4, atol=1e-4)


def test_an_early_exit_is_the_skip_image_of_that_block(tiny: Generator) -> None:
    ws = some_ws(tiny)
    small = tiny.synthesis(ws, "const", None, 16)
    assert small.shape == (2, 3, 16, 16)
    block = tiny.get_submodule("synthesis.b32")
    captured: list[torch.Tensor] = []
    hook = block.register_forward_pre_hook(lambda _module, args: captured.append(args[1].clone()))
    tiny.synthesis(ws)
    hook.remove()
    torch.testing.assert_close(captured[0], small)


def test_noise_modes_differ_and_a_seed_repeats(tiny: Generator) -> None:
    ws = some_ws(tiny, n=1)
    const, none = tiny.synthesis(ws, "const"), tiny.synthesis(ws, "none")
    first, again, other = (tiny.synthesis(ws, "random", seed) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert torch.equal(const, tiny.synthesis(ws, "const"))
    for a, b in [(const, none), (first, other), (first, const)]:
        assert (a - b).abs().max() > 1e-3
    assert not torch.equal(tiny.synthesis(ws, "random"), tiny.synthesis(ws, "random"))


def test_a_class_changes_w_and_no_class_is_the_zero_vector() -> None:
    generator = random_generator(dataclasses.replace(TINY, c_dim=3))
    z = torch.from_numpy(latent.z_from_seed(0, 32))
    classes = torch.eye(3)
    assert not torch.allclose(generator.mapping(z, classes[:1]), generator.mapping(z, classes[1:2]))
    assert torch.equal(generator.mapping(z), generator.mapping(z, torch.zeros(1, 3)))


def test_clamping_bounds_the_image() -> None:
    clamped = random_generator(dataclasses.replace(TINY, conv_clamp=0.05))
    assert clamped.synthesis(some_ws(clamped)).abs().max() < 1.0


@pytest.mark.parametrize("architecture", ["resnet", "orig"])
def test_networks_without_early_pictures_preview_the_full_one_made_smaller(architecture: str) -> None:
    generator = random_generator(dataclasses.replace(TINY, architecture=architecture))
    ws = some_ws(generator)
    full, small = generator.synthesis(ws), generator.synthesis(ws, "const", None, 12)
    torch.testing.assert_close(small, torch.nn.functional.avg_pool2d(full, 4))
    assert torch.equal(generator.synthesis(ws, "const", None, 64), full)


def test_the_architectures_differ_in_their_outputs_to_the_image() -> None:
    def outputs(architecture: str) -> list[str]:
        names = random_generator(dataclasses.replace(TINY, architecture=architecture)).state_dict()
        return [name for name in names if name.endswith(("torgb.weight", "skip.weight"))]

    blocks = ["b8", "b16", "b32"]
    assert outputs("skip") == [f"synthesis.{block}.torgb.weight" for block in ["b4", *blocks]]
    assert outputs("orig") == ["synthesis.b32.torgb.weight"]
    assert set(outputs("resnet")) == {f"synthesis.{block}.skip.weight" for block in blocks} | set(outputs("orig"))


def test_float16_is_for_the_highest_resolutions_and_needs_a_clamp() -> None:
    config = GeneratorConfig(256, num_fp16_res=4, conv_clamp=256)
    assert [resolution for resolution in config.block_resolutions if config.uses_half(resolution)] == [32, 64, 128, 256]
    assert not any(GeneratorConfig(256, num_fp16_res=4).uses_half(resolution) for resolution in (4, 256))
    assert not GeneratorConfig(256, num_fp16_res=20, conv_clamp=256).uses_half(4)
    assert not GeneratorConfig(256, conv_clamp=256).uses_half(256)


@pytest.mark.parametrize("architecture", ["skip", "resnet", "orig"])
def test_float16_layers_draw_the_float32_picture(architecture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = dataclasses.replace(TINY, architecture=architecture, num_fp16_res=3, conv_clamp=256)
    generator = random_generator(config)
    expected = generator.synthesis(some_ws(generator))
    monkeypatch.setattr(ops, "HALF_DEVICES", ("cpu",))
    image = generator.synthesis(some_ws(generator))
    assert image.dtype == torch.float32
    assert 0 < (image - expected).abs().max() < 0.02 * expected.std()


def test_float16_does_not_overflow_where_weights_and_styles_are_huge(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = random_generator(dataclasses.replace(TINY, num_fp16_res=3, conv_clamp=256))
    for name, tensor in generator.state_dict().items():
        if "conv" in name and name.endswith((".weight", "affine.bias")):
            tensor.mul_(1000)  # demodulation cancels it
    expected = generator.synthesis(some_ws(generator))
    monkeypatch.setattr(ops, "HALF_DEVICES", ("cpu",))
    image = generator.synthesis(some_ws(generator))
    assert (image - expected).abs().max() < 0.02 * expected.std()
