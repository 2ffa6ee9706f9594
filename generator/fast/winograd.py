"""3x3 convolution with a quarter of the multiplications, for maps of many channels.

Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks",
section 4.3): tiles of 6x6 pixels that overlap by 2 and the weights are transformed, multiplied channel by channel for
each of the 36 positions, and transformed back to 4x4 pixels. Everything is a matrix product. In float32 its error is
about 5e-5 of the result's deviation, ten times a plain convolution's; in bfloat16 it would be too large.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

TILE, STEP = 6, 4  # pixels of a transformed tile, and of its result
LEAST_CHANNELS = 128  # with fewer the transforms cost more than they save
LEAST_SIZE = 16  # smaller maps have too few tiles to use a weight of four times the size

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

    def __init__(self, weight: Tensor) -> None:
        flat = weight.double().flatten(2)  # [O, I, 9]
        self._weight = (flat @ _both_axes(WEIGHT).t()).permute(2, 1, 0).float().contiguous()  # [36, I, O]
        self._input = _both_axes(INPUT).float()
        self._output = _both_axes(OUTPUT).float()

    def __call__(self, x: Tensor) -> Tensor:
        n, _, height, width = x.shape
        tiles = self._input @ _overlapping_tiles(x)  # [36, tiles * I]
        product = torch.bmm(tiles.view(TILE**2, -1, self._weight.shape[1]), self._weight)
        result = (self._output @ product.flatten(1)).view(STEP, STEP, n, height // STEP, width // STEP, -1)
        pixels = result.permute(2, 3, 0, 4, 1, 5).reshape(n, height, width, -1)
        return pixels.permute(0, 3, 1, 2)


def _overlapping_tiles(x: Tensor) -> Tensor:
    """x `[N, I, H, W]` -> `[36, N * H/4 * W/4 * I]`: pixel k of every padded tile."""
    n, channels, height, width = x.shape
    padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
    sample, row, column, _ = padded.stride()
    shape = (TILE, TILE, n, height // STEP, width // STEP, channels)
    strides = (row, column, sample, STEP * row, STEP * column, 1)
    return padded.as_strided(shape, strides).reshape(TILE**2, -1)
