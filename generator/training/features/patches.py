"""The feature space "patches": colours and edges by place, with filters drawn once and for all. Needs no extra.

Random filters, rectified and pooled, tell textures apart nearly as well as trained ones (Saxe et al. 2011, "On
random weights and unsupervised feature learning"). Cruder than a trained network: good to watch a small training
and to test with, not to compare good models by.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from generator.training.features.resizing import resized
from generator.training.features.space import PATCHES

SIDES = (64, 32, 16)  # pixels at which the filters look
FILTERS, KERNEL, SEED = 24, 5, 0
THUMBNAIL = 8  # pixels on a side of the colours


class PatchFeatures:
    """480 numbers: the image at 8 px, and at three sizes the mean rectified answer of 24 filters in each quarter.

    Reckoned in float64 on the CPU wherever the images are, so that machines differ in the last digits alone.
    """

    name = PATCHES
    size = 3 * THUMBNAIL**2 + len(SIDES) * FILTERS * 4

    def __init__(self) -> None:
        self._filters = _drawn_filters()

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        assert images.ndim == 4
        assert images.shape[1] == 3
        images = images.detach().to("cpu", torch.float64)
        answers = [self._answers(resized(images, side)) for side in SIDES]
        return torch.cat([resized(images, THUMBNAIL).flatten(1), *answers], dim=1)

    def _answers(self, images: Tensor) -> Tensor:
        """`[N, FILTERS * 4]`: means of |filter * image| over the quarters of the image."""
        return F.adaptive_avg_pool2d(F.conv2d(images, self._filters).abs(), 2).flatten(1)


def _drawn_filters() -> Tensor:
    """`[FILTERS, 3, KERNEL, KERNEL]` of norm 1 that do not answer to an even colour."""
    drawn = np.random.Generator(np.random.PCG64(SEED)).standard_normal((FILTERS, 3, KERNEL, KERNEL))
    drawn -= drawn.mean(axis=(2, 3), keepdims=True)
    return torch.from_numpy(drawn / np.sqrt((drawn**2).sum(axis=(1, 2, 3), keepdims=True)))
