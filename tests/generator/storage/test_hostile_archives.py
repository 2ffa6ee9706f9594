"""Zip archives that say odd things of their members: refused with a sentence by every reader, and never unpacked."""

from __future__ import annotations

import bz2
import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from generator import checkpoint
from generator.errors import OutisError
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.progress import finish
from generator.training.data import DataOptions, preparing
from tests.support.bounds import bounded
from tests.support.checkpoint_layouts import dump_nvidia, nvidia_generator
from tests.support.fuzzing import refusal


def an_npz(folder: Path, tiny: Generator) -> Path:
    np.savez_compressed(folder / "a.npz", w=np.ones((8, 16), np.float32))
    return folder / "a.npz"


def a_torch_latent(folder: Path, tiny: Generator) -> Path:
    torch.save(torch.ones(8, 16), folder / "a.pt")
    return folder / "a.pt"


def a_torch_model(folder: Path, tiny: Generator) -> Path:
    torch.save(dict(tiny.state_dict()), folder / "a.pt")
    return folder / "a.pt"


def a_zipped_model(folder: Path, tiny: Generator) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(dump_nvidia(nvidia_generator(tiny), folder / "a.pkl"), "a.pkl")
    return folder / "a.zip"


def a_collection(folder: Path, tiny: Generator) -> Path:
    from PIL import Image

    picture = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(picture, "PNG")
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", picture.getvalue())
    return folder / "a.zip"


def prepare(path: Path) -> object:
    return finish(preparing(path, path.with_name("out"), DataOptions(size=32)))


READERS: dict[str, tuple[Callable[[Path, Generator], Path], Callable[[Path], object]]] = {
    "npz": (an_npz, read_file),
    "torch latent": (a_torch_latent, read_file),
    "torch model": (a_torch_model, checkpoint.load),
    "zipped model": (a_zipped_model, checkpoint.load),
    "collection": (a_collection, prepare),
}
FIELDS = {  # (offset in an entry of the directory, offset in a member's own header, value)
    "version": (6, 4, 99),
    "method": (10, 8, 99),
    "method of old": (10, 8, 6),
    "bzip2": (10, 8, zipfile.ZIP_BZIP2),
    "lzma": (10, 8, zipfile.ZIP_LZMA),
    "encrypted": (8, 6, 1),
    "patched": (8, 6, 0x20),
    "encrypted strongly": (8, 6, 0x41),
    "name in UTF-8": (8, 6, 0x800),
    "disk": (34, None, 7),
    "extra field": (30, 28, 0xFFFF),
    "name": (28, 26, 0xFFFF),
    "comment": (32, None, 0xFFFF),
}
HARMLESS = ("name in UTF-8", "disk", "version", "comment")  # to some reader, which looks no further


def with_field(data: bytes, in_directory: int, in_member: int | None, value: int) -> bytes:
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members, place = archive.infolist(), archive.start_dir
    for member in members:
        changed[place + in_directory : place + in_directory + 2] = value.to_bytes(2, "little")
        if in_member is not None:
            start = member.header_offset + in_member
            changed[start : start + 2] = value.to_bytes(2, "little")
        lengths = (int.from_bytes(data[place + at : place + at + 2], "little") for at in (28, 30, 32))
        place += 46 + sum(lengths)
    return bytes(changed)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("reader", READERS)
def test_an_odd_field_is_refused_with_a_sentence(reader: str, field: str, tmp_path: Path, tiny: Generator) -> None:
    make, read = READERS[reader]
    path = make(tmp_path, tiny)
    path.write_bytes(with_field(path.read_bytes(), *FIELDS[field]))
    sentence = refusal(read, path)
    assert sentence.endswith(".") or field in HARMLESS


@cache
def bomb() -> bytes:
    return bz2.compress(bytes(100_000_000))


@pytest.mark.parametrize("read", [read_file, prepare, checkpoint.load])
def test_a_member_of_gigabytes_in_bzip2_that_claims_to_be_small_is_not_unpacked(
    read: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("w.npy", bomb())
    path.write_bytes(with_field(path.read_bytes(), 10, 8, zipfile.ZIP_BZIP2))
    with bounded(memory=80_000_000), pytest.raises(OutisError):
        read(path)
