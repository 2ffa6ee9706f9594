"""Convolutions of large maps in bands of rows: the same numbers, without allocating from the system every time.

Allocating a large result for every image takes more time for fresh memory pages than for the arithmetic. Bands are
small enough to reuse freed memory (the C library keeps up to 32 MB); the caller copies them into a result that it
keeps.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch.nn.functional as F
from torch import Tensor

BAND_BYTES = 16 * 2**20

Band = tuple[slice, Tensor]  # rows of the result, and their values, [1, O, rows, W]


def rows_of_a_band(channels: int, width: int) -> int:
    """The number of rows of a band, which is even."""
    return max(BAND_BYTES // (4 * channels * width), 2) // 2 * 2


def convolved(x: Tensor, weight: Tensor, bias: Tensor, rows: int) -> Iterator[Band]:
    """`F.conv2d(x, weight, bias, padding=1)` of x `[1, I, H, W]`, weight `[O, I, 3, 3]`, in bands."""
    height = x.shape[2]
    for first in range(0, height, rows):
        last = min(first + rows, height)
        top, bottom = max(first - 1, 0), min(last + 1, height)
        y = F.conv2d(x[:, :, top:bottom], weight, bias, padding=(edges(top == first, bottom == last), 1))
        yield slice(first, last), without_seams(y, first > 0, last - first)


def upsampled(x: Tensor, weight: Tensor, taps: Tensor, bias: Tensor, rows: int) -> Iterator[Band]:
    """Transposed convolution of stride 2, then the low-pass filter: x `[1, I, H, W]`, weight `[I, O, 3, 3]`,
    taps `[O, 1, 4, 4]` -> 2H rows in bands of `rows`."""
    height = x.shape[2]
    for first in range(0, height, rows // 2):
        last = min(first + rows // 2, height)
        top, bottom = max(first - 1, 0), min(last + 1, height)
        wide = F.conv_transpose2d(x[:, :, top:bottom], weight, stride=2)  # rows 2 * top .. 2 * bottom, both included
        inner = wide[:, :, max(2 * first - 1, 0) - 2 * top : min(2 * last + 2, 2 * height + 1) - 2 * top]
        padding = edges(first == 0, last == height), 1
        y = F.conv2d(inner, taps, bias, padding=padding, groups=len(taps))
        yield slice(2 * first, 2 * last), without_seams(y, first > 0, 2 * (last - first))


def edges(at_top: bool, at_bottom: bool) -> int:
    """Rows of zeros above and below: where only one side is an edge, the other's row is dropped afterwards."""
    return int(at_top or at_bottom)


def without_seams(y: Tensor, has_above: bool, rows: int) -> Tensor:
    """y without the row from padding at an inner side, if any."""
    return y.narrow(2, int(has_above and y.shape[2] > rows), rows)
