"""Latents that attack: files that would keep torch and numpy busy, or make them raise what is no sentence."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generator.config import GeneratorConfig
from generator.errors import LatentError, OutisError
from generator.formats.array_readings import Yardstick, readings
from generator.formats.open_face import HeldFile, Opened, check_fits, read_file, reading_held
from generator.progress import finish
from tests.support.bounds import bounded
from tests.support.effort import tries
from tests.support.fuzzing import damage
from tests.support.latent_files import CASES
from tests.support.mutations import PLAIN, mutated_members

PROGRAMS: dict[str, Callable[[], bytes]] = {
    "20 million lists": lambda: b"\x80\x02(" + b"]" * 20_000_000 + b"l.",
    "20 million lists in one": lambda: b"\x80\x02](" + b"]" * 20_000_000 + b"e.",
    "100 million no-operations": lambda: b"\x80\x02N" + b"N0" * 50_000_000 + b".",
    "endless text": lambda: b"\x80\x02X\xff\xff\xff\x0f" + bytes(100),
    "a name that is no text": lambda: b"\x80\x02K\x01K\x02\x93.",
    "a tensor of no storage": lambda: b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(NK\x00))tR.",
    "a sparse tensor": lambda: b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\n(NK\x00))tR.",
    "a state of what is none": lambda: b"\x80\x02}}b.",
    "no numbers that overflow": lambda: (
        b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n"
        b"((X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x00tQK\x00"
        b"(K\x00J\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7ft(K\x01K\x01K\x01K\x01t\x89}tR."
    ),
}


def torch_file(path: Path, program: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/data.pkl", program)
        archive.writestr("a/data/0", b"")
    return path


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_torch_file_with_a_hostile_program_is_refused(name: str, tmp_path: Path) -> None:
    path = torch_file(tmp_path / "a.pt", PROGRAMS[name]())
    with bounded(), pytest.raises(LatentError):
        read_file(path)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_pickle_with_a_hostile_program_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(PROGRAMS[name]())
    with bounded(), pytest.raises(OutisError):
        read_file(tmp_path / "a.pkl")


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_array_of_objects_with_a_hostile_program_is_refused(name: str, tmp_path: Path) -> None:
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little")
    (tmp_path / "a.npy").write_bytes(start + header + PROGRAMS[name]())
    with bounded(), pytest.raises(OutisError):
        read_file(tmp_path / "a.npy")


VALUES: dict[str, Callable[[], Any]] = {
    "dicts in each other": lambda: nested(200, lambda inner: {"a": inner}),
    "lists in each other": lambda: nested(200, lambda inner: [inner]),
    "an array that is repeated": lambda: {"latent": [np.zeros((1000, 512), np.float32)] * 5_000},
    "endless photographs": lambda: {f"{number}.jpg": {"latent": np.zeros(2, np.float32)} for number in range(20_000)},
    "endless little arrays": lambda: {str(number): np.zeros(2, np.float32) for number in range(20_000)},
    "no rows": lambda: {"latent": np.zeros((0, 512), np.float32)},
    "no numbers": lambda: np.zeros((512, 0), np.float32),
    "numbers that are none": lambda: np.full((1, 512), np.nan, np.float32),
    "numbers beyond float32": lambda: np.full((1, 512), 1e300),
    "many axes": lambda: np.zeros((1,) * 7 + (2, 3, 4), np.float32)[0],
    "texts": lambda: {"latent": "w"},
}


def nested(depth: int, wrap: Callable[[Any], Any]) -> Any:
    value: Any = np.zeros(2, np.float32)
    for _ in range(depth):
        value = wrap(value)
    return value


@pytest.mark.parametrize("name", VALUES)
def test_values_that_are_no_latent_are_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(VALUES[name](), 4))
    with bounded(), pytest.raises(OutisError, match=r"^a\.pkl: .*\.$"):
        read_file(tmp_path / "a.pkl")


TEXTS = {
    "rows of different lengths": b"1 2\n3\n",
    "signs alone": b"1,2\n-,-\n",
    "endless digits": b"1" * 3_000_000,
    "endless rows": b"1\n" * 3_000_000,
    "endless empty lines": b"1" + b"\n" * 3_999_000,
    "a number beyond all": b"1e999999999 1\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_of_numbers_that_are_no_latent_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TEXTS[name])
    with bounded(), pytest.raises(OutisError, match=r"^a\.csv: .*\.$"):
        check(read_file(tmp_path / "a.csv"))


def check(opened: Opened) -> None:
    """As every caller does it for its model."""
    check_fits(opened, "", GeneratorConfig(img_resolution=32, z_dim=16, w_dim=24))


GOOD = ("restyle.npy", "sg2latents.pickle", "old.pt", "arrays.pt", "projector_of_two.pt", "codes.txt")


@pytest.mark.parametrize("name", GOOD)
def test_damaged_latents_are_read_or_refused_with_one_sentence(name: str, tmp_path: Path) -> None:
    mutations = [*PLAIN, mutated_members] if name in ("arrays.pt", "projector_of_two.pt") else PLAIN
    damage(lambda path: finish(reading_held(path)), CASES[name][0](tmp_path / name), mutations, tries(20))


def test_the_distances_of_endless_rows_are_asked_of_some(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).standard_normal((60_000, 512), np.float32))
    with bounded():
        found = finish(reading_held(tmp_path / "a.npy"))
        assert isinstance(found, HeldFile)
        assert [len(one.arrays) for one in readings(found.held, Yardstick()).options] == [1, 60_000]


def test_a_latent_that_repeats_its_row_is_read(tmp_path: Path) -> None:
    torch.save(torch.ones(24).expand(8, 24), tmp_path / "a.pt")
    assert np.array_equal(read_file(tmp_path / "a.pt").recipe.source.array, np.ones((8, 24)))  # type: ignore[union-attr]


HEADERS = {
    "a size beyond every number": ("<f4", f"(0, {10**50})", b""),
    "spaces in a number": ("<f4", "(1 0,)", bytes(40)),
    "sizes that overflow": ("<f4", "(4611686018427387904, 4)", b""),
    "a negative size": ("<f4", "(-1,)", bytes(4)),
    "a size of yes": ("<f4", "(True, 4)", bytes(16)),
    "nothing of a size": ("<f0", "(4,)", b""),
    "a type without end": ("<f" + "9" * 5_000, "(4,)", bytes(16)),
    "text beyond Unicode": ("<U4", "()", b"\xff" * 16),
    "text of half a character": ("<U1", "()", b"\x00\xd8\x00\x00"),
    "a shape without end": ("<f4", "(" + "1," * 20_000 + ")", bytes(4)),
    "nested shapes": ("<f4", "(" * 1_000 + ")" * 1_000, bytes(4)),
    "a NUL": ("<f4", "(1,\0)", bytes(4)),
    "a name of Python": ("<f4", "__import__('os').system('true')", bytes(4)),
}


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", HEADERS)
def test_an_array_with_a_hostile_header_is_refused(name: str, zipped: bool, tmp_path: Path) -> None:
    kind, shape, numbers = HEADERS[name]
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    data = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + numbers
    path = tmp_path / "a.npy"
    path.write_bytes(data)
    if zipped:
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.write(path, "recipe.npy")
        path = tmp_path / "a.npz"
    with bounded(), pytest.raises(OutisError, match=r"\.$"):
        read_file(path)
