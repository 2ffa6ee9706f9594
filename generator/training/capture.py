"""The seam between a training step and a CUDA graph: the same step, launched as one piece where there is a card.

A step is captured with the addresses of what it reads and writes. So everything that changes from step to step must
be a tensor that stays where it is: pictures, the fade, the probability of augmentations.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

Step = Callable[[], None]
Memory = Any  # torch's name of a pool of memory on a card
WARMING = 3  # runs before the capture, in which libraries choose their kernels


def shared_memory(device: torch.device) -> Memory | None:
    """For the graphs of steps that run one after the other, in any order, and leave nothing there for each other."""
    return torch.cuda.graph_pool_handle() if device.type == "cuda" else None


def captured(
    step: Step, random: torch.Generator, state: Callable[[], Sequence[Tensor]], memory: Memory | None = None
) -> Step:
    """What does the same as `step`: itself on the CPU, a CUDA graph of it where `random` draws on a card.

    random: the only source of chance in the step; seeding it before a replay counts.
    state: all tensors that the step changes and that outlive it; warming up leaves them as they were.
    memory: `shared_memory`; None = its own.
    """
    if random.device.type != "cuda":
        return step
    with torch.cuda.device(random.device):  # streams and graphs are those of the current card
        return _graph(step, state(), memory).replay


def _graph(step: Step, state: Sequence[Tensor], memory: Memory | None) -> torch.cuda.CUDAGraph:
    before = [tensor.detach().clone() for tensor in state]
    _warm_up(step)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, pool=memory):
        step()
    with torch.no_grad():
        for tensor, value in zip(state, before, strict=True):
            tensor.copy_(value)
    return graph


def _warm_up(step: Step) -> None:
    """Run on a stream of its own, as the capture will. Optimisers made for a graph warn when they run outside of it."""
    side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*capturable=True")
        for _ in range(WARMING):
            step()
    torch.cuda.current_stream().wait_stream(side)
