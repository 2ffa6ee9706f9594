"""Styles for training: of one z or of two, so that layers do not come to rely on each other; and the mean of w."""

from __future__ import annotations

import torch
from torch import Tensor

from generator.networks import Generator

W_AVG_SHARE = 0.002  # of a batch in the running mean of w (1 - 0.998, Karras et al. 2019, official code)


def mixed_ws(
    generator: Generator,
    z: Tensor,
    z2: Tensor,
    probability: float,
    random: torch.Generator,
    classes: Tensor | None = None,
) -> Tensor:
    """z and z2 `[N, z_dim]`, of classes `[N, c_dim]` -> ws `[N, num_ws, w_dim]`, float32 (Karras et al. 2019, 3.1).

    With `probability` an image takes the layers from a crossover on, uniform in 1..num_ws - 1, from z2 instead of z.
    Each image draws for itself, and always as much, so that shapes and the stream of chance never change.
    """
    count, rows = len(z), generator.config.num_ws
    both = None if classes is None else torch.cat([classes, classes])
    with torch.autocast(z.device.type, enabled=False):  # eight layers in 8 bits of mantissa would blur w
        w = generator.mapping(torch.cat([z, z2]), both)
    crossover = torch.randint(1, rows, (count, 1), generator=random, device=z.device)
    mixes = torch.rand(count, 1, generator=random, device=z.device) < probability
    second = mixes & (torch.arange(rows, device=z.device) >= crossover)  # [N, num_ws]
    return torch.where(second[:, :, None], w[count:, None], w[:count, None])


@torch.no_grad()
def track_w(generator: Generator, w: Tensor) -> None:
    """Move `w_avg` towards the mean of w `[N, w_dim]`, in place: the centre of truncation."""
    generator.w_avg.lerp_(w.float().mean(dim=0), W_AVG_SHARE)
