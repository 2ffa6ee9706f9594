"""A card for tests without one: it has streams, and an allocator whose free blocks belong to a pool and a stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import torch

POOL = tuple[int, int]


class FakeStream:
    def wait_stream(self, other: FakeStream) -> None:
        pass


class FakeCard:
    """Stands in for `torch.cuda`. `held` is the memory that captures took; `spoilt`: the capture cannot end."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held = self.replays = 0
        self.spoilt = False
        self.mode = ""  # of the capture begun last
        self.underway: list[POOL] = []  # pools that the allocator believes to be captured into
        self.index: object = None  # of the card that was current last
        self._stream, self._pools = FakeStream(), count(1)
        self._blocks: dict[tuple[POOL, FakeStream], int] = {}
        fakes: dict[str, Any] = {
            "CUDAGraph": lambda: FakeGraph(self),
            "Stream": FakeStream,
            "current_stream": lambda: self._stream,
            "current_device": lambda: 0,
            "graph_pool_handle": lambda: (next(self._pools), 0),
            "device": self._on,
            "stream": self._within,
            "synchronize": lambda: None,
            "empty_cache": self.empty_cache,
        }
        for name, fake in fakes.items():
            monkeypatch.setattr(torch.cuda, name, fake)
        monkeypatch.setattr(torch._C, "_cuda_endAllocateToPool", self._leave, raising=False)
        monkeypatch.setattr(torch._C, "_cuda_releasePool", lambda _index, _pool: None, raising=False)

    def allocate(self, size: int) -> None:
        """What a captured work needs while it runs, free for others afterwards."""
        if self.underway:
            place = self.underway[-1], self._stream
            grown = max(0, size - self._blocks.get(place, 0))
            self._blocks[place] = self._blocks.get(place, 0) + grown
            self.held += grown

    def empty_cache(self) -> None:
        if self.underway:
            raise RuntimeError("captures_underway.empty() INTERNAL ASSERT FAILED")

    def _leave(self, _index: int, pool: POOL) -> None:
        if pool not in self.underway:
            raise RuntimeError("not currently recording to mempool_id")
        self.underway.remove(pool)

    @contextmanager
    def _on(self, device: torch.device) -> Iterator[None]:
        self.index = device.index
        yield

    @contextmanager
    def _within(self, stream: FakeStream) -> Iterator[None]:
        before, self._stream = self._stream, stream
        try:
            yield
        finally:
            self._stream = before


class FakeGraph:
    """Counts its replays on its card."""

    def __init__(self, card: FakeCard) -> None:
        self._card = card

    def capture_begin(self, pool: POOL, capture_error_mode: str = "global") -> None:
        self._pool, self._card.mode = pool, capture_error_mode
        self._card.underway.append(pool)

    def capture_end(self) -> None:
        if self._card.spoilt:
            raise RuntimeError("CUDA error: operation failed due to a previous error during capture")
        self._card.underway.remove(self._pool)

    def replay(self) -> None:
        self._card.replays += 1
