"""What all tests share: a small random generator, the shipped one, and user folders that are nobody's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import settings

import weights
from generator import checkpoint
from generator.config import GeneratorConfig
from generator.model_hash import model_hash
from generator.networks import Generator, create

settings.register_profile("untimed", deadline=None)  # a busy machine makes no claim false
settings.load_profile("untimed")

TINY = GeneratorConfig(img_resolution=32, z_dim=32, w_dim=32, mapping_layers=2, channel_base=512, channel_max=32)


def random_generator(config: GeneratorConfig, seed: int = 0) -> Generator:
    """A generator with random weights, non-zero noise and a w_avg that is not zero."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = create(config).randomise()
        for name, tensor in generator.state_dict().items():
            if name.endswith(("noise_strength", "w_avg")):
                tensor.copy_(0.1 * torch.randn(tensor.shape))
    generator.name, generator.hash = "tiny", model_hash(config, generator)
    return generator


def save_generator(generator: Generator, path: Path, with_config: bool = True) -> Path:
    """Write `generator` as the project's .safetensors."""
    config = dataclasses.asdict(generator.config)
    family = config.pop("family")
    metadata = {"name": generator.name}
    if with_config:
        metadata |= {"architecture": family, "config": json.dumps(config)}
    tensors = {name: tensor.contiguous() for name, tensor in generator.state_dict().items()}
    safetensors.torch.save_file(tensors, path, metadata)
    return path


@pytest.fixture(scope="session")
def tiny() -> Generator:
    """A random StyleGAN2 of 32 px; read-only."""
    return random_generator(TINY)


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny: Generator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny` as a file."""
    return save_generator(tiny, tmp_path_factory.mktemp("models") / "tiny.safetensors")


@pytest.fixture(scope="session")
def faces() -> Generator:
    """The shipped model; read-only."""
    return checkpoint.load(weights.FACES)


@pytest.fixture
def no_gradients() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(autouse=True)
def isolated_user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches, settings and data of the user go to a folder of this test."""
    home = tmp_path / "home"
    for variable in ("CACHE", "CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(home / variable.lower()))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    monkeypatch.setenv("APPDATA", str(home))
    return home
