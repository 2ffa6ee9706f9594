"""What all tests share: a small random generator, the shipped one, and user folders that are nobody's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import settings

import weights
from generator import checkpoint
from generator.networks import Generator
from tests.support.models import TINY, random_generator, save_generator

settings.register_profile("untimed", deadline=None)  # a busy machine makes no claim false
settings.load_profile("untimed")


os.environ.setdefault("OUTIS_NATIVE", "1")  # not every process of the tests must try the native programs first


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
