"""Damaged and hostile files: thousands of mutations, each of which ends in a result or in one of our sentences."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from generator import checkpoint
from generator.errors import OutisError
from generator.formats.image_encode import image_bytes
from generator.formats.latent_file import Latents, save_latents
from generator.formats.open_face import read_file
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, pack
from generator.recipe.recipe_json import to_json
from tests.support.effort import tries
from tests.support.mutations import PLAIN, Mutate, mutated_chunk, mutated_header, mutated_json, mutated_members

MUTATIONS = tries(100)  # of each kind of file
SPARE_MEMORY = 1_500_000_000  # bytes that reading may reserve, most of it by libraries that start up


@pytest.fixture
def bounded_memory() -> Iterator[None]:
    """Whoever reserves gigabytes gets a MemoryError, which is none of our sentences."""
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + SPARE_MEMORY, old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, old)


SPECIAL: dict[str, Mutate] = {
    "png": mutated_chunk,
    "npz": mutated_members,
    "pt": mutated_members,
    "json": mutated_json,
    "safetensors": mutated_header,
}


def a_recipe() -> Recipe:
    numbers = np.random.RandomState(0).randn(8, 16).astype(np.float32)
    edits = tuple(DirectionEdit(Direction(f"pc{i}", pack(row)), 1.0) for i, row in enumerate(numbers))
    return Recipe("a" * 64, LatentSource.from_array("w+", numbers), directions=edits, mix=Mix(SeedSource(1), (0.5,)))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory, tiny_checkpoint: Path) -> dict[str, bytes]:
    """A good file of each kind."""
    folder, recipe = tmp_path_factory.mktemp("samples"), a_recipe()
    pixels = np.random.RandomState(0).randint(0, 256, (16, 16, 3)).astype(np.uint8)
    found = {kind: image_bytes(pixels, recipe, f".{kind}") for kind in ("png", "jpg", "webp", "avif", "tiff")}
    for kind in ("npz", "npy", "pt"):
        save_latents(folder / f"x.{kind}", Latents(None, None, np.ones((8, 16), np.float32)), recipe)
        found[kind] = (folder / f"x.{kind}").read_bytes()
    return found | {"json": to_json(recipe).encode(), "safetensors": tiny_checkpoint.read_bytes()}


def read(path: Path) -> Any:
    return checkpoint.load(path) if path.suffix == ".safetensors" else read_file(path)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "avif", "tiff", "npz", "npy", "pt", "json", "safetensors"])
@pytest.mark.usefixtures("bounded_memory")
def test_any_mutation_is_read_or_refused_with_a_sentence(kind: str, samples: dict[str, bytes], tmp_path: Path) -> None:
    dice, path = random.Random(kind), tmp_path / f"file.{kind}"
    path.write_bytes(samples[kind])
    assert read(path), "the unharmed file must be readable"
    for _ in range(MUTATIONS):
        mutate = dice.choice([*PLAIN, *[SPECIAL[kind]] * 3] if kind in SPECIAL else PLAIN)
        path.write_bytes(mutate(samples[kind], dice))
        check_reading(path, mutate.__name__)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "avif", "tiff", "npz", "npy", "pt", "json", "safetensors"])
@pytest.mark.usefixtures("bounded_memory")
def test_the_head_of_one_kind_on_the_body_of_another_is_refused(
    kind: str, samples: dict[str, bytes], tmp_path: Path
) -> None:
    for other, body in samples.items():
        for length in (4, 8, 12, 64, 128):
            path = tmp_path / f"file.{kind}"
            path.write_bytes(samples[kind][:length] + body)
            check_reading(path, f"{other} after {length} bytes")


def refusal(path: Path) -> str:
    """The sentence with which the file is refused, "" where it is read."""
    try:
        read(path)
    except OutisError as error:
        return str(error)
    return ""


def check_reading(path: Path, what: str) -> None:
    start = time.process_time()
    sentence = refusal(path)
    assert time.process_time() - start < 2, what
    assert not sentence or (10 < len(sentence) < 1000 and sentence.endswith(".")), (what, sentence)
    assert "\n" not in sentence, (what, sentence)


def test_the_mutations_do_harm(samples: dict[str, bytes], tmp_path: Path) -> None:
    dice, path, refused = random.Random(0), tmp_path / "file.png", 0
    for _ in range(100):
        path.write_bytes(mutated_chunk(samples["png"], dice))
        refused += bool(refusal(path))
    assert refused > 10
