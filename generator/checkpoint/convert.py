"""A generator as a file for other tools: .safetensors, a .pt with the names of another implementation, or .onnx."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from generator.checkpoint.nvidia_state import nvidia_file
from generator.checkpoint.onnx_file import INPUTS, onnx_bytes
from generator.checkpoint.rosinality_state import remark, rosinality_file
from generator.checkpoint.save import SUFFIX, save
from generator.config import GeneratorConfig
from generator.errors import ExportError, did_you_mean
from generator.networks import Generator
from generator.progress import Job, Progress
from generator.storage.atomic import atomic_write, write_atomically

STATE_DICTS: dict[str, Callable[[Generator], dict[str, object]]] = {
    "nvidia": nvidia_file,
    "rosinality": rosinality_file,
}
REMARKS: dict[str, Callable[[GeneratorConfig], str]] = {"rosinality": remark}
KINDS: dict[str, tuple[str, ...]] = {  # by suffix: what --as may ask for, the default first
    SUFFIX: ("outis",),
    ".pt": tuple(STATE_DICTS),
    ".onnx": INPUTS,
}


def kind_of(path: str | Path, kind: str = "") -> str:
    """The kind of file that `path` shall be, a value of `KINDS`; "" = the usual one of its suffix.

    Raises `ExportError` where there is none.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in KINDS:
        known = ", ".join(KINDS)
        raise ExportError(f"{Path(path).name} should end in one of {known}, which say what is written.")
    if kind and kind not in KINDS[suffix]:
        asked = did_you_mean(kind, (name for kinds in KINDS.values() for name in kinds))
        raise ExportError(f"A {suffix} file can be written as {' or '.join(KINDS[suffix])}, not as {kind}{asked}.")
    return kind or KINDS[suffix][0]


def converting(generator: Generator, path: str | Path, kind: str = "", source: str = "") -> Job[str]:
    """Write `generator`, which is on the CPU, to `path`, whole or not at all, as `kind_of` says.

    `source`, a sentence on where it came from, is added to the description. A job, with progress and cancel, whose
    result is what who opens the file should know; "" = nothing. Raises `ExportError`.
    """
    kind, name = kind_of(path, kind), Path(path).name
    yield Progress(0, 0, f"Converting to {name}")
    if kind in STATE_DICTS:
        yield from _writing_state_dict(STATE_DICTS[kind](generator), path, source)
    elif kind in INPUTS:
        described = "\n".join(filter(None, [generator.description, source]))
        contents = yield from onnx_bytes(generator, kind, described)
        write_atomically(path, contents)
    else:
        save(generator, path, source)
    return REMARKS[kind](generator.config) if kind in REMARKS else ""


def _writing_state_dict(contents: dict[str, object], path: str | Path, source: str) -> Job[None]:
    contents["description"] = "\n".join(filter(None, [str(contents["description"]), source]))
    yield Progress(0, 0, f"Writing {Path(path).name}")
    with atomic_write(path) as file:
        torch.save(contents, file)
