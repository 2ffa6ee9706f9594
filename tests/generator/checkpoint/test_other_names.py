"""The same generator under the names of other implementations, holders and prefixes draws the same picture."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from generator import checkpoint
from generator.checkpoint.state_dict import HOLDERS, PREFIXES
from generator.errors import CheckpointError
from generator.networks import Generator
from tests.support.bounds import bounded
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import dump_tensorflow, rosinality_state, tensorflow_generator
from tests.support.layouts_renamed import basicsr_state, genforce_state, openmmlab_state, paddle_state
from tests.support.models import TINY, random_generator
from tests.support.network_cases import CONFIGS, drawn_generator

STATES: dict[str, Callable[[Generator], dict[str, Tensor]]] = {
    "rosinality": rosinality_state,
    "BasicSR": basicsr_state,
    "MMGeneration": openmmlab_state,
    "GenForce": genforce_state,
}


def picture(generator: Generator) -> Tensor:
    z = torch.randn(1, generator.config.z_dim, generator=torch.Generator().manual_seed(1))
    ws = generator.mapping(z)[:, None].repeat(1, generator.config.num_ws, 1)
    return generator.synthesis(ws)


def saved(value: Any, path: Path) -> Path:
    torch.save(value, path)
    return path


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture(scope="module")
def expected(tiny: Generator, tmp_path_factory: pytest.TempPathFactory) -> Tensor:
    """The picture of the same numbers in NVIDIA's layout."""
    path = dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path_factory.mktemp("nvidia") / "a.pkl")
    return picture(checkpoint.load(path))


@pytest.mark.parametrize("name", STATES)
def test_the_names_of_other_implementations_draw_the_picture_of_nvidias(
    name: str, tiny: Generator, expected: Tensor, tmp_path: Path
) -> None:
    opened = checkpoint.load(saved({"state_dict": STATES[name](tiny)}, tmp_path / "a.pth"))
    assert torch.allclose(picture(opened), expected, atol=1e-5)
    assert name in opened.origin


@pytest.mark.parametrize("name", STATES)
def test_the_same_names_open_from_safetensors_and_from_a_lightning_file(
    name: str, tiny: Generator, expected: Tensor, tmp_path: Path
) -> None:
    state = {f"generator_ema.{key}": tensor for key, tensor in STATES[name](tiny).items()}
    other = {f"generator.{key}": tensor for key, tensor in STATES[name](random_generator(TINY, seed=1)).items()}
    whole = {key: tensor.contiguous() for key, tensor in (state | other).items()}
    safetensors.torch.save_file(whole, tmp_path / "a.safetensors")
    lightning = {"state_dict": other | state, "epoch": 3, "pytorch-lightning_version": "2.0"}
    for path in (tmp_path / "a.safetensors", saved(lightning, tmp_path / "a.ckpt")):
        assert torch.allclose(picture(checkpoint.load(path)), expected, atol=1e-5)


def test_a_file_of_paddlegan_opens_with_its_matrices_turned_back(
    tiny: Generator, expected: Tensor, tmp_path: Path
) -> None:
    (tmp_path / "a.pdparams").write_bytes(pickle.dumps({"gen_ema": paddle_state(tiny), "epoch": 1}, protocol=4))
    assert torch.allclose(picture(checkpoint.load(tmp_path / "a.pdparams")), expected, atol=1e-5)


@pytest.mark.parametrize("holder", HOLDERS)
def test_every_holder_opens(holder: str, tiny: Generator, tmp_path: Path) -> None:
    assert checkpoint.load(saved({holder: dict(tiny.state_dict()), "step": 5}, tmp_path / "a.pt")).hash == tiny.hash


@pytest.mark.parametrize("prefix", [*PREFIXES, "G_ema.module.", "module._orig_mod."])
def test_every_prefix_opens(prefix: str, tiny: Generator, tmp_path: Path) -> None:
    state = {f"{prefix}{name}": tensor for name, tensor in tiny.state_dict().items()}
    assert checkpoint.load(saved(state | {"loss.weight": torch.zeros(1)}, tmp_path / "a.pt")).hash == tiny.hash


def test_averages_are_taken_before_what_they_are_averages_of(tiny: Generator, tmp_path: Path) -> None:
    other = random_generator(TINY, seed=1)
    held = {"generator": dict(other.state_dict()), "state": {}, "netG_ema": dict(tiny.state_dict())}
    assert checkpoint.load(saved(held, tmp_path / "held.pt")).hash == tiny.hash
    nested = {"model": {"g": dict(other.state_dict()), "g_ema": dict(tiny.state_dict())}}
    assert checkpoint.load(saved(nested, tmp_path / "nested.pt")).hash == tiny.hash


def test_the_decoder_of_gfpgan_opens(tiny: Generator, tmp_path: Path) -> None:
    state = {f"stylegan_decoder.{name}": tensor for name, tensor in basicsr_state(tiny).items()}
    opened = checkpoint.load(
        saved({"params_ema": state | {"final_linear.weight": torch.zeros(2, 2)}}, tmp_path / "a.pth")
    )
    assert opened.config == TINY


def test_an_export_without_its_class_embedding_is_refused(tiny: Generator, tmp_path: Path) -> None:
    state = rosinality_state(tiny)
    state["style.1.weight"] = torch.cat([state["style.1.weight"]] * 2, dim=1)
    assert "without its class embedding" in refused(saved({"g_ema": state}, tmp_path / "a.pt"))


def test_a_tensorflow_model_that_grew_in_training_opens_by_its_last_output(tmp_path: Path) -> None:
    original = drawn_generator(CONFIGS["stylegan2-orig"])
    network = tensorflow_generator(original)
    synthesis = network.state["components"]["synthesis"].state
    size = original.config.img_resolution
    last = f"{size}x{size}/ToRGB/"
    variables = [(name.replace(last, "ToRGB_lod0/"), value) for name, value in synthesis["variables"]]
    earlier = [(name.replace("lod0", "lod1"), value.copy()) for name, value in variables if "ToRGB_lod0" in name]
    synthesis["variables"] = variables + earlier
    for part in (network.state, synthesis):
        part["static_kwargs"].pop("architecture", None)
    opened = checkpoint.load(dump_tensorflow(network, tmp_path / "config-d.pkl"))
    assert opened.config == original.config
    assert torch.allclose(picture(opened), picture(original), atol=1e-4)


ODD = (torch.zeros(()), torch.zeros(0), torch.zeros((1,) * 8), torch.zeros(3, 0, 3), torch.zeros(2, 3, 5, 7, 11))


@pytest.mark.parametrize("name", STATES)
def test_a_tensor_of_an_odd_shape_under_any_name_is_refused_in_a_sentence(
    name: str, tiny: Generator, tmp_path: Path
) -> None:
    state = STATES[name](tiny)
    for number, key in enumerate(list(state)[::9]):
        path = saved({"g_ema": state | {key: ODD[number % len(ODD)]}}, tmp_path / "a.pt")
        with bounded():
            try:
                checkpoint.load(path)
            except CheckpointError as error:
                said = str(error)
            else:
                said = ""
        assert "\n" not in said
        assert len(said) < 1000


@pytest.mark.parametrize(
    "key", ["convs.99.conv.weight", "noises.noise_99", "to_rgbs.99.bias", "style.0.weight", "style.99.weight"]
)
def test_a_layer_with_an_index_that_no_model_has_is_refused(key: str, tiny: Generator, tmp_path: Path) -> None:
    path = saved({"g_ema": rosinality_state(tiny) | {key: torch.zeros(1)}}, tmp_path / "a.pt")
    with bounded():
        assert "not a complete StyleGAN generator" in refused(path) or "reveal" in refused(path)
