"""Pickles of NVIDIA's PyTorch code open as the very networks they hold, and say what they are where they do not."""

from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest
import torch

from generator import checkpoint
from generator.errors import CheckpointError
from generator.networks import Generator
from tests.support.checkpoint_layouts import EasyDict, Persistent, dump_nvidia, nvidia_generator
from tests.support.models import TINY, random_generator


def same_pictures(opened: Generator, original: Generator) -> bool:
    """Equal but for the rounding of another memory format, which an engine may have given the shared original."""
    z = torch.randn(2, original.config.z_dim, generator=torch.Generator().manual_seed(1))
    w = original.mapping(z)
    ws = w[:, None].repeat(1, original.config.num_ws, 1)
    same = torch.allclose(opened.synthesis(ws), original.synthesis(ws), rtol=1e-5, atol=1e-5)
    return torch.equal(opened.mapping(z), w) and same


def refused(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_a_snapshot_opens_as_the_average_generator(tmp_path: Path, tiny: Generator, protocol: int) -> None:
    other = random_generator(TINY, seed=1)
    snapshot = {
        "G": nvidia_generator(other),
        "D": Persistent("Discriminator", {"_modules": {}, "_parameters": {}}),
        "G_ema": nvidia_generator(tiny),
        "training_set_kwargs": EasyDict(path="faces.zip", resolution=32),
        "augment_pipe": None,
    }
    opened = checkpoint.load(dump_nvidia(snapshot, tmp_path / "network-snapshot-000000.pkl", protocol))
    assert opened.config == TINY
    assert opened.hash == tiny.hash
    assert opened.name == "network-snapshot-000000"
    assert same_pictures(opened, tiny)


def test_a_generator_alone_opens_and_so_does_one_without_average(tmp_path: Path, tiny: Generator) -> None:
    for name, value in {
        "alone": nvidia_generator(tiny),
        "only-g": {"G": nvidia_generator(tiny), "G_ema": None},
    }.items():
        assert checkpoint.load(dump_nvidia(value, tmp_path / f"{name}.pkl")).hash == tiny.hash


@pytest.mark.parametrize("changes", [{"c_dim": 3}, {"conv_clamp": 256}, {"img_channels": 1}])
def test_what_the_shapes_do_not_show_comes_from_the_layers(tmp_path: Path, changes: dict[str, int]) -> None:
    generator = random_generator(dataclasses.replace(TINY, **changes))
    opened = checkpoint.load(dump_nvidia({"G_ema": nvidia_generator(generator)}, tmp_path / "a.pkl"))
    assert opened.config == generator.config
    assert same_pictures(opened, generator)


@pytest.mark.parametrize(
    ("class_name", "found"),
    [
        ("Discriminator", "is a discriminator (class Discriminator)"),
        ("SuperresGenerator", "is a StyleGAN-XL pickle without its networks"),
        ("TriPlaneGenerator", "an EG3D pickle: class TriPlaneGenerator is not supported"),
        ("Surprise", "class Surprise is not supported"),
    ],
)
def test_other_networks_are_called_what_they_are(tmp_path: Path, tiny: Generator, class_name: str, found: str) -> None:
    assert found in refused(dump_nvidia({"G_ema": nvidia_generator(tiny, class_name)}, tmp_path / "a.pkl"))


def test_a_pickle_without_a_generator_says_what_it_holds(tmp_path: Path) -> None:
    assert "it holds D, augment_pipe" in refused(dump_nvidia({"D": None, "augment_pipe": None}, tmp_path / "a.pkl"))
    assert "it holds a list" in refused(dump_nvidia([1, 2], tmp_path / "b.pkl"))


def test_a_network_that_computes_otherwise_is_refused(tmp_path: Path, tiny: Generator) -> None:
    relu = nvidia_generator(tiny)
    relu.state["_modules"]["mapping"].state["_modules"]["fc0"].state["activation"] = "relu"
    assert "activation 'relu'" in refused(dump_nvidia(relu, tmp_path / "relu.pkl"))
    faster = nvidia_generator(tiny)
    faster.state["_modules"]["mapping"].state["_modules"]["fc1"].state["bias_gain"] = 1.0
    assert "learning rate of the mapping network" in refused(dump_nvidia(faster, tmp_path / "faster.pkl"))
    filtered = nvidia_generator(tiny)
    filtered.state["_modules"]["synthesis"].state["_modules"]["b8"].state["_buffers"]["resample_filter"] = torch.ones(1)
    assert "resampling filter" in refused(dump_nvidia(filtered, tmp_path / "filtered.pkl"))


def test_a_snapshot_cut_anywhere_is_refused(tmp_path: Path, tiny: Generator) -> None:
    data = dump_nvidia({"G_ema": nvidia_generator(tiny)}, tmp_path / "whole.pkl").read_bytes()
    for length in (2, 3, 50, 1000, len(data) // 2, len(data) - 1):
        (tmp_path / "cut.pkl").write_bytes(data[:length])
        assert "truncated" in refused(tmp_path / "cut.pkl")


def test_a_plain_pickle_is_never_run(tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Path("x")))
    assert "asks for pathlib" in refused(tmp_path / "a.pkl")
