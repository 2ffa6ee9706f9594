"""Work that is launched as one piece: a CUDA graph on a card, the work itself elsewhere.

A graph is captured with the addresses of what it reads and writes. So everything that changes from launch to launch
must be a tensor that stays where it is, and the work must ask nothing of the host.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import torch

Work = Callable[[], None]
WARM_UP_RUNS = 3  # runs before the capture, in which libraries choose their kernels


class GraphsFail(RuntimeError):
    """Work could not be captured; the device may still do it without a graph."""


class CaptureSpace:
    """Stream and memory of graphs that live and die together, and whose work runs one after the other, in any order,
    leaving nothing there for each other.

    One stream for all of them, for torch gives a free block only to the stream that it came from. None beyond them, for
    destroying a graph clears what libraries keep for its stream.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        if device.type == "cuda":
            with torch.cuda.device(device):  # streams are those of the current card
                self.stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
                self.pool = torch.cuda.graph_pool_handle()


def capture_graph(work: Work, space: CaptureSpace) -> Work:
    """What does the same as `work` on the device of `space`, launched as one piece where that is a card; there it is
    run some times at once, to warm up. Raises `GraphsFail` where it cannot be captured."""
    if space.device.type != "cuda":
        return work
    try:
        return _captured(work, space).replay
    except RuntimeError as error:
        raise GraphsFail(str(error) or type(error).__name__) from error


def _captured(work: Work, space: CaptureSpace) -> torch.cuda.CUDAGraph:
    """On a stream of its own, as captures must be. Not by `torch.cuda.graph`, which in some versions collects garbage
    first: on the compute thread that would tear down objects of the window."""
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.device(space.device):
        space.stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(space.stream):
            for _ in range(WARM_UP_RUNS):
                work()
            torch.cuda.synchronize()
            _capture(graph, work, space)
        torch.cuda.current_stream().wait_stream(space.stream)
    return graph


def _capture(graph: torch.cuda.CUDAGraph, work: Work, space: CaptureSpace) -> None:
    """Only what this thread does counts: others may pin memory or ask after events meanwhile."""
    graph.capture_begin(space.pool, capture_error_mode="thread_local")
    try:
        work()
    except BaseException:
        with suppress(RuntimeError):  # which says only that the capture is spoilt; the first error says why
            _end(graph, space)
        raise
    _end(graph, space)


def _end(graph: torch.cuda.CUDAGraph, space: CaptureSpace) -> None:
    """End the capture; one that cannot end must not leave the allocator in the belief that it goes on."""
    try:
        graph.capture_end()
    except RuntimeError:
        index = torch.cuda.current_device()
        with suppress(RuntimeError):  # the second would be wrong where the first finds no capture
            torch._C._cuda_endAllocateToPool(index, space.pool)
            torch._C._cuda_releasePool(index, space.pool)
        raise
