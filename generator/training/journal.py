"""The journal of a training: one JSON object per line, for curves, the window and other programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from generator.storage.atomic import write_atomically, writing_errors
from generator.storage.regular_file import read_regular

MAX_BYTES = 1_000_000_000  # a line every five seconds has 30 MB in a month


@dataclass(frozen=True)
class Entry:
    """What all lines have: a kind, and the images that the discriminator had seen."""

    kind: ClassVar[str]
    images: int

    def facts(self) -> dict[str, Any]:
        """As JSON values, the kind first."""
        return {"kind": self.kind, **asdict(self)}


@dataclass(frozen=True)
class Start(Entry):
    """A training starts or is resumed: lines before it with more images are of steps that were lost."""

    kind = "start"
    run: str  # name of the run folder
    total_images: int
    settings: dict[str, Any] = field(default_factory=dict)
    classes: int = 0  # that the model is trained with


@dataclass(frozen=True)
class Step(Entry):
    """Figures of the last optimiser step."""

    kind = "step"
    resolution: int
    fade: float  # alpha of the newest block, 0..1
    loss_g: float
    loss_d: float
    r1: float | None  # the last penalty, before its weight; None before the first
    real_sign: float  # E[sign D(real)], -1..1: near 1 the discriminator is overfitting
    augment: float  # probability of each augmentation
    images_per_second: float
    seconds: float  # trained so far, over all resumes


@dataclass(frozen=True)
class Samples(Entry):
    """A sheet of samples was written."""

    kind = "samples"
    path: str  # relative to the run folder


@dataclass(frozen=True)
class Snapshot(Entry):
    """A model was written."""

    kind = "snapshot"
    path: str  # relative to the run folder
    frechet: float | None
    precision: float | None = None  # with recall: of the last snapshot alone
    recall: float | None = None


@dataclass(frozen=True)
class Rollback(Entry):
    """The training has gone back to an earlier state, after `images` images."""

    kind = "rollback"
    reason: str


@dataclass(frozen=True)
class Notice(Entry):
    """The training continues in another way than it should."""

    kind = "notice"
    sentence: str


@dataclass(frozen=True)
class End(Entry):
    """The training has ended."""

    kind = "end"
    reason: Literal["done", "stopped", "failed"]
    sentence: str


Listener = Callable[[Entry], None]


class Journal:
    """Appends to `path`, whole lines only, and passes each entry to `listener` as well."""

    def __init__(self, path: Path, listener: Listener | None = None) -> None:
        """A last line that a killed process left unfinished is removed. Raises `ExportError`."""
        self._path = path
        self._listener = listener
        with writing_errors(path):
            _remove_torn_line(path)

    def write(self, entry: Entry) -> None:
        """Raises `ExportError`."""
        line = json.dumps(entry.facts()) + "\n"
        with writing_errors(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(line)
        if self._listener is not None:
            self._listener(entry)


def _remove_torn_line(path: Path) -> None:
    if not path.exists():
        return
    written = read_regular(path, MAX_BYTES)
    if not written.endswith(b"\n"):
        write_atomically(path, written[: written.rfind(b"\n") + 1])
