"""Perceptual path length: how smoothly the images change along straight lines in W."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from generator.progress import Job, Progress

EPSILON = 1e-4
PAIRS = 4  # line segments per step, of two images each
TRIMMED = 0.01  # the share of shortest and of longest segments that is left out, as in Karras et al. 2020

Draw = Callable[[Tensor], Tensor]  # w [N, w_dim] -> images [N, 3, R, R]
Measure = Callable[[Tensor], Tensor]  # images -> features [N, size]


def path_length(ws: Tensor, others: Tensor, draw: Draw, measure: Measure, seed: int) -> Job[float]:
    """The mean of |f(g(w_t)) - f(g(w_{t + eps}))|^2 / eps^2 with w_t between `ws` and `others` `[N, w_dim]`.

    Karras et al. 2019, equation 3, with t drawn from [0, 1) by `seed`, and our features in place of theirs:
    so a length is to be compared with another in the same space alone.
    """
    assert ws.shape == others.shape
    times = torch.rand(len(ws), 1, generator=torch.Generator().manual_seed(seed)).to(ws)
    lengths = np.empty(len(ws))
    for first in range(0, len(ws), PAIRS):
        yield Progress(first, len(ws), "Measuring path lengths")
        rows = slice(first, first + PAIRS)
        ends = [torch.lerp(ws[rows], others[rows], times[rows] + shift) for shift in (0, EPSILON)]
        start, stop = measure(draw(torch.cat(ends))).double().chunk(2)
        lengths[rows] = ((start - stop) / EPSILON).square().sum(dim=1).cpu().numpy()
    low, high = np.quantile(lengths, [TRIMMED, 1 - TRIMMED])
    return float(lengths[(lengths >= low) & (lengths <= high)].mean())
