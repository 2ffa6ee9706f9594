"""Pictures with transparency: shown over a chequer, as image editors do; kept in files that can hold it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
SQUARES = 16  # of the chequer along the shorter side
DARK, LIGHT = 102, 153  # of 255
WHITE = 255


def shown(pixels: Pixels) -> Pixels:
    """`pixels` `[H, W, 4]` over a chequer: a fresh uint8 array `[H, W, 3]`; those `[H, W, 3]` as they are.

    Example:
        >>> import numpy as np
        >>> from generator.formats.alpha import shown
        >>> shown(np.zeros((32, 32, 4), np.uint8))[0, :3, 0].tolist()
        [153, 153, 102]
    """
    return pixels if pixels.shape[2] == 3 else _over(pixels, _chequer(*pixels.shape[:2]))


def on_white(pixels: Pixels) -> Pixels:
    """The same over white, for files without transparency."""
    return pixels if pixels.shape[2] == 3 else _over(pixels, np.full((1, 1, 1), WHITE, np.float32))


def _over(pixels: Pixels, ground: NDArray[np.float32]) -> Pixels:
    share = pixels[:, :, 3:].astype(np.float32) / 255
    mixed = pixels[:, :, :3] * share + ground * (1 - share)
    return np.asarray(mixed.round(), np.uint8)


def _chequer(height: int, width: int) -> NDArray[np.float32]:
    """`[H, W, 1]` of squares, the first a light one."""
    side = max(min(height, width) // SQUARES, 1)
    odd = (np.arange(height)[:, None] // side + np.arange(width) // side) % 2
    return np.where(odd, DARK, LIGHT).astype(np.float32)[:, :, None]
