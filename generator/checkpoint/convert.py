"""A generator as a file for other tools: .safetensors, or a .pt with the names of another implementation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from generator.checkpoint.nvidia_state import nvidia_file
from generator.checkpoint.rosinality_state import rosinality_file
from generator.checkpoint.save import SUFFIX, save
from generator.errors import ExportError, did_you_mean
from generator.networks import Generator
from generator.progress import Job, Progress
from generator.storage.atomic import atomic_write

STATE_DICTS: dict[str, Callable[[Generator], dict[str, object]]] = {
    "nvidia": nvidia_file,
    "rosinality": rosinality_file,
}
KINDS: dict[str, tuple[str, ...]] = {  # by suffix: what --as may ask for, the default first
    SUFFIX: ("outis",),
    ".pt": tuple(STATE_DICTS),
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


def converting(generator: Generator, path: str | Path, kind: str = "", source: str = "") -> Job[None]:
    """Write `generator` to `path`, whole or not at all, as `kind_of` says; a job, with progress and cancel.

    `source`, a sentence on where it came from, is added to the description where the format has one.
    Raises `ExportError`.
    """
    kind, name = kind_of(path, kind), Path(path).name
    yield Progress(0, 2, f"Converting to {name}")
    if kind in STATE_DICTS:
        contents = STATE_DICTS[kind](generator)
        contents["description"] = "\n".join(filter(None, [generator.description, source]))
        yield Progress(1, 2, f"Writing {name}")
        with atomic_write(path) as file:
            torch.save(contents, file)
    else:
        save(generator, path, source)
    yield Progress(2, 2, f"Wrote {name}")
