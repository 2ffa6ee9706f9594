"""Names that multiply: a few bytes of a pickle can be meant as often as there are tensors or modules."""

from __future__ import annotations

import gzip
import io
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from generator import checkpoint
from generator.errors import CheckpointError
from tests.support.bounds import bounded

RECONSTRUCT = b"ctorch_utils.persistence\n_reconstruct_persistent_obj\nq\x00"
LONG = b"X" + (1_000_000).to_bytes(4, "little") + b"a" * 1_000_000


def module(state: bytes) -> bytes:
    """The program of a network with the attributes that the program `state` puts into a dictionary."""
    named = b"X\x0a\x00\x00\x00class_nameX\x09\x00\x00\x00Generator"
    return b"h\x00}(" + named + b"X\x05\x00\x00\x00state}(" + state + b"uu\x85R"


def entry(key: bytes, items: bytes) -> bytes:
    return b"X" + len(key).to_bytes(4, "little") + key + b"}(" + items + b"u"


def tensors(count: int) -> bytes:
    nested = io.BytesIO()
    torch.save(torch.zeros(1)._typed_storage(), nested, _use_new_zipfile_serialization=False)
    data = b"B" + len(nested.getvalue()).to_bytes(4, "little") + nested.getvalue()
    storage = b"ctorch.storage\n_load_from_bytes\n" + data + b"\x85R"
    call = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00K\x01\x85K\x01\x85\x89}tR"
    return b"".join(
        b"X\x05\x00\x00\x00" + b"%05d" % i + (call + b"q\x01" if i == 0 else b"h\x01") for i in range(count)
    )


def wide_state() -> bytes:
    """One state of 30,000 entries in 20,000 modules."""
    entries = b"".join(b"M" + i.to_bytes(2, "little") + b"N" for i in range(30_000))
    inner = module(entries) + b"q\x02"
    names = [b"X\x05\x00\x00\x00" + b"%05d" % i for i in range(20_000)]
    return entry(b"_modules", names[0] + inner + b"".join(name + b"h\x02" for name in names[1:]))


STATES: dict[str, Callable[[], bytes]] = {
    "a name of 1 MB over 4,000 parameters": lambda: entry(
        b"_modules", LONG + module(entry(b"_parameters", tensors(4_000)))
    ),
    "a wide state in many modules": wide_state,
}


def refused(path: Path) -> str:
    with bounded(), pytest.raises(CheckpointError) as caught:
        checkpoint.load(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", STATES)
def test_modules_whose_names_multiply_are_refused(name: str, packed: bool, tmp_path: Path) -> None:
    data = b"\x80\x02" + RECONSTRUCT + b"0" + module(STATES[name]()) + b"."
    (tmp_path / "a.pkl").write_bytes(gzip.compress(data) if packed else data)
    refused(tmp_path / "a.pkl")


@pytest.mark.parametrize("prefixes", [9, 1_100])
@pytest.mark.parametrize("zipped", [True, False])
def test_names_with_endless_prefixes_are_refused(prefixes: int, zipped: bool, tmp_path: Path) -> None:
    held = {"module." * prefixes + f"x{i}": torch.zeros(0) for i in range(3_000)}
    torch.save(held, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    refused(tmp_path / "a.pt")


def test_one_text_in_many_arrays_is_made_bytes_once(tmp_path: Path) -> None:
    text = b"X\x80\x84\x1e\x00" + b"a" * 2_000_000
    encode = b"c_codecs\nencode\n" + text + b"X\x06\x00\x00\x00latin1\x86Rq\x01"
    dtype = b"cnumpy\ndtype\nX\x02\x00\x00\x00f4\x85Rq\x02"
    scalar = b"cnumpy.core.multiarray\nscalar\nq\x03"
    pair = b"X\x01\x00\x00\x00xh\x03h\x02h\x01\x86R\x86"
    network = (
        b"cdnnlib.tflib.network\nNetwork\n)\x81}(X\x09\x00\x00\x00variables]("
        + pair * 15_000
        + b"eX\x0a\x00\x00\x00components}X\x09\x00\x00\x00synthesisNsX\x0d\x00\x00\x00static_kwargs}ub."
    )
    (tmp_path / "a.pkl").write_bytes(b"\x80\x02" + encode + dtype + scalar + b"000" + network)
    refused(tmp_path / "a.pkl")


@pytest.mark.parametrize("size", [True, 2**40, -1, 1.5])
def test_a_size_that_is_none_is_refused(size: Any, tmp_path: Path) -> None:
    torch.save({f"synthesis.{i}": torch.zeros(1) for i in range(20)}, tmp_path / "a.pt")
    out = io.BytesIO()
    pickle.dump(size, out, protocol=2)
    data = (tmp_path / "a.pt").read_bytes()
    assert data.count(b"K\x01\x85") >= 20
    program = out.getvalue()[2:-1]
    legacy = tmp_path / "b.pt"
    torch.save({f"synthesis.{i}": torch.zeros(1) for i in range(20)}, legacy, _use_new_zipfile_serialization=False)
    legacy.write_bytes(legacy.read_bytes().replace(b"K\x01\x85", program + b"\x85"))
    refused(legacy)
