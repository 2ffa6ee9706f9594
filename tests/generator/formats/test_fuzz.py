"""Damaged and hostile files: thousands of mutations, each of which ends in a result or in one of our sentences."""

from __future__ import annotations

import io
import json
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from generator import checkpoint
from generator.errors import OutisError
from generator.formats.image_chunks import png_chunks
from generator.formats.image_encode import image_bytes
from generator.formats.latent_file import Latents, save_latents
from generator.formats.open_face import read_file
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Mix, Recipe, SeedSource, pack
from generator.recipe.recipe_json import to_json

MUTATIONS = 300  # of each kind of file
SPARE_MEMORY = 1_500_000_000  # bytes that reading may reserve, most of it by libraries that start up
EXTREMES = [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\1\0\0"]

Mutate = Callable[[bytes, random.Random], bytes]


@pytest.fixture
def bounded_memory() -> Iterator[None]:
    """Whoever reserves gigabytes gets a MemoryError, which is none of our sentences."""
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + SPARE_MEMORY, old[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, old)


def flip_bits(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice([1, 1, 3, 30])):
        changed[dice.randrange(min(len(data), dice.choice([64, 1024, len(data)])))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def truncate(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def overwrite_a_number(data: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(min(len(data), dice.choice([32, 512, len(data)])))
    return data[:place] + dice.choice(EXTREMES) + data[place + 4 :]


def move_a_piece(data: bytes, dice: random.Random) -> bytes:
    start, end, place = sorted(dice.randrange(len(data)) for _ in range(3))
    return dice.choice([data[:start] + data[end:], data[:place] + data[start:end] + data[place:], data[start:] + data])


def edit_text(data: bytes, dice: random.Random) -> bytes:
    """Replace one number or word in whatever JSON, XML or header there is."""
    pairs = [
        (b"1", b"-1"),
        (b"0", b"1e999"),
        (b"{", b"["),
        (b'"', b""),
        (b"<", b"<!DOCTYPE x><"),
        (b"4", b"99999999999"),
    ]
    old, new = dice.choice(pairs)
    places = [place for place in range(len(data)) if data.startswith(old, place)]
    place = dice.choice(places or [0])
    return data[:place] + new + data[place + len(old) :]


PLAIN: list[Mutate] = [flip_bits, truncate, overwrite_a_number, move_a_piece, edit_text]


def mutated_members(data: bytes, dice: random.Random) -> bytes:
    """Mutate what is inside an archive, and pack it again with the right checksums."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        chosen = dice.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, dice.choice(PLAIN)(content, dice) if name == chosen and content else content)
    return out.getvalue()


def mutated_chunk(data: bytes, dice: random.Random) -> bytes:
    """Mutate one chunk of a PNG, and give it the right length and checksum."""
    chunks = [*png_chunks(data), (b"IEND", b"")]
    chosen = dice.randrange(len(chunks) - 1)
    out = data[:8]
    for place, (kind, payload) in enumerate(chunks):
        content = dice.choice(PLAIN)(payload, dice) if place == chosen else payload
        out += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return out


def mutated_json(data: bytes, dice: random.Random) -> bytes:
    """Replace one value in a recipe by one of another type or size."""
    values = json.loads(data)
    inner = values
    while True:
        key = dice.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if not (isinstance(inner[key], dict | list) and inner[key] and dice.random() < 0.8):
            break
        inner = inner[key]
    inner[key] = dice.choice([None, True, -1, 2**64, 1.5, "", "AAAA", "\ud800", [], {}, [[]], float("nan"), 10**400])
    return json.dumps(values).encode()


def mutated_header(data: bytes, dice: random.Random) -> bytes:
    """Mutate the JSON header of a .safetensors file, and give it the right length."""
    length = int.from_bytes(data[:8], "little")
    header = dice.choice([mutated_json, *PLAIN])(data[8 : 8 + length], dice)
    return len(header).to_bytes(8, "little") + header + data[8 + length :]


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
    found = {kind: image_bytes(pixels, recipe, f".{kind}") for kind in ("png", "jpg", "webp")}
    for kind in ("npz", "npy", "pt"):
        save_latents(folder / f"x.{kind}", Latents(None, None, np.ones((8, 16), np.float32)), recipe)
        found[kind] = (folder / f"x.{kind}").read_bytes()
    return found | {"json": to_json(recipe).encode(), "safetensors": tiny_checkpoint.read_bytes()}


def read(path: Path) -> Any:
    return checkpoint.load(path) if path.suffix == ".safetensors" else read_file(path)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "npz", "npy", "pt", "json", "safetensors"])
@pytest.mark.usefixtures("bounded_memory")
def test_any_mutation_is_read_or_refused_with_a_sentence(kind: str, samples: dict[str, bytes], tmp_path: Path) -> None:
    dice, path = random.Random(kind), tmp_path / f"file.{kind}"
    path.write_bytes(samples[kind])
    assert read(path), "the unharmed file must be readable"
    for _ in range(MUTATIONS):
        mutate = dice.choice([*PLAIN, *[SPECIAL[kind]] * 3] if kind in SPECIAL else PLAIN)
        path.write_bytes(mutate(samples[kind], dice))
        check_reading(path, mutate.__name__)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "npz", "npy", "pt", "json", "safetensors"])
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
    start = time.perf_counter()
    sentence = refusal(path)
    assert time.perf_counter() - start < 5, what
    assert not sentence or (10 < len(sentence) < 1000 and sentence.endswith(".")), (what, sentence)
    assert "\n" not in sentence, (what, sentence)


def test_the_mutations_do_harm(samples: dict[str, bytes], tmp_path: Path) -> None:
    dice, path, refused = random.Random(0), tmp_path / "file.png", 0
    for _ in range(100):
        path.write_bytes(mutated_chunk(samples["png"], dice))
        refused += bool(refusal(path))
    assert refused > 20
