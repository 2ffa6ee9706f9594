"""3x3 convolution with a quarter of the multiplications, for maps of many channels.

Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks",
section 4.3): tiles of 6x6 pixels that overlap by 2 and the weights are transformed, multiplied channel by channel for
each of the 36 positions, and transformed back to 4x4 pixels. Everything is a matrix product. In float32 its error is
about 5e-5 of the result's deviation, ten times a plain convolution's; in bfloat16 it would be too large.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from generator.fast.scratch import Scratch

TILE, STEP = 6, 4  # pixels of a transformed tile, and of its result
LEAST_CHANNELS = 128  # with fewer the transforms cost more than they save
LEAST_SIZE = 16  # smaller maps have too few tiles to use a weight of four times the size
MOST_VALUES = 2**20  # of transformed tiles at once: 4 MB

INPUT = [
    [4.0, 0.0, -5.0, 0.0, 1.0, 0.0],
    [0.0, -4.0, -4.0, 1.0, 1.0, 0.0],
    [0.0, 4.0, -4.0, -1.0, 1.0, 0.0],
    [0.0, -2.0, -1.0, 2.0, 1.0, 0.0],
    [0.0, 2.0, -1.0, -2.0, 1.0, 0.0],
    [0.0, 4.0, 0.0, -5.0, 0.0, 1.0],
]  # B^T of the paper
WEIGHT = [
    [1 / 4, 0.0, 0.0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0.0, 0.0, 1.0],
]  # G
OUTPUT = [
    [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
    [0.0, 1.0, -1.0, 2.0, -2.0, 0.0],
    [0.0, 1.0, 1.0, 4.0, 4.0, 0.0],
    [0.0, 1.0, -1.0, 8.0, -8.0, 1.0],
]  # A^T


def suits(weight: Tensor, size: int) -> bool:
    """True where this form of the convolution of `size` x `size` pixels is faster and exact enough."""
    return weight.dtype == torch.float32 and min(weight.shape[:2]) >= LEAST_CHANNELS and size >= LEAST_SIZE


def _both_axes(matrix: list[list[float]]) -> Tensor:
    """The matrix along rows and columns of a tile at once."""
    along = torch.tensor(matrix, dtype=torch.float64)
    return torch.kron(along, along)


class WinogradConv:
    """Convolution of `[N, I, H, W]`, H and W multiples of 4, with weight `[O, I, 3, 3]` and padding 1, in float32."""

    def __init__(self, weight: Tensor, scratch: Scratch) -> None:
        flat = weight.double().flatten(2)  # [O, I, 9]
        self._weight = (flat @ _both_axes(WEIGHT).t()).permute(2, 1, 0).float().contiguous()  # [36, I, O]
        self._input = _both_axes(INPUT).float()
        self._output = _both_axes(OUTPUT).float()
        self._scratch = scratch

    def __call__(self, x: Tensor, styles: Tensor) -> Tensor:
        """x, its maps scaled by `styles` `[N, I]` -> `[N, O, H, W]`, channels_last."""
        n, _, height, width = x.shape
        y = torch.empty(n, height, width, self._weight.shape[2])
        padded = self._padded(x, styles)
        for sample, rows in self._parts(n, height // STEP, width // STEP):
            first, last = STEP * rows.start, STEP * rows.stop
            pixels = self._pixels(padded[sample, first : last + 2])
            y[sample, first:last].view(pixels.shape).copy_(pixels)
        return y.permute(0, 3, 1, 2)

    def _padded(self, x: Tensor, styles: Tensor) -> Tensor:
        """x times styles with a border of zeros, `[N, H+2, W+2, I]`."""
        n, channels, height, width = x.shape
        padded = self._scratch.take("padded", (n, height + 2, width + 2, channels))
        for border in (padded[:, 0], padded[:, -1], padded[:, :, 0], padded[:, :, -1]):
            border.zero_()
        torch.mul(x.permute(0, 2, 3, 1), styles[:, None, None], out=padded[:, 1:-1, 1:-1])
        return padded

    def _parts(self, n: int, rows: int, columns: int) -> Iterator[tuple[slice, range]]:
        """Samples and rows of tiles that are transformed at once: many samples, or some rows of one."""
        of_a_row = TILE**2 * columns * max(self._weight.shape[1:])
        samples = max(MOST_VALUES // (of_a_row * rows), 1)
        step = min(max(MOST_VALUES // of_a_row, 1), rows)
        for k in range(0, n, samples):
            for first in range(0, rows, step):
                yield slice(k, min(k + samples, n)), range(first, min(first + step, rows))

    def _pixels(self, padded: Tensor) -> Tensor:
        """padded `[N, H+2, W+2, I]` -> the convolution's pixels `[N, H/4, 4, W/4, 4, O]`."""
        n, height, width, ins = padded.shape
        rows, columns, outs = height // STEP, width // STEP, self._weight.shape[2]
        count, take = n * rows * columns, self._scratch.take
        sample, row, column, _ = padded.stride()
        tiles = padded.as_strided(
            (TILE, TILE, n, rows, columns, ins), (row, column, sample, STEP * row, STEP * column, 1)
        )  # pixel k of every tile
        gathered = take("a", tuple(tiles.shape)).copy_(tiles)
        transformed = torch.mm(self._input, gathered.view(TILE**2, -1), out=take("b", (TILE**2, count * ins)))
        product = take("a", (TILE**2, count, outs))
        torch.bmm(transformed.view(TILE**2, count, ins), self._weight, out=product)
        result = torch.mm(self._output, product.flatten(1), out=take("b", (STEP**2, count * outs)))
        return result.view(STEP, STEP, n, rows, columns, outs).permute(2, 3, 0, 4, 1, 5)
