"""Memory that is used again: for what native programs need while they run, and for the results of layers."""

from __future__ import annotations

import torch
from torch import Tensor


class Scratch:
    """Fresh pages of memory can cost more time than the arithmetic on them, so these are kept. For one thread."""

    def __init__(self) -> None:
        self._buffer = torch.empty(0)

    def take(self, count: int) -> Tensor:
        """`count` uninitialised float32 or more, at the start of a cache line; the same memory every time."""
        if len(self._buffer) < count:
            self._buffer = torch.empty(count)
        return self._buffer

    def clear(self) -> None:
        self._buffer = torch.empty(0)


def for_result(shape: tuple[int, ...], spare: Tensor | None) -> Tensor:
    """Uninitialised float32 `[N, C, H, W]`, channels_last: `spare`, a result that is needed no more, if it fits."""
    if spare is not None and spare.shape == shape:
        return spare
    return torch.empty(shape, memory_format=torch.channels_last)
