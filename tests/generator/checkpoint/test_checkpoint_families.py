"""Every family, in every format that it was published in, opens as the generator whose public numbers are stored."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from generator import checkpoint
from generator.checkpoint.save import save
from generator.errors import CheckpointError
from generator.networks import Generator, early_colours
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import dump_tensorflow, tensorflow_generator
from tests.support.network_cases import CONFIGS, drawn_generator, latents, layer_styles

PYTORCH = [name for name in CONFIGS if not name.startswith("stylegan1")]
TENSORFLOW = [name for name in CONFIGS if not name.startswith(("stylegan3", "stylegan_xl"))]


def check_same_numbers(opened: Generator, name: str) -> None:
    """The numbers of `drawn_generator`, which other tests hold to those of the public implementation."""
    original = drawn_generator(CONFIGS[name])
    assert opened.config == original.config
    z, c = latents(original.config)
    assert torch.equal(opened.mapping(z, c), original.mapping(z, c))
    assert torch.equal(opened.w_avg, original.w_avg)
    ws = layer_styles(original.config)
    expected = original.synthesis(ws)
    assert (opened.synthesis(ws) - expected).abs().max() <= 1e-5 * expected.std()


@pytest.mark.parametrize("name", PYTORCH)
def test_a_pytorch_pickle_of_any_family_draws_its_numbers(name: str, tmp_path: Path) -> None:
    snapshot = {"G_ema": nvidia_generator(drawn_generator(CONFIGS[name]))}
    check_same_numbers(checkpoint.load(dump_nvidia(snapshot, tmp_path / "a.pkl")), name)


@pytest.mark.parametrize("name", TENSORFLOW)
def test_a_tensorflow_pickle_of_any_family_draws_its_numbers(name: str, tmp_path: Path) -> None:
    clamp = {"conv_clamp": 1.5} if "resnet" in name else {}
    network = tensorflow_generator(drawn_generator(CONFIGS[name]), **clamp)
    check_same_numbers(checkpoint.load(dump_tensorflow(network, tmp_path / "a.pkl")), name)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_converted_generator_of_any_family_draws_its_numbers(name: str, tmp_path: Path) -> None:
    save(drawn_generator(CONFIGS[name]), tmp_path / "a.safetensors")
    check_same_numbers(checkpoint.load(tmp_path / "a.safetensors"), name)


@pytest.mark.parametrize("name", [name for name in CONFIGS if "resnet" not in name])
def test_a_plain_state_dict_of_any_family_draws_its_numbers(name: str, tmp_path: Path) -> None:
    torch.save(drawn_generator(CONFIGS[name]).state_dict(), tmp_path / "a.pt")
    check_same_numbers(checkpoint.load(tmp_path / "a.pt"), name)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"blur_filter": [1, 3, 3, 1]}, "another blur_filter"),
        ({"use_pixel_norm": True}, "use_pixel_norm True"),
        ({"use_styles": False}, "use_styles False"),
        ({"fused_scale": 3}, "fused_scale"),
        ({"nonlinearity": "relu"}, "nonlinearity 'relu'"),
    ],
)
def test_a_first_stylegan_that_computes_otherwise_is_refused(
    arguments: dict[str, object], found: str, tmp_path: Path
) -> None:
    network = tensorflow_generator(drawn_generator(CONFIGS["stylegan1"]), **arguments)
    with pytest.raises(CheckpointError, match=found):
        checkpoint.load(dump_tensorflow(network, tmp_path / "a.pkl"))


def test_a_first_stylegan_that_still_grows_is_refused(tmp_path: Path) -> None:
    network = tensorflow_generator(drawn_generator(CONFIGS["stylegan1"]))
    network.state["components"]["synthesis"].state["variables"][0] = ("lod", torch.tensor(1.5).numpy())
    with pytest.raises(CheckpointError, match="still growing"):
        checkpoint.load(dump_tensorflow(network, tmp_path / "a.pkl"))


def test_the_colours_of_earlier_levels_come_with_a_first_stylegan_and_are_no_part_of_it(tmp_path: Path) -> None:
    generator = drawn_generator(CONFIGS["stylegan1"])
    bare = checkpoint.load(dump_tensorflow(tensorflow_generator(generator), tmp_path / "bare.pkl"))
    early = {}
    for resolution in (4, 8, 16):
        early[early_colours.name(resolution, "weight")] = torch.randn(3, generator.config.channels(resolution), 1, 1)
        early[early_colours.name(resolution, "bias")] = torch.randn(3)
    unfit = {early_colours.name(4, "weight"): torch.zeros(3, 7, 1, 1)}
    generator.early = early | unfit
    opened = checkpoint.load(dump_tensorflow(tensorflow_generator(generator), tmp_path / "a.pkl"))
    save(opened, tmp_path / "a.safetensors")
    again = checkpoint.load(tmp_path / "a.safetensors")
    assert bare.early == {}
    assert bare.hash == opened.hash == again.hash
    for found in (opened.early, again.early):
        assert found.keys() == early.keys() - {early_colours.name(4, "weight"), early_colours.name(4, "bias")}
        assert all(torch.equal(tensor, early[name]) for name, tensor in found.items())


def test_settings_of_a_stylegan3_that_nobody_knows_are_named(tmp_path: Path) -> None:
    network = nvidia_generator(drawn_generator(CONFIGS["stylegan3-t"]))
    network.state["_modules"]["synthesis"].state["_init_kwargs"]["surprise"] = 1
    with pytest.raises(CheckpointError, match="does not know: surprise"):
        checkpoint.load(dump_nvidia({"G_ema": network}, tmp_path / "a.pkl"))
