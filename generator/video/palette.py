"""255 colours for all frames of a GIF, and every pixel as one of them.

Dithering is ordered (a Bayer matrix: B. E. Bayer, 1973), so that the index of a pixel depends on its place and its
colour alone: what does not change between two frames does not flicker, and compresses to nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.formats.image_encode import Pixels
from generator.recipe.recipe import Floats

SAMPLES = 65_536  # pixels from which the colours are found; four times as many find no better ones
_BITS = 6  # of each channel in the table of nearest colours
_MATRIX = 8  # pixels on a side of the dithering pattern

Indices = NDArray[np.uint8]  # [H, W]


class Palette(NamedTuple):
    """Colours, and how to find the nearest of them."""

    colours: Pixels  # [colours, 3]
    nearest: Indices  # [2 ** 18]: the index of the colour nearest to the middle of a cell of RGB
    spread: float  # levels between neighbouring colours: how far dithering moves a pixel

    def indices(self, pixels: Pixels) -> Indices:
        """The index of each pixel, dithered; uint8 `[H, W]`."""
        height, width = pixels.shape[:2]
        pattern = np.rint(self.spread * _bayer()).astype(np.int16)
        tiled = np.tile(pattern, (height // _MATRIX + 1, width // _MATRIX + 1))[:height, :width, None]
        cells = np.clip(pixels + tiled, 0, 255).astype(np.int32) >> (8 - _BITS)
        found: Indices = self.nearest[(cells[..., 0] << 2 * _BITS) | (cells[..., 1] << _BITS) | cells[..., 2]]
        return found


def sampled(pixels: Pixels, index: int, total: int) -> Pixels:
    """Pixels `[n, 3]` of frame `index`, spread over it, so that about SAMPLES of `total` pixels come together."""
    stride = max(1, total // SAMPLES) | 1
    return pixels.reshape(-1, 3)[index * 7919 % stride :: stride]  # another place in each frame


def palette_of(samples: Pixels, colours: int) -> Palette:
    """Up to `colours` (2..255) for samples uint8 `[n, 3]`: median cut, then k-means."""
    image = Image.fromarray(np.ascontiguousarray(samples[None]))
    chosen = image.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=1)
    found = np.array(chosen.getpalette(), np.uint8).reshape(-1, 3)[:colours]
    return Palette(found, _nearest(found), _spread(found.astype(np.float32)))


def _nearest(colours: Pixels) -> Indices:
    """|cell - colour|^2 without |cell|^2, which all colours share, as one product; in parts that fit the cache."""
    known = colours.astype(np.float32)
    factors = np.vstack([-2 * known.T, (known**2).sum(axis=1)])
    steps = np.arange(2**_BITS, dtype=np.float32) * 2 ** (8 - _BITS) + (2 ** (8 - _BITS) - 1) / 2
    cells = np.stack(np.meshgrid(steps, steps, steps, np.float32(1), indexing="ij"), -1).reshape(-1, 4)
    return np.concatenate([(part @ factors).argmin(axis=1) for part in np.split(cells, 256)]).astype(np.uint8)


def _spread(colours: Floats) -> float:
    """The mean distance of a colour from its nearest neighbour."""
    if len(colours) < 2:
        return 0.0
    squares = ((colours[:, None] - colours[None]) ** 2).sum(axis=2) + np.diag(np.full(len(colours), np.inf))
    return float(np.sqrt(squares.min(axis=1)).mean())


def _bayer() -> Floats:
    """Thresholds `[8, 8]`, evenly from -0.5 to 0.5."""
    matrix = np.zeros((1, 1))
    while len(matrix) < _MATRIX:
        matrix = np.block([[4 * matrix, 4 * matrix + 2], [4 * matrix + 3, 4 * matrix + 1]])
    return ((matrix + 0.5) / matrix.size - 0.5).astype(np.float32)
