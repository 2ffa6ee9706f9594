"""Work that is launched as one piece: as a CUDA graph on a GPU, directly elsewhere.

A graph is captured with the addresses that it reads and writes. So everything that changes between launches must be a
tensor at a fixed address, and the work must not depend on the host.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import torch

Work = Callable[[], None]
WARM_UP_RUNS = 3  # runs before the capture, during which libraries choose their kernels


class GraphsFail(RuntimeError):
    """Work could not be captured; the device may still do it without a graph."""


class CaptureSpace:
    """The stream and memory pool of graphs that have the same lifetime, and whose work runs one after the other, in any
    order, without passing data in the pool.

    They share one stream, because torch reuses a free block only on the stream that it came from. Nothing else uses it,
    because destroying a graph clears what libraries keep for its stream.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        if device.type == "cuda":
            with torch.cuda.device(device):  # streams belong to the current GPU
                self.stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]
                self.pool = torch.cuda.graph_pool_handle()


def capture_graph(work: Work, space: CaptureSpace) -> Work:
    """A function that does `work` on the device of `space`, captured as a graph where that is a GPU; there it is first
    run a few times to warm up. Raises `GraphsFail` where it cannot be captured."""
    if space.device.type != "cuda":
        return work
    try:
        return _captured(work, space).replay
    except RuntimeError as error:
        raise GraphsFail(str(error) or type(error).__name__) from error


def _captured(work: Work, space: CaptureSpace) -> torch.cuda.CUDAGraph:
    """Capture on a separate stream, as required. Not by `torch.cuda.graph`, which in some versions collects garbage
    first: on the compute thread that would destroy objects of the window."""
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
    """Begin a capture of this thread alone: others may pin memory or query events meanwhile."""
    graph.capture_begin(space.pool, capture_error_mode="thread_local")
    try:
        work()
    except BaseException:
        with suppress(RuntimeError):  # it only states that the capture failed; the first error states why
            _end(graph, space)
        raise
    _end(graph, space)


def _end(graph: torch.cuda.CUDAGraph, space: CaptureSpace) -> None:
    """End the capture; if that fails, the allocator must not assume that it continues."""
    try:
        graph.capture_end()
    except RuntimeError:
        index = torch.cuda.current_device()
        with suppress(RuntimeError):  # if there is no capture, the second call must not run
            torch._C._cuda_endAllocateToPool(index, space.pool)
            torch._C._cuda_releasePool(index, space.pool)
        raise
