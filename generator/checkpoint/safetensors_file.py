"""Reader of .safetensors: 8 bytes of header length, a JSON header, the tensors (huggingface/safetensors).

The file is read into memory rather than mapped: a mapped file that shrinks meanwhile kills the process.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import torch

from generator.checkpoint import strangers
from generator.checkpoint.file_slice import FormatError, Section, Stream
from generator.checkpoint.lazy_tensor import (
    MAX_TENSORS,
    Storage,
    StoredTensor,
    checked_name,
    contiguous_strides,
    loading_all,
)
from generator.checkpoint.raw import RawCheckpoint
from generator.checkpoint.state_dict import in_our_names, without_prefix
from generator.progress import Job

LENGTH_BYTES = 8
FORMAT_HEADER = 100 * 2**20  # bytes, the format's own limit
MAX_HEADER = 4 * 2**20  # that of a 1024 px model with its description has some 50,000
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}
ORIGIN = "a .safetensors file"
DAMAGED = "is a damaged .safetensors file"


def recognises(head: bytes) -> bool:
    """True for the first bytes of a .safetensors file: a plausible header length, then a JSON object."""
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    return len(head) > LENGTH_BYTES and head[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{" and length <= FORMAT_HEADER


def reading(section: Section, file_name: str) -> Job[RawCheckpoint]:
    """Read the file. Raises `FormatError`, or OSError where the file itself cannot be read."""
    length = int.from_bytes(Stream(section).take(LENGTH_BYTES), "little")
    if LENGTH_BYTES + length > section.length:
        raise FormatError(
            f"is truncated: its header should have {length} bytes and the file has {section.length}; copy it again"
        )
    if length > MAX_HEADER:
        raise FormatError(f"is not a model: its header has {length} bytes, more than any model's")
    header = _header(bytes(section.section(LENGTH_BYTES, length).read()))
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise FormatError(f"{DAMAGED}: its metadata is not text")
    if len(header) > MAX_TENSORS:
        raise FormatError("is not a model: it has more tensors than any model")
    start = LENGTH_BYTES + length
    data = section.section(start, section.length - start)
    stored = {checked_name(name): _stored(name, entry, data) for name, entry in header.items()}
    config = _config(metadata)
    if config is None:
        return (yield from _reading_others(stored, metadata, file_name, section.length))
    tensors = yield from loading_all(stored, file_name, section.length)
    return RawCheckpoint(file_name, tensors, config, metadata, origin=ORIGIN)


def _reading_others(
    stored: dict[str, StoredTensor], metadata: dict[str, str], file_name: str, size: int
) -> Job[RawCheckpoint]:
    """Tensors without a configuration of ours, under any names. Raises `FormatError`."""
    strangers.refuse(stored)
    tensors = yield from loading_all(without_prefix(stored), file_name, size)
    renamed = in_our_names(tensors, file_name)
    return replace(renamed or RawCheckpoint(file_name, tensors, origin=ORIGIN), metadata=metadata)


def _header(text: bytes) -> dict[str, Any]:
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{DAMAGED}: its header is not valid JSON") from error
    if not isinstance(header, dict):
        raise FormatError(f"{DAMAGED}: its header is not a JSON object")
    return header


def _stored(name: str, entry: object, data: Section) -> StoredTensor:
    """One entry of the header: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}."""
    match entry:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(begin), int(end)]} if kind in DTYPES:
            if all(type(size) is int and 0 <= size < 2**48 for size in shape):
                storage = Storage(data.section(begin, end - begin), DTYPES[kind])
                stored = StoredTensor(storage, 0, tuple(shape), contiguous_strides(tuple(shape)))
                if stored.numel * storage.dtype.itemsize == end - begin:
                    return stored
    raise FormatError(f"{DAMAGED}: its header has an invalid entry for {name[:100]}")


def _config(metadata: dict[str, str]) -> dict[str, object] | None:
    """The configuration that Outis and its trainer store under "config"; None where there is none."""
    if "config" not in metadata:
        return None
    try:
        config = json.loads(metadata["config"])
    except (ValueError, RecursionError) as error:
        raise FormatError("has a configuration that is not valid JSON") from error
    if not isinstance(config, dict):
        raise FormatError("has a configuration that is not a JSON object")
    family = metadata.get("architecture", "stylegan2")
    return {"family": family, **config}
