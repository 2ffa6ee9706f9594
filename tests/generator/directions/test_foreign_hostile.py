"""Damaged and hostile files of directions: an answer or one sentence, soon and in little memory."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save

from generator.directions.foreign import read_directions
from generator.errors import DirectionError
from tests.support import direction_files as files
from tests.support.bounds import bounded
from tests.support.direction_files import D, npy, npz, orthonormal, pkl, pt, unit
from tests.support.effort import tries
from tests.support.fuzzing import damage
from tests.support.mutations import PLAIN, Mutate, mutated_header, mutated_members

MUTATIONS = tries(20)  # of each kind of file


def a_table(folder: Path) -> Path:
    files.e4e_pca(folder)
    return files.configs(folder)


def tensors(folder: Path) -> Path:
    (folder / "a.safetensors").write_bytes(save({"smile": unit(1, D)}))
    return folder / "a.safetensors"


GOOD: dict[str, tuple[Callable[[Path], Path], list[Mutate]]] = {
    "npy": (lambda f: npy(f, "a_w_boundary.npy", unit(1, D)), PLAIN),
    "rows": (lambda f: npy(f, "a.npy", orthonormal(8)), PLAIN),
    "objects": (files.idinvert, PLAIN),
    "npz": (lambda f: npz(f, "a.npz", **files.ganspace_components(2)), [*PLAIN, mutated_members]),
    "torch": (files.e4e_pca, [*PLAIN, mutated_members]),
    "old torch": (lambda f: pt(f, "a.pt", torch.ones(1, D), _use_new_zipfile_serialization=False), PLAIN),
    "names": (lambda f: pt(f, "a.pt", {"1_a": torch.ones(1, D)}), [*PLAIN, mutated_members]),
    "pickle": (lambda f: pkl(f, "a.pkl", files.ganspace_edit()), PLAIN),
    "safetensors": (tensors, [*PLAIN, mutated_header]),
    "table": (a_table, PLAIN),
}


@pytest.mark.parametrize("kind", GOOD)
def test_damaged_files_are_read_or_refused_with_one_sentence(tmp_path: Path, kind: str) -> None:
    make, mutations = GOOD[kind]
    damage(read_directions, make(tmp_path), mutations, MUTATIONS)


@settings(max_examples=tries(50))
@given(
    data=st.binary(max_size=300),
    head=st.sampled_from([b"", b"\x93NUMPY\x01\0", b"PK\x03\x04", b"\x80\x02", b"{", b"["]),
)
def test_any_bytes_are_refused_with_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, head: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.npy"
    path.write_bytes(head + data)
    with pytest.raises(DirectionError, match=r"^any\.npy"):
        read_directions(path)


def claims_a_terabyte(folder: Path) -> Path:
    path = npy(folder, "a.npy", unit(1, D))
    path.write_bytes(path.read_bytes().replace(b"(1, 32), }", b"(9999999999, 32), }"))
    return path


def bomb(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        content = io.BytesIO()
        np.save(content, np.zeros(34_000_000, np.float32))
        archive.writestr("act_comp.npy", content.getvalue())
    return folder / "a.npz"


def one_array_a_thousand_times(folder: Path) -> Path:
    values = torch.zeros(500_000)
    return pt(folder, "a.pt", {str(number): values for number in range(1000)})


def one_number_a_billion_times(folder: Path) -> Path:
    return pt(folder, "a.pt", torch.zeros(1).expand(1_000_000_000))


def lists_in_lists(folder: Path) -> Path:
    (folder / "a.pkl").write_bytes(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")
    return folder / "a.pkl"


def lists_that_double(folder: Path) -> Path:
    """[x, x] of [x, x] of ...: thirty levels are a billion values."""
    (folder / "a.pkl").write_bytes(
        b"\x80\x02K\x01" + b"".join(b"q" + bytes([n]) + b"h" + bytes([n]) + b"\x86" for n in range(30)) + b"."
    )
    return folder / "a.pkl"


def a_huge_file(folder: Path) -> Path:
    with (folder / "a.npy").open("wb") as file:
        file.write(b"\x93NUMPY")
        file.truncate(3_000_000_000)  # sparse
    return folder / "a.npy"


def long_header(folder: Path) -> Path:
    (folder / "a.npy").write_bytes(b"\x93NUMPY\x02\0" + struct.pack("<I", 2**31) + b" " * 100_000)
    return folder / "a.npy"


def a_million_lines(folder: Path) -> Path:
    (folder / "a.csv").write_text("a\t1\t2\t3\t4\n" * 1_000_000)
    return folder / "a.csv"


HOSTILE = [
    *(claims_a_terabyte, bomb, one_array_a_thousand_times, one_number_a_billion_times, lists_in_lists),
    *(lists_that_double, a_huge_file, long_header, a_million_lines),
]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_soon_and_in_little_memory(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)
    with bounded(), pytest.raises(DirectionError):
        read_directions(path)
