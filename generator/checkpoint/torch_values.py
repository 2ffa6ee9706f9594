"""What torch pickles: calls that rebuild tensors from storages, and the containers that hold the storages.

A storage lies in a member of a zip archive (torch.save since 1.6), behind the pickles of a file in the older
format, or, in pickles made by `pickle` itself, in byte strings that are files in the older format once more.
Sources: the functions named here, in torch/_utils.py, torch/storage.py and torch/serialization.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from generator.checkpoint.allowlist import permit
from generator.checkpoint.file_slice import FormatError, Section, Stream
from generator.checkpoint.inert_objects import Call, Name, Persistent, binary, describe
from generator.checkpoint.lazy_tensor import MAX_AXES, Storage, StoredTensor
from generator.checkpoint.restricted_pickle import Budget, Permit, read_pickle

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C  # the first pickle of a file in the older format
FORMAT_VERSION = 1001  # the second
MAX_KEY = 100  # characters of what a storage is called
MAX_WRAPPINGS = 4  # a parameter of a subclass of a tensor has two

DTYPES = {
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "ShortStorage": torch.int16,
    "CharStorage": torch.int8,
    "ByteStorage": torch.uint8,
    "BoolStorage": torch.bool,
}

FindStorage = Callable[[object], Storage]
_WRAPPERS = ("torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state")
_SUBCLASS = ("torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type")
_TENSOR = ("torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor")
_NESTED = "torch.storage._load_from_bytes"


def is_tensor(value: object) -> bool:
    """True for a call that makes a tensor or parameter."""
    return isinstance(value, Call) and value.asks_for(*_WRAPPERS, *_SUBCLASS, *_TENSOR)


def stored_tensor(value: object, find: FindStorage) -> StoredTensor:
    """The tensor that a call would make; `find` says where a storage is. Raises `FormatError`."""
    for _ in range(MAX_WRAPPINGS):
        if isinstance(value, Call) and value.asks_for(*_WRAPPERS) and value.arguments:
            value = value.arguments[0]
        elif isinstance(value, Call) and value.asks_for(*_SUBCLASS) and len(value.arguments) >= 3:
            function, _, arguments = value.arguments[:3]
            value = Call(function, arguments if isinstance(arguments, tuple) else ())
    if not (isinstance(value, Call) and value.asks_for(*_TENSOR) and len(value.arguments) >= 4):
        raise FormatError(f"is damaged: it has {describe(value)} in place of a tensor")
    storage, offset, shape, stride = value.arguments[:4]
    if type(offset) is not int:
        raise FormatError("is damaged: a tensor in it has an invalid offset")
    return StoredTensor(find(storage), offset, sizes(shape), sizes(stride))


def sizes(value: object) -> tuple[int, ...]:
    """The whole numbers of a shape, which may come as a torch.Size. Raises `FormatError`."""
    if isinstance(value, Call) and value.asks_for("torch.Size") and len(value.arguments) == 1:
        value = value.arguments[0]
    if not isinstance(value, tuple | list) or len(value) > MAX_AXES:
        raise FormatError("is damaged: a tensor in it has an invalid shape")
    if not all(type(size) is int and abs(size) < 2**48 for size in value):
        raise FormatError("is damaged: a tensor in it has an invalid shape")
    return tuple(value)


class NestedStorages:
    """Finds storages that are byte strings in a pickle made by `pickle`, each a whole file in the older format."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget

    def __call__(self, value: object) -> Storage:
        if not (isinstance(value, Call) and value.asks_for(_NESTED) and len(value.arguments) == 1):
            raise FormatError(f"is damaged: it has {describe(value)} in place of the numbers of a tensor")
        data = binary(value.arguments[0])
        if data is None:
            raise FormatError("is damaged: the numbers of a tensor in it are missing")
        nested = read_legacy(data, self.budget)
        return nested.find(nested.root)


@dataclass(frozen=True)
class LegacyFile:
    """A file in torch's older format: its value, and where its storages are."""

    root: object
    storages: Mapping[str, Storage]

    def find(self, value: object) -> Storage:
        key, dtype, _ = storage_key(value)
        if key not in self.storages or self.storages[key].dtype != dtype:
            raise FormatError("is damaged: the numbers of a tensor in it are missing")
        return self.storages[key]


def storage_key(value: object) -> tuple[str, torch.dtype, int]:
    """Key, type and size of the storage that a persistent id means. Raises `FormatError`."""
    parts = value.key if isinstance(value, Persistent) else None
    if not isinstance(parts, tuple) or len(parts) not in (5, 6) or parts[0] != "storage":
        raise FormatError(f"is damaged: it has {describe(value)} in place of the numbers of a tensor")
    kind, key, _, numel = parts[1:5]
    if not (isinstance(kind, Name) and kind.module == "torch" and kind.name in DTYPES):
        raise FormatError(f"has tensors of a kind that no model has: {describe(kind)}")
    is_key = isinstance(key, str) and len(key) <= MAX_KEY
    if not is_key or type(numel) is not int or not 0 <= numel < 2**48 or any(parts[5:]):
        raise FormatError("is damaged: the numbers of a tensor in it have an invalid key or size")
    return key, DTYPES[kind.name], numel


def read_legacy(section: Section, budget: Budget, permit: Permit = permit) -> LegacyFile:
    """Magic number, version, system facts, value and keys, each a pickle; then size and numbers of each storage."""
    stream = Stream(section)
    seen: list[Persistent] = []
    magic, version, _, root, keys = (read_pickle(stream, permit, budget, seen) for _ in range(5))
    if magic != MAGIC_NUMBER or version != FORMAT_VERSION or not isinstance(keys, list):
        raise FormatError("is damaged, or was written by an unknown version of torch")
    known = {key: (dtype, numel) for key, dtype, numel in map(storage_key, seen)}
    storages = {}
    for key in keys:
        if not isinstance(key, str) or key not in known:
            raise FormatError("is damaged: it has numbers that belong to no tensor")
        dtype, numel = known[key]
        if int.from_bytes(stream.take(8), "little") != numel:
            raise FormatError("is damaged: the numbers of a tensor in it have two sizes")
        storages[key] = Storage(stream.leave(numel * dtype.itemsize), dtype)
    return LegacyFile(root, storages)
