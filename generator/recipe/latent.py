"""Latent maths as pure functions on tensors: seed -> z, w -> W+, mix, truncate, move along directions.

Shapes: z `[N, z_dim]`, w `[N, w_dim]`, ws (W+) `[N, num_ws, w_dim]`, all float32.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from generator.recipe.recipe import DirectionEdit, Target, Truncation
from generator.recipe.seeds import z_from_seed as z_from_seed
from generator.recipe.seeds import z_from_seeds as z_from_seeds


def broadcast(w: Tensor, num_ws: int) -> Tensor:
    """w `[N, w_dim]` -> ws `[N, num_ws, w_dim]`, the same w on every layer."""
    assert w.ndim == 2
    return w.unsqueeze(1).expand(-1, num_ws, -1)


def mix(ws: Tensor, other: Tensor, weights: Sequence[float]) -> Tensor:
    """Per-layer interpolation ws + weight * (other - ws); style mixing where the weights are 0 and 1
    (Karras et al. 2019, section 3.1). Missing weights are 0; both inputs `[N, num_ws, w_dim]`."""
    assert ws.shape == other.shape
    padded = (list(weights) + [0.0] * ws.shape[1])[: ws.shape[1]]
    per_layer = torch.tensor(padded, dtype=ws.dtype, device=ws.device).reshape(1, -1, 1)
    return torch.lerp(ws, other, per_layer)


def truncate(ws: Tensor, w_avg: Tensor, truncation: Truncation) -> Tensor:
    """w_avg + psi * (w - w_avg) on the layers below the cutoff (Karras et al. 2019, appendix B).

    ws `[N, num_ws, w_dim]`, w_avg `[w_dim]`, or `[N or 1, num_ws, w_dim]` where rows have centres of their own.
    """
    assert ws.ndim == 3
    assert w_avg.shape[-1] == ws.shape[2]
    cutoff = ws.shape[1] if truncation.cutoff is None else truncation.cutoff
    centre = w_avg if w_avg.ndim == 1 else w_avg[:, :cutoff]
    truncated = centre.lerp(ws[:, :cutoff], truncation.psi)
    return torch.cat([truncated, ws[:, cutoff:]], dim=1)


def move(ws: Tensor, edits: Sequence[DirectionEdit]) -> Tensor:
    """Add amount * vector of every edit to the layers of its direction; ws `[N, num_ws, w_dim]`.

    Härkönen et al. 2020 (GANSpace), eq. 4: w' = w + V x, layer by layer. A direction with a target is first scaled, on
    each layer, to the move that leads to its target from `ws`, which no other edit has moved.
    """
    moved = ws.clone()
    for edit in edits:
        direction = edit.direction
        way = torch.from_numpy(direction.array.copy()).to(ws).reshape(direction.rows, -1)
        if direction.target is not None:
            way = _way_to(direction.target, way, ws)
        step = (edit.amount * way).expand_as(ws)
        for first, last in direction.layers.spans:
            moved[:, first : last + 1] += step[:, first : last + 1]
    return moved


def _way_to(target: Target, vector: Tensor, ws: Tensor) -> Tensor:
    """(value - <w - center, v> / <v, v>) * v for each layer, `[N, num_ws, w_dim]`; v `[1 or num_ws, w_dim]`.

    In float64, where no float32 vector overflows or vanishes when it is squared. A row of zeros leads nowhere.
    """
    v = vector.double()
    center = torch.from_numpy(np.frombuffer(target.center, "<f4").copy()).to(v)
    squares = (v * v).sum(dim=-1)
    place = ((ws.double() - center) * v).sum(dim=-1) / squares.clamp_min(torch.finfo(v.dtype).tiny)
    return ((target.value - place)[..., None] * v).to(ws)
