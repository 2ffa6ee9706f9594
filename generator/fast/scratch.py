"""Memory that native programs need for themselves while they run, taken once and used again by every layer."""

from __future__ import annotations

import torch
from torch import Tensor


class Scratch:
    """Fresh pages of memory can cost more time than the arithmetic on them, so these are kept. For one thread."""

    def __init__(self) -> None:
        self._buffer = torch.empty(0)

    def take(self, count: int) -> Tensor:
        """`count` uninitialised float32, at the start of a cache line; the same memory every time."""
        if len(self._buffer) < count:
            self._buffer = torch.empty(count)
        return self._buffer

    def clear(self) -> None:
        self._buffer = torch.empty(0)
