"""Latents that attack: files that would keep torch and numpy busy, or make them raise what is no sentence."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generator.errors import LatentError, OutisError
from generator.formats.open_face import read_file
from tests.support.bounds import bounded

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
