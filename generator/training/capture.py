"""A training step as one piece of work for a card, captured without changing the training state."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from generator.render.cuda.cuda_graph import CaptureSpace, Work, capture_graph


def captured(step: Work, random: torch.Generator, state: Callable[[], Sequence[Tensor]], space: CaptureSpace) -> Work:
    """What does the same as `step`: itself on the CPU, a CUDA graph of it where `random` is of a card.

    random: the only source of chance in the step; seeding it before a replay counts.
    Raises `GraphsFail` where it cannot be captured; `state` is as it was then, too.
    state: all tensors that the step changes and that outlive it; warming up leaves them as they were.
    space: of the graphs of all steps of one stage; on the device of `random`.
    """
    if random.device.type != "cuda":
        return step
    changed = state()
    before = [tensor.detach().clone() for tensor in changed]
    try:
        with warnings.catch_warnings():  # optimisers made for a graph warn when they run outside of it, to warm up
            warnings.filterwarnings("ignore", message=".*capturable=True")
            return capture_graph(step, space)
    finally:
        with torch.no_grad():
            for tensor, value in zip(changed, before, strict=True):
                tensor.copy_(value)
