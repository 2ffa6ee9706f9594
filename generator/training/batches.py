"""Which images come when: shuffled anew each epoch, and known for any moment from the seed and the count alone.

So the order needs no state: a training resumed after `images` images continues with the same ones.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def indices(seed: int, count: int, images: int, batch: int) -> NDArray[np.intp]:
    """Places `[batch]` in a data set of `count` of the batch that comes after `images` images."""
    epochs, positions = np.divmod(np.arange(images, images + batch), count)
    return np.fromiter(
        (_order(seed, count, int(epoch))[position] for epoch, position in zip(epochs, positions, strict=True)),
        dtype=np.intp,
        count=batch,
    )


@lru_cache(maxsize=2)  # a batch may lie across the end of an epoch
def _order(seed: int, count: int, epoch: int) -> NDArray[np.intp]:
    return np.random.Generator(np.random.PCG64([seed, epoch])).permutation(count)


def images_at(pixels: NDArray[np.uint8], places: NDArray[np.intp]) -> Tensor:
    """uint8 `[N, 3, R, R]`, channels_last, of the images `[M, R, R, 3]` at `places` `[N]`."""
    return torch.from_numpy(pixels[places]).permute(0, 3, 1, 2)


def as_floats(images: Tensor) -> Tensor:
    """uint8 0..255 -> float32 [-1, 1]."""
    return images.float().sub_(127.5).div_(127.5)
