"""Images at twice the size, as matrix products over blocks: what `ops.upsample` does, without its transposed
convolution, for which oneDNN is slow with three maps."""

from __future__ import annotations

from functools import cache

import torch
import torch.nn.functional as F
from torch import Tensor

BLOCK = 32  # pixels enlarged by one product, whose matrix must be small because it is mostly zeros


def upsampled(image: Tensor) -> Tensor:
    """float32 `[N, C, H, H]`, H a power of two -> `[N, C, 2H, 2H]`: 3/4 of the nearer and 1/4 of the farther
    neighbour along each axis, with black (0) outside."""
    n, channels, size, _ = image.shape
    block = min(size, BLOCK)
    matrix = _matrix(block)
    windows = F.pad(image, (1, 1, 1, 1)).unfold(2, block + 2, block).unfold(3, block + 2, block)
    squares = matrix @ windows @ matrix.t()  # [N, C, rows, columns, 2 block, 2 block]
    return squares.transpose(3, 4).reshape(n, channels, 2 * size, 2 * size)


@cache
def _matrix(block: int) -> Tensor:
    """`[2 block, block + 2]`: new pixels from the pixels and one neighbour on each side."""
    matrix = torch.zeros(2 * block, block + 2)
    for k in range(block):
        matrix[2 * k, k : k + 2] = torch.tensor([0.25, 0.75])
        matrix[2 * k + 1, k + 1 : k + 3] = torch.tensor([0.75, 0.25])
    return matrix
