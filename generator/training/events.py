"""The lines of a training's journal as typed events. Any text gives an event or None, never an exception."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

MAX_TEXT = 5_000  # characters of a path or a sentence
MAX_COUNT = 2**53  # what a float on an axis still counts exactly


@dataclass(frozen=True)
class Start:
    """A training starts, or is resumed."""

    images: int  # trained on so far
    total_images: int
    classes: int | None = None  # of the model; None in older journals


@dataclass(frozen=True)
class Step:
    """Figures of an optimiser step."""

    images: int
    resolution: int  # pixels on a side
    fade: float  # of the newest block, 0..1
    loss_g: float
    loss_d: float
    real_sign: float  # mean sign of the discriminator on real images: near 1 it is overfitting
    augment: float  # probability of each augmentation
    images_per_second: float


@dataclass(frozen=True)
class Samples:
    """A grid of samples was written."""

    images: int
    path: str  # relative to the run folder


@dataclass(frozen=True)
class Snapshot:
    """A model is written that Outis opens."""

    images: int
    path: str  # relative to the run folder
    frechet: float | None  # Fréchet distance, where it was measured


@dataclass(frozen=True)
class Rollback:
    """The training went back to its last good state."""

    images: int  # where it failed
    reason: str


@dataclass(frozen=True)
class Notice:
    """The training continues in another way than it should."""

    images: int
    sentence: str


@dataclass(frozen=True)
class End:
    """The training is over for now."""

    images: int
    reason: str  # "done", "stopped", "failed"
    sentence: str


Event = Start | Step | Samples | Snapshot | Rollback | Notice | End


def parse(line: str) -> Event | None:
    """The event of one line of a journal; None = it is not one. Unknown fields are left alone."""
    try:
        values = json.loads(line)
        kind = _KINDS[values["kind"]]
        event: Event = kind(**{field.name: _READERS[str(field.type)](values, field.name) for field in fields(kind)})
        return event
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def share_of(line: str, before: float = 0.0) -> float:
    """The share done, 0..1, in a progress line of `outis dataset --json`; `before` where there is none."""
    try:
        values = json.loads(line)
        done, total = _whole(values, "done"), _whole(values, "total")
        return min(done / total, 1.0)
    except (ValueError, TypeError, KeyError, ZeroDivisionError, RecursionError):
        return before


def _whole(values: Mapping[str, Any], name: str) -> int:
    value = values[name]
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        raise ValueError(name)
    return value


def _number(values: Mapping[str, Any], name: str) -> float:
    value = values[name]
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(name)
    return float(value)


def _maybe_number(values: Mapping[str, Any], name: str) -> float | None:
    return None if values.get(name) is None else _number(values, name)


def _maybe_whole(values: Mapping[str, Any], name: str) -> int | None:
    return None if values.get(name) is None else _whole(values, name)


def _text(values: Mapping[str, Any], name: str) -> str:
    """A path leads nowhere but into the run folder."""
    value = values[name]
    if type(value) is not str or len(value) > MAX_TEXT:
        raise ValueError(name)
    if name == "path":
        path = PurePosixPath(value.replace("\\", "/"))
        if "\0" in value or ":" in value or path.is_absolute() or ".." in path.parts:
            raise ValueError(name)
    return value


_KINDS: dict[str, type[Any]] = {
    "start": Start,
    "step": Step,
    "samples": Samples,
    "snapshot": Snapshot,
    "rollback": Rollback,
    "notice": Notice,
    "end": End,
}
_READERS: dict[str, Callable[[Mapping[str, Any], str], object]] = {
    "int": _whole,
    "int | None": _maybe_whole,
    "float": _number,
    "float | None": _maybe_number,
    "str": _text,
}
