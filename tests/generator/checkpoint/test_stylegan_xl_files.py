"""Files of StyleGAN-XL that lie are refused in one sentence, soon and in little memory; bare tensors open by stages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from generator.checkpoint.infer import infer
from generator.config import StyleGAN3Config, StyleGANXLConfig
from generator.config.stylegan_xl import grown
from generator.networks import create
from tests.support.bounds import bounded
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.models import random_generator
from tests.support.network_cases import CONFIGS
from tests.support.refusals import refused

pytestmark = pytest.mark.usefixtures("no_gradients")


LIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no frequency": ("L6_36_24", {"out_cutoff": None}, "layer L6_36_24 does not say what frequencies"),
    "a frequency of text": ("L6_36_24", {"out_half_width": "wide"}, "layer L6_36_24 does not say what frequencies"),
    "an endless frequency": ("L6_36_24", {"out_cutoff": float("inf")}, "has layer_cutoffs"),
    "a frequency that is no number": ("L6_36_24", {"out_cutoff": float("nan")}, "has layer_cutoffs"),
    "a huge rate": ("L10_32_3", {"out_sampling_rate": 1e300}, "layer L10_32_3 has no sampling rate"),
    "a rate of text": ("L6_36_24", {"out_sampling_rate": "16"}, "layer L6_36_24 has no sampling rate"),
    "a rate without end": ("L6_36_24", {"out_sampling_rate": 7**80}, "layer L6_36_24 has no sampling rate"),
    "half a rate": ("L6_36_24", {"out_sampling_rate": 16.5}, "layer L6_36_24 has no sampling rate"),
    "a rate that leaps": ("L10_32_3", {"out_sampling_rate": 2**14}, "do not fit together"),
    "a layer after another": ("L6_36_24", {"in_sampling_rate": 8}, "layer L6 does not follow the one before"),
    "layers that differ": ("L5_36_24", {"filter_size": 4}, "has layers that differ in filter_size"),
    "waves beyond the first layer": ("input", {"bandwidth": 3.5}, "Fourier features are wider"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_layer_that_lies_is_refused(lie: str, tmp_path: Path) -> None:
    name, changes, found = LIES[lie]
    network = nvidia_generator(random_generator(CONFIGS["stylegan_xl"]), "SuperresGenerator")
    network.state["_modules"]["synthesis"].state["_modules"][name].state |= changes
    assert found in refused(dump_nvidia({"G_ema": network}, tmp_path / "a.pkl"))


def test_a_network_without_layers_is_refused(tmp_path: Path) -> None:
    network = nvidia_generator(random_generator(CONFIGS["stylegan_xl"]), "SuperresGenerator")
    synthesis = network.state["_modules"]["synthesis"].state["_modules"]
    for name in [name for name in synthesis if name != "input"]:
        del synthesis[name]
    assert "is a StyleGAN-XL pickle without layers" in refused(dump_nvidia(network, tmp_path / "a.pkl"))


def shapes(config: StyleGANXLConfig) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in create(config).state_dict().items()}


STEM = StyleGAN3Config(16, z_dim=64, c_dim=1000, num_layers=10, channel_base=65536, channel_max=1024)
SMALL_STEM = replace(STEM, c_dim=0, num_layers=7, channel_base=32768, channel_max=512)
PUBLIC = {  # as its authors trained them
    "ImageNet 16": grown(STEM),
    "ImageNet 128": grown(STEM, [(2, 7)] * 3),
    "ImageNet 1024": grown(STEM, [(2, 7)] * 6),
    "FFHQ 1024": grown(SMALL_STEM, [(2, 4)] * 6),
    "leaps": grown(SMALL_STEM, [(8, 7), (4, 6)]),
}


@pytest.mark.parametrize("name", PUBLIC)
def test_bare_tensors_show_the_stages_in_which_the_network_grew(name: str) -> None:
    with bounded():
        found = infer(shapes(PUBLIC[name]))
    assert StyleGANXLConfig(**found) == PUBLIC[name]  # type: ignore[arg-type]


def test_bare_tensors_of_no_known_stages_say_what_to_bring(tmp_path: Path) -> None:
    state = dict(random_generator(CONFIGS["stylegan_xl"]).state_dict())
    renamed = {name.replace("L9_32_8", "L9_33_8"): tensor for name, tensor in state.items()}
    torch.save(renamed, tmp_path / "a.pt")
    assert "unusual stages; open the pickle (.pkl)" in refused(tmp_path / "a.pt")
    del state["mapping.w_avg"]
    torch.save(state, tmp_path / "a.pt")
    assert "without the means of w of its classes (mapping.w_avg); open the .pkl" in refused(tmp_path / "a.pt")


def test_layers_by_the_thousand_are_refused(tmp_path: Path) -> None:
    state = dict(random_generator(CONFIGS["stylegan_xl"]).state_dict())
    more = {
        f"synthesis.L{i}_36_24.{name}": torch.zeros(*shape)
        for i in range(9, 999)
        for name, shape in {"weight": (1, 1, 1, 1), "up_filter": (12,), "down_filter": (12,)}.items()
    }
    torch.save(state | more, tmp_path / "a.pt")
    refused(tmp_path / "a.pt")
