"""R3GAN opens from the files of its code, draws what that code draws, and is kept as it is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from generator import checkpoint
from generator.checkpoint.save import save
from generator.config import R3GANConfig
from generator.networks import Generator
from tests.support.r3gan_cases import (
    CLASSES,
    CONFIGS,
    PLAIN,
    drawn_r3gan,
    dump_snapshot,
    latents,
    public_state,
)
from tests.support.refusals import refused

NUMBERS = Path(__file__).parents[2] / "data" / "r3gan-numbers.npz"
NAMES = list(CONFIGS)


def check_numbers(opened: Generator, name: str) -> None:
    assert opened.config == CONFIGS[name]
    z, c = latents(opened.config)
    picture = opened.synthesis(opened.mapping(z, c)[:, None])
    with np.load(NUMBERS) as numbers:
        assert np.abs(picture.numpy() - numbers[name]).max() < 1e-5


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_draws_the_numbers_of_the_public_code(name: str, tmp_path: Path) -> None:
    opened = checkpoint.load(dump_snapshot(drawn_r3gan(CONFIGS[name]), tmp_path / "a.pkl"))
    check_numbers(opened, name)
    assert opened.missing == ()


@pytest.mark.parametrize("prefix", ["Model.", "", "module.Model."])
@pytest.mark.parametrize("name", NAMES)
def test_a_state_dict_draws_the_numbers_of_the_public_code(name: str, prefix: str, tmp_path: Path) -> None:
    torch.save({"G_ema": public_state(drawn_r3gan(CONFIGS[name]), prefix)}, tmp_path / "a.pt")
    check_numbers(checkpoint.load(tmp_path / "a.pt"), name)


@pytest.mark.parametrize("name", NAMES)
def test_tensors_without_a_configuration_draw_the_numbers_too(name: str, tmp_path: Path) -> None:
    generator = drawn_r3gan(CONFIGS[name])
    safetensors.torch.save_file(public_state(generator), tmp_path / "a.safetensors")
    check_numbers(checkpoint.load(tmp_path / "a.safetensors"), name)
    torch.save(generator.state_dict(), tmp_path / "b.pt")
    check_numbers(checkpoint.load(tmp_path / "b.pt"), name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_saved_opens_with_the_same_hash_and_the_same_bytes(name: str, tmp_path: Path) -> None:
    snapshot = checkpoint.load(dump_snapshot(drawn_r3gan(CONFIGS[name]), tmp_path / "a.pkl"))
    save(snapshot, tmp_path / "a.safetensors")
    again = checkpoint.load(tmp_path / "a.safetensors")
    assert again.hash == snapshot.hash
    check_numbers(again, name)
    expected = {name: tensor.numpy().tobytes() for name, tensor in snapshot.state_dict().items()}
    assert {name: tensor.numpy().tobytes() for name, tensor in again.state_dict().items()} == expected


def refused_state(state: dict[str, torch.Tensor], tmp_path: Path) -> str:
    torch.save(state, tmp_path / "a.pt")
    return refused(tmp_path / "a.pt")


@pytest.mark.parametrize("name", ["Model.Head.Layers.0.weight", "TransitionLayers.1.LinearLayer.weight"])
def test_a_second_version_is_refused_for_its_vae(name: str, tmp_path: Path) -> None:
    state = public_state(drawn_r3gan(PLAIN)) | {name: torch.zeros(2, 2)}
    assert "needs a VAE" in refused_state(state, tmp_path)


def test_a_discriminator_is_called_what_it_is(tmp_path: Path) -> None:
    names = ["Model.ExtractionLayer.Layer.weight", *(f"Model.MainLayers.{i}.Layers.0.x.weight" for i in range(9))]
    assert "is a discriminator alone" in refused_state({name: torch.zeros(2, 2) for name in names}, tmp_path)


BLOCK = "Model.MainLayers.1.Layers.1."
LIES: dict[str, tuple[dict[str, torch.Size | tuple[int, ...]], str]] = {
    "no groups": ({f"{BLOCK}LinearLayer2.Layer.weight": (48, 0, 3, 3)}, "groups of maps"),
    "odd groups": ({f"{BLOCK}LinearLayer2.Layer.weight": (48, 7, 3, 3)}, "groups of maps"),
    "another factor": ({f"{BLOCK}LinearLayer1.Layer.weight": (72, 24, 1, 1)}, "by one factor"),
    "no width": ({f"{BLOCK}LinearLayer1.Layer.weight": (0, 0, 1, 1)}, "groups of maps"),
    "few axes": ({f"{BLOCK}LinearLayer1.Layer.weight": (3,)}, "do not reveal"),
    "no latent": ({"Model.MainLayers.0.Layers.0.LinearLayer.weight": (24, 0)}, "has z_dim '0'"),
    "classes without room": ({"Model.EmbeddingLayer.weight": (12, 3)}, "has z_dim '0'"),
    "many classes": ({"Model.EmbeddingLayer.weight": (0, 2**40)}, "c_dim"),
    "another filter": ({"Model.MainLayers.1.Layers.0.Resampler.Kernel": (6, 6)}, "filter other than [1, 3, 3, 1]"),
    "a block apart": ({"Model.MainLayers.1.Layers.2.LinearLayer2.Layer.weight": (48, 4, 3, 3)}, "instead of"),
    "thousands of stages": (
        {f"Model.MainLayers.{i}.Layers.1.LinearLayer2.Layer.weight": (1,) for i in range(4, 4000)},
        "4000 stages",
    ),
    "a gap": ({"Model.MainLayers.7.Layers.1.LinearLayer2.Layer.weight": (1,)}, "8 stages"),
    "many blocks": ({f"{BLOCK[:-2]}{i}.LinearLayer2.Layer.weight": (1,) for i in range(3, 99)}, "blocks"),
}


@pytest.mark.parametrize("name", LIES)
def test_shapes_that_lie_are_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    shapes, expected = LIES[name]
    lies = {key: torch.zeros(shape) for key, shape in shapes.items()}
    assert expected in refused_state(public_state(drawn_r3gan(PLAIN)) | lies, tmp_path)


def test_what_is_lacking_is_named(tmp_path: Path) -> None:
    state = public_state(drawn_r3gan(PLAIN))
    del state["Model.MainLayers.3.Layers.1.NonLinearity2.Bias"]
    assert "lacks synthesis.MainLayers.3.Layers.1.NonLinearity2.Bias" in refused_state(state, tmp_path)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cardinalities": [10**9] * 4}, "has cardinalities"),
        ({"cardinalities": [5, 5, 5, 5]}, "do not divide"),
        ({"cardinalities": [0, 1, 1, 1]}, "has cardinalities"),
        ({"widths": [65536] * 4, "cardinalities": [1] * 4}, "cost far more"),
        ({"widths": [24] * 5000}, "has widths"),
        ({"widths": []}, "has widths"),
        ({"widths": "24"}, "has widths"),
        ({"blocks": [64] * 4, "widths": [16384] * 4, "cardinalities": [1] * 4}, "cost far more"),
        ({"blocks": [1, 1, 1]}, "other numbers of stages"),
        ({"img_resolution": 8192}, "other numbers of stages"),
        ({"expansion": 10**6}, "has expansion"),
        ({"w_dim": 13}, "has w_dim 13"),
        ({"mapping_layers": 8}, "has mapping_layers '8'"),
        ({"architecture": "skip"}, "has architecture 'skip'"),
        ({"lowest": [4, 2]}, "unusual channels or aspect"),
    ],
)
def test_a_configuration_that_lies_is_refused_in_a_sentence(
    changes: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    config = asdict(PLAIN) | changes
    metadata = {"architecture": config.pop("family"), "config": json.dumps(config)}
    safetensors.torch.save_file(dict(drawn_r3gan(PLAIN).state_dict()), tmp_path / "a.safetensors", metadata)
    assert expected in refused(tmp_path / "a.safetensors")


def test_a_configuration_without_stages_is_refused(tmp_path: Path) -> None:
    metadata = {"architecture": "r3gan", "config": json.dumps({"img_resolution": 32})}
    safetensors.torch.save_file(dict(drawn_r3gan(PLAIN).state_dict()), tmp_path / "a.safetensors", metadata)
    assert "other numbers of stages" in refused(tmp_path / "a.safetensors")


def test_a_class_moves_the_latent_behind_z() -> None:
    generator = drawn_r3gan(CLASSES)
    z, c = latents(CLASSES)
    assert torch.equal(generator.mapping(z, c)[:, : CLASSES.z_dim], z)
    assert torch.equal(generator.mapping(z), torch.cat([z, torch.zeros(2, 6)], dim=1))
    assert isinstance(generator.config, R3GANConfig)
