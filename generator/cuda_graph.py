"""Work that is launched as one piece: a CUDA graph on a card, the work itself elsewhere.

A graph is captured with the addresses of what it reads and writes. So everything that changes from launch to launch
must be a tensor that stays where it is, and the work must ask nothing of the host.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Work = Callable[[], None]
WARMING = 3  # runs before the capture, in which libraries choose their kernels


def launchable(work: Work, device: torch.device, pool: Any = None) -> Work:
    """What does the same as `work` on `device`, launched as one piece where that is a card.

    The work runs some times at once, to warm up. pool: memory that graphs share which never run at the same time and
    keep nothing in it, of `torch.cuda.graph_pool_handle`.
    """
    return _captured(work, device, pool).replay if device.type == "cuda" else work


def _captured(work: Work, device: torch.device, pool: Any) -> torch.cuda.CUDAGraph:
    with torch.cuda.device(device):  # streams and graphs belong to the current card
        _warm_up(work)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=pool):
            work()
    return graph


def _warm_up(work: Work) -> None:
    """Run on a stream of its own, as the capture will."""
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(WARMING):
            work()
    torch.cuda.current_stream().wait_stream(side)
