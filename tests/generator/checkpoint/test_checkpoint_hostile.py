"""Pickles that attack: whatever they ask for is refused with a sentence, at once, and nothing of it is done."""

from __future__ import annotations

import builtins
import functools
import importlib
import io
import operator
import os
import pickle
import struct
import subprocess
import time
import types
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch

from generator import checkpoint
from generator.errors import CheckpointError
from generator.networks import Generator
from tests.support.bounds import settle_memory
from tests.support.checkpoint_layouts import Persistent, dump_nvidia, nvidia_generator

SECONDS = 2.0
MEMORY = 100_000_000  # bytes that a refusal may take


class Reduced:
    """Pickles as whatever call it is told."""

    def __init__(self, *reduction: Any) -> None:
        self.reduction = reduction

    def __reduce__(self) -> tuple[Any, ...]:
        return self.reduction

    def __call__(self) -> None:
        """Pickle wants what it writes as a function to be callable."""


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[str]:
    """A file that any payload here would make."""
    path = tmp_path / "canary"
    yield str(path)
    assert not path.exists(), "a payload has run"


@contextmanager
def spare_memory(count: int) -> Iterator[None]:
    """Whoever takes `count` bytes more gets a MemoryError, which is none of our sentences."""
    resource = pytest.importorskip("resource")
    old = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + count, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, old)


def refused(path: Path) -> str:
    """The sentence, which must come soon and cost little memory."""
    settle_memory()
    with spare_memory(MEMORY):
        start = time.thread_time()
        with pytest.raises(CheckpointError) as caught:
            checkpoint.load(path)
    assert time.thread_time() - start < SECONDS
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500
    return str(caught.value)


def payloads(canary: str) -> dict[str, Any]:
    """Objects whose unpickling runs code, by the way they take."""
    touch, code = f"touch {canary}", f"open({canary!r}, 'w')"
    module = Reduced(importlib.import_module, ("os",))
    return {
        "os.system": Reduced(os.system, (touch,)),
        "builtins.eval": Reduced(builtins.eval, (code,)),
        "builtins.exec": Reduced(builtins.exec, (code,)),
        "builtins.open": Reduced(builtins.open, (canary, "w")),
        "builtins.__import__": Reduced(builtins.__import__, ("os",)),
        "builtins.getattr": Reduced(Reduced(getattr, (module, "system")), (touch,)),
        "subprocess": Reduced(subprocess.Popen, (["touch", canary],)),
        "importlib": Reduced(operator.methodcaller("system", touch), (module,)),
        "functools.partial": Reduced(functools.partial(os.system, touch), ()),
        "functools.reduce": Reduced(functools.reduce, (operator.add, [[1], [2]])),
        "operator.attrgetter": Reduced(operator.attrgetter("system"), (module,)),
        "types.new_class": Reduced(types.new_class, ("X", (), {}, Reduced(compile, (code, "x", "exec")))),
        "state": Reduced(Reduced, (), {"x": Reduced(os.system, (touch,))}),
        "items": Reduced(dict, (), None, None, iter([("x", Reduced(os.system, (touch,)))])),
        "list items": Reduced(list, (), None, iter([Reduced(os.system, (touch,))])),
        "torch.load": Reduced(torch.load, (canary,)),
        "torch.hub": Reduced(torch.hub.load, ("x/y", "z")),
        "pickle.loads": Reduced(pickle.loads, (pickle.dumps(Reduced(os.system, (touch,))),)),
    }


PAYLOADS = sorted(payloads("canary"))


def dumped(value: Any, path: Path, protocol: int) -> Path:
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_alone_is_refused(name: str, protocol: int, tmp_path: Path, canary: str) -> None:
    assert "asks for" in refused(dumped(payloads(canary)[name], tmp_path / "a.pkl", protocol))


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_beside_a_good_generator_is_refused(name: str, tmp_path: Path, canary: str, tiny: Generator) -> None:
    snapshot = {"G_ema": nvidia_generator(tiny), "augment_pipe": payloads(canary)[name]}
    assert "asks for" in refused(dump_nvidia(snapshot, tmp_path / "a.pkl"))


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_in_a_file_of_torch_is_refused(name: str, zipped: bool, tmp_path: Path, canary: str) -> None:
    value = {"g_ema": {f"x{i}": torch.zeros(3) for i in range(20)}, "args": payloads(canary)[name]}
    torch.save(value, tmp_path / "a.pt", _use_new_zipfile_serialization=zipped)
    assert "asks for" in refused(tmp_path / "a.pt")
    assert not zipped or not checkpoint.looks_like_model(tmp_path / "a.pt")


def test_an_archive_with_a_huge_directory_is_refused(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + bytes(24) + b"\x01\0" + bytes(16) + b"x"
    count, start = 1_000_000, 30
    end = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 65535, 65535, count * len(entry), start, 0)
    (tmp_path / "a.pt").write_bytes(b"PK\x03\x04" + bytes(start - 4) + entry * count + end)
    assert "too many members" in refused(tmp_path / "a.pt")


def test_an_archive_with_two_programs_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own, about the name
        archive.writestr("a/data.pkl", b"\x80\x02N.")
        archive.writestr("a/data.pkl", b"\x80\x02}.")
    assert "two members of the same name" in refused(tmp_path / "a.pt")


def test_source_text_and_state_of_a_network_are_not_run(tmp_path: Path, canary: str) -> None:
    meta = Persistent("Generator", {"_modules": {}, "_parameters": {"x": Reduced(os.system, (f"touch {canary}",))}})
    assert "asks for" in refused(dump_nvidia(meta, tmp_path / "a.pkl"))


def test_a_payload_in_nested_torch_bytes_is_refused(tmp_path: Path, canary: str, tiny: Generator) -> None:
    inner = io.BytesIO()
    torch.save(Reduced(os.system, (f"touch {canary}",)), inner, _use_new_zipfile_serialization=False)
    storage = Reduced(torch.storage._load_from_bytes, (inner.getvalue() + bytes(1000),))
    tensor = Reduced(torch._utils._rebuild_tensor_v2, (storage, 0, (1,), (1,), False, {}))
    good = nvidia_generator(tiny)
    good.state["_modules"]["mapping"].state["_parameters"] = {"weight": tensor}
    assert "asks for" in refused(dump_nvidia(good, tmp_path / "a.pkl"))


def mark_bomb() -> bytes:
    return b"\x80\x04" + b"(" * 3_000_000 + b"."


def memo_bomb() -> bytes:
    """Ten references to ten references to ...: 10^60 leaves if anybody walked through them, or printed them."""
    rounds = b"".join(b"(" + b"h" + bytes([i]) + (b"h" + bytes([i])) * 9 + b"tq" + bytes([i + 1]) for i in range(60))
    return b"\x80\x04" + b"N" + b"q\x00" + rounds


BOMBS: dict[str, Callable[[], bytes]] = {
    "deep tuples": lambda: b"\x80\x04)" + b"\x85" * 400_000 + b".",
    "deep lists": lambda: b"\x80\x04" + b"]" * 400_000 + b"a" * 399_999 + b".",
    "deep dictionaries": lambda: b"\x80\x04" + b"}" + b"K\x00}" * 150_000 + b"s" * 150_000 + b".",
    "deep calls": lambda: b"\x80\x04" + b"ccollections\nOrderedDict\nq\x00)" + b"\x85h\x00\x86" * 100_000 + b".",
    "marks": mark_bomb,
    "memo": lambda: memo_bomb() + b".",
    "memo as a key": lambda: memo_bomb() + b"}h\x3cNs.",
    "memo as a class": lambda: memo_bomb() + b")R.",
    "memo as a network": lambda: memo_bomb() + b"}\x8c\x05G_emah\x3cs.",
    "a list in itself": lambda: b"\x80\x04]q\x00h\x00a.",
    "a network in itself": lambda: (
        b"\x80\x04ctorch_utils.persistence\n_reconstruct_persistent_obj\n}q\x00\x8c\x0aclass_name\x8c\x09Generators"
        b"\x8c\x05state}q\x01\x8c\x08_modules}q\x02ss\x85Rq\x03" + b"0h\x02\x8c\x01ah\x03s\x8c\x01bh\x03s0h\x03."
    ),
    "bytes beyond the file": lambda: b"\x80\x04B\xff\xff\xff\x7f" + bytes(100),
    "8 EiB of bytes": lambda: b"\x80\x04\x8e" + struct.pack("<Q", 2**63 - 1) + bytes(100),
    "8 EiB of a bytearray": lambda: b"\x80\x05\x96" + struct.pack("<Q", 2**63 - 1) + bytes(100),
    "text beyond the file": lambda: b"\x80\x04X\xff\xff\xff\x7f" + bytes(100),
    "16 EiB of text": lambda: b"\x80\x04\x8d" + struct.pack("<Q", 2**64 - 1) + bytes(100),
    "a huge integer": lambda: b"\x80\x04\x8b" + struct.pack("<i", 1_000_000) + bytes(1_000_000) + b".",
    "a negative length": lambda: b"\x80\x04\x8b" + struct.pack("<i", -1) + b".",
    "integers that collide": lambda: (
        (b"\x80\x04}(" + b"".join(b"\x8a\x0c" + ((2**61 - 1) * i).to_bytes(12, "little") + b"N" for i in range(30_000)))
        + b"u."
    ),
    "a memo at 2^32": lambda: b"\x80\x04Nr\xff\xff\xff\xff.",
    "a memo that is not there": lambda: b"\x80\x04j\xff\xff\xff\xff.",
    "endless steps": lambda: b"\x80\x04" + b"N0" * 2_000_000 + b".",
    "an endless name": lambda: b"\x80\x04c" + b"a" * 10_000_000,
    "a bytearray made by name": lambda: b"\x80\x04cbuiltins\nbytearray\nJ\xff\xff\xff\x7f\x85R.",
    "a range made by name": lambda: b"\x80\x04cbuiltins\nrange\nJ\xff\xff\xff\x7f\x85R.",
    "the INST opcode": lambda: b"\x80\x04(X\x07\x00\x00\x00touch xios\nsystem\n.",
    "a string of Python 2": lambda: b"\x80\x04S'touch x'\n.",
    "tuples just deep enough": lambda: b"\x80\x04)" + b"\x85" * 190_000 + b".",
    "calls just deep enough": lambda: (
        b"\x80\x04" + b"ccollections\nOrderedDict\nq\x00" * 60_000 + b")R" + b"\x85R" * 59_999 + b"."
    ),
    "a deep state": lambda: b"\x80\x04" + b"ccollections\nOrderedDict\n)R" * 60_000 + b"b" * 59_999 + b".",
    "the OBJ opcode": lambda: b"\x80\x04(cos\nsystem\no.",
    "a function made of code": lambda: b"\x80\x04ctypes\nFunctionType\n)R.",
    "an extension": lambda: b"\x80\x04\x82\x01.",
    "a buffer from outside": lambda: b"\x80\x05\x97.",
    "protocol 0": lambda: b"\x80\x00cos\nsystem\n.",
    "nothing": lambda: b"\x80\x04.",
    "an empty stack": lambda: b"\x80\x04R.",
    "a lone mark": lambda: b"\x80\x04(.",
    "no end": lambda: b"\x80\x04K\x01",
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_soon_and_in_little_memory(name: str, tmp_path: Path) -> None:
    (tmp_path / "bomb.pkl").write_bytes(BOMBS[name]())
    refused(tmp_path / "bomb.pkl")


@pytest.mark.parametrize(
    ("shape", "stride"),
    [
        ((10**9,), (0,)),
        ((2**40, 2**40), (1, 1)),
        ((5,), (10**12,)),
        ((-1,), (1,)),
        ((3,), (-1,)),
        ((2,) * 99, (0,) * 99),
    ],
)
def test_a_tensor_that_claims_more_than_its_storage_is_refused(
    shape: tuple[int, ...], stride: tuple[int, ...], tmp_path: Path, tiny: Generator
) -> None:
    good = nvidia_generator(tiny)
    storage = torch.zeros(4)._typed_storage()
    tensor = Reduced(torch._utils._rebuild_tensor_v2, (storage, 0, shape, stride, False, {}))
    good.state["_modules"]["mapping"].state["_buffers"]["w_avg"] = tensor
    assert "damaged" in refused(dump_nvidia(good, tmp_path / "a.pkl"))
