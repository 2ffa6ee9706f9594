"""The low-pass filter [1, 3, 3, 1] / 4 along both axes, map by map, and its adjoint; for CPUs, where they are fast.

They are linear, so the gradient of either is the other, at every order. torch's own would find, in a gradient of a
gradient, one for the constant filter too, a map at a time: R1 and path lengths would take twice as long.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def filtered(x: Tensor, padding: int, stride: int = 1) -> Tensor:
    """The convolution of every map of x `[N, C, H, W]` with the filter, `padding` zeros around it."""
    result: Tensor = _Filtered.apply(x, padding, stride)  # type: ignore[no-untyped-call]
    return result


def spread(x: Tensor, padding: int, stride: int = 1) -> Tensor:
    """The adjoint: every pixel of x adds a filter's worth, `stride` pixels apart; `padding` pixels are cut off."""
    result: Tensor = _Spread.apply(x, padding, stride)  # type: ignore[no-untyped-call]
    return result


class _Filtered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, padding: int, stride: int) -> Tensor:
        ctx.geometry = padding, stride
        return F.conv2d(x, _taps(x), stride=stride, padding=padding, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return spread(gradient, *ctx.geometry), None, None


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, padding: int, stride: int) -> Tensor:
        ctx.geometry = padding, stride
        return F.conv_transpose2d(x, _taps(x), stride=stride, padding=padding, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None]:
        return filtered(gradient, *ctx.geometry), None, None


def _taps(x: Tensor) -> Tensor:
    """The filter once for every map of x: `[C, 1, 4, 4]`."""
    taps = torch.tensor([0.25, 0.75, 0.75, 0.25], dtype=x.dtype, device=x.device)
    return torch.outer(taps, taps).repeat(x.shape[1], 1, 1, 1)
