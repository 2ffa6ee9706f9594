"""What the compute thread read of a run folder."""

from __future__ import annotations

from dataclasses import dataclass, field

from explorer.messages import Pixels
from generator.training.history import History


@dataclass(frozen=True)
class RunRead:
    """A run folder's past; with a sentence instead if it is none."""

    folder: str
    history: History = field(default_factory=History)
    error: str = ""


@dataclass(frozen=True)
class SamplesRead:
    """An image of samples; with a sentence instead if it cannot be shown."""

    path: str
    pixels: Pixels | None  # uint8 [H, W, 3]
    error: str = ""
