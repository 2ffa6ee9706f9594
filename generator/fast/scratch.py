"""Memory for results between two steps of a layer, taken once and used again by every layer and picture."""

from __future__ import annotations

import math

import torch
from torch import Tensor


class Scratch:
    """Fresh pages of memory can cost more time than the arithmetic on them, so these are kept. For one thread."""

    def __init__(self) -> None:
        self._buffers: dict[str, Tensor] = {}

    def take(self, name: str, shape: tuple[int, ...]) -> Tensor:
        """An uninitialised float32 tensor of `shape`; it shares memory with the last one of this name."""
        count = math.prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or len(buffer) < count:
            buffer = self._buffers[name] = torch.empty(count)
        return buffer[:count].view(shape)

    def clear(self) -> None:
        self._buffers.clear()
