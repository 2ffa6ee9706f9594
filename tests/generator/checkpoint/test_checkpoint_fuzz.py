"""3,000 damaged checkpoints of every format: each ends in a generator or in a sentence, soon and in bounded memory."""

from __future__ import annotations

import gzip
import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from generator import checkpoint
from generator.config import GeneratorConfig, StyleGAN1Config, StyleGAN3Config
from generator.errors import CheckpointError
from tests.generator.formats.test_fuzz import bounded_memory
from tests.support.brought_files import FILES
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.checkpoint_layouts_others import (
    dump_tensorflow,
    rosinality_state,
    tensorflow_generator,
    tensorflow_snapshot,
)
from tests.support.effort import tries
from tests.support.models import random_generator, save_generator
from tests.support.mutations import PLAIN, Mutate, mutated_header, mutated_members

MUTATIONS = tries(90)  # of each format
SECONDS = 2.0  # of the processor
OPCODES = b"\x80\x95N\x88J\x8a\x8bX\x8cBC\x8e(t\x85\x86]ae}su\x8f\x90\x91qrhj01c\x93R\x81\x92bQ."
SMALLEST = GeneratorConfig(img_resolution=8, z_dim=4, w_dim=4, mapping_layers=1, channel_base=32, channel_max=4)
FIRST = StyleGAN1Config(img_resolution=8, z_dim=4, w_dim=4, mapping_layers=1, channel_base=32, channel_max=4)
THIRD = StyleGAN3Config(
    img_resolution=16, z_dim=4, w_dim=4, num_layers=3, num_critical=1, channel_base=32, channel_max=4
)

__all__ = ["bounded_memory"]


def saved(value: object, zipped: bool) -> bytes:
    out = io.BytesIO()
    torch.save(value, out, _use_new_zipfile_serialization=zipped)
    return out.getvalue()


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A good file of each format."""
    folder, generator = tmp_path_factory.mktemp("models"), random_generator(SMALLEST)
    snapshot = {"G_ema": nvidia_generator(generator), "training_set_kwargs": {"path": "x"}}
    contents = {"g_ema": rosinality_state(generator), "latent_avg": generator.w_avg}
    return {
        "nvidia, protocol 3": dump_nvidia(snapshot, folder / "a.pkl", 3).read_bytes(),
        "nvidia, protocol 4": dump_nvidia(snapshot, folder / "a.pkl", 4).read_bytes(),
        "tensorflow": dump_tensorflow(tensorflow_snapshot(generator, generator), folder / "b.pkl").read_bytes(),
        "stylegan1": dump_tensorflow(tensorflow_generator(random_generator(FIRST)), folder / "b.pkl").read_bytes(),
        "stylegan3": dump_nvidia(nvidia_generator(random_generator(THIRD)), folder / "b.pkl").read_bytes(),
        "torch": saved(contents, True),
        "torch before 1.6": saved(contents, False),
        "state dict": saved(dict(generator.state_dict()), True),
        "safetensors": save_generator(generator, folder / "c.safetensors").read_bytes(),
        "gz": gzip.compress((folder / "a.pkl").read_bytes()),
        "zip": zipped((folder / "a.pkl").read_bytes()),
    }


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.pkl", data)
    return out.getvalue()


def swap_opcodes(data: bytes, dice: random.Random) -> bytes:
    """Put a byte that is a pickle opcode where another byte was."""
    changed = bytearray(data)
    for _ in range(dice.choice([1, 2, 10])):
        place = dice.randrange(min(len(data), dice.choice([300, 4000, len(data)])))
        changed[place] = dice.choice(
            b"\x80\x95N\x88J\x8a\x8bX\x8cBC\x8e(t\x85\x86]ae}su\x8f\x90\x91qrhj01c\x93R\x81\x92bQ."
        )
    return bytes(changed)


def repacked(mutate: Mutate) -> Mutate:
    """Mutate what is inside a .gz file."""

    def inside(data: bytes, dice: random.Random) -> bytes:
        return gzip.compress(mutate(gzip.decompress(data), dice), 1)

    return inside


SPECIAL: dict[str, list[Mutate]] = {
    "torch": [mutated_members],
    "state dict": [mutated_members],
    "zip": [mutated_members],
    "safetensors": [mutated_header],
    "gz": [repacked(swap_opcodes)],
}
FORMATS = ["nvidia, protocol 3", "nvidia, protocol 4", "tensorflow", "torch", "torch before 1.6", "state dict"]
FORMATS += ["safetensors", "gz", "zip", "stylegan1", "stylegan3"]
OTHERS = ["basicsr.pth", "genforce.pth", "mmgen.pth", "paddle.pdparams", "r3gan.pkl", "xl.pkl"]
OTHERS += ["lucidrains.pt", "style-based.model", "clean.pth"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.usefixtures("bounded_memory")
def test_any_mutation_opens_or_is_refused_with_a_sentence(kind: str, samples: dict[str, bytes], tmp_path: Path) -> None:
    dice, path = random.Random(kind), tmp_path / "model"
    path.write_bytes(samples[kind])
    assert checkpoint.load(path).config in (SMALLEST, FIRST, THIRD)
    mutations: list[Callable[[bytes, random.Random], bytes]] = SPECIAL.get(kind, [swap_opcodes]) * 4 + PLAIN
    refusals = 0
    for _ in range(MUTATIONS):
        mutate = dice.choice(mutations)
        path.write_bytes(mutate(samples[kind], dice))
        start = time.process_time()
        sentence = refusal(path)
        assert time.process_time() - start < SECONDS, mutate
        assert "\n" not in sentence, mutate
        assert not sentence or 10 < len(sentence) < 1500, mutate
        refusals += bool(sentence)
    assert MUTATIONS / 4 < refusals < MUTATIONS


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.usefixtures("bounded_memory")
def test_any_mutation_of_the_file_of_another_tool_opens_or_is_refused_with_a_sentence(
    name: str, tmp_path: Path
) -> None:
    dice, path = random.Random(name), tmp_path / name
    FILES[name][0](random_generator(SMALLEST), path)
    good = path.read_bytes()
    mutations: list[Mutate] = [mutated_members if good.startswith(b"PK") else swap_opcodes] * 4 + PLAIN
    for _ in range(tries(4)):
        mutate = dice.choice(mutations)
        path.write_bytes(mutate(good, dice))
        start = time.process_time()
        sentence = refusal(path)
        checkpoint.holds_model(path)
        assert time.process_time() - start < SECONDS, mutate
        assert "\n" not in sentence, mutate
        assert not sentence or 10 < len(sentence) < 1500, mutate


def refusal(path: Path) -> str:
    """The sentence with which the file is refused; "" where it opens."""
    try:
        checkpoint.load(path)
    except CheckpointError as error:
        return str(error)
    return ""
