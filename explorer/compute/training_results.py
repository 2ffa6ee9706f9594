"""What the compute thread has read from a run folder."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.messages import Pixels
from generator.training.history import History


@dataclass(frozen=True)
class RunRead:
    """The history of a run folder, or a sentence if it is not one."""

    folder: str
    history: History = field(default_factory=History)
    error: str = ""


@dataclass(frozen=True)
class SamplesRead:
    """A sample image, or a sentence if it cannot be shown."""

    path: str
    pixels: Pixels | None  # uint8 [H, W, 3]
    error: str = ""
