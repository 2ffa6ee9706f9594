"""Reader of .safetensors: 8 bytes of header length, a JSON header, the tensors (huggingface/safetensors).

The file is read into memory rather than mapped: a mapped file that shrinks meanwhile kills the process.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError

from generator.checkpoint.raw import RawCheckpoint
from generator.errors import CheckpointError
from generator.progress import Job, Progress

CHUNK = 32 * 2**20
LENGTH_BYTES = 8
MAX_HEADER = 100 * 2**20  # the format's own limit


def recognises(head: bytes) -> bool:
    """True for the first bytes of a .safetensors file: a plausible header length, then a JSON object."""
    length = int.from_bytes(head[:LENGTH_BYTES], "little")
    return len(head) > LENGTH_BYTES and head[LENGTH_BYTES : LENGTH_BYTES + 1] == b"{" and length <= MAX_HEADER


def reading(path: Path) -> Job[RawCheckpoint]:
    """Read the file. Raises `CheckpointError`, or OSError where the file itself cannot be read."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        header = _header(file.read(LENGTH_BYTES), file, size, path.name)
        file.seek(0)
        data = bytearray()
        while chunk := file.read(CHUNK):
            data += chunk
            yield Progress(len(data), size, f"Reading {path.name}")
    try:
        tensors = safetensors.torch.load(bytes(data))
    except (SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise CheckpointError(f"{path.name} is a damaged .safetensors file: {_first_line(error)}.") from error
    metadata = header.get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise CheckpointError(f"{path.name} is a damaged .safetensors file: its metadata is not text.")
    return RawCheckpoint(path.name, tensors, _config(metadata, path.name), metadata)


def _header(length_bytes: bytes, file: Any, size: int, name: str) -> dict[str, Any]:
    length = int.from_bytes(length_bytes, "little")
    if LENGTH_BYTES + length > size:
        raise CheckpointError(
            f"{name} is cut short: its header should have {length} bytes and the file has {size}; copy it again."
        )
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} is a damaged .safetensors file: its header is not valid JSON.") from error
    if not isinstance(header, dict):
        raise CheckpointError(f"{name} is a damaged .safetensors file: its header is not a JSON object.")
    return header


def _config(metadata: dict[str, str], name: str) -> dict[str, object] | None:
    """The configuration that Outis and its trainer store under "config"; None where there is none."""
    if "config" not in metadata:
        return None
    try:
        config = json.loads(metadata["config"])
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{name} carries a configuration that is not valid JSON.") from error
    if not isinstance(config, dict):
        raise CheckpointError(f"{name} carries a configuration that is not a JSON object.")
    family = metadata.get("architecture", "stylegan2")
    return {"family": family, **config}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
