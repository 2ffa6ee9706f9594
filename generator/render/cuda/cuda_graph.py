"""Work that is launched as one piece: a CUDA graph on a card, the work itself elsewhere.

A graph is captured with the addresses of what it reads and writes. So everything that changes from launch to launch
must be a tensor that stays where it is, and the work must ask nothing of the host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Work = Callable[[], None]
Memory = Any  # torch's name of a pool of memory on a card
WARMING = 3  # runs before the capture, in which libraries choose their kernels


def shared_memory(device: torch.device) -> Memory | None:
    """For graphs of work that runs one after the other, in any order, and leaves nothing there for each other."""
    return torch.cuda.graph_pool_handle() if device.type == "cuda" else None


def launchable(work: Work, device: torch.device, memory: Memory | None = None) -> Work:
    """What does the same as `work` on `device`, launched as one piece where that is a card; there it is run some times
    at once, to warm up. memory: `shared_memory`; None = its own.
    """
    return _captured(work, device, memory).replay if device.type == "cuda" else work


def _captured(work: Work, device: torch.device, memory: Memory | None) -> torch.cuda.CUDAGraph:
    """On a stream of its own, as captures must be. Not by `torch.cuda.graph`, which in some versions collects garbage
    first: on the compute thread that would tear down objects of the window."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(device):  # streams and graphs are those of the current card
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARMING):
                work()
            torch.cuda.synchronize()
            graph.capture_begin(memory)
            try:
                work()
            finally:
                graph.capture_end()
        torch.cuda.current_stream().wait_stream(side)
    return graph
