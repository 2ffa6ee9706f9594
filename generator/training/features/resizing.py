"""One way to change the size of images, for all that measures or judges them."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor


def resized(images: Tensor, side: int) -> Tensor:
    """images `[N, C, H, W]` -> `[N, C, side, side]`, bilinear, with antialiasing where it makes them smaller."""
    if images.shape[2:] == (side, side):
        return images
    return F.interpolate(images, (side, side), mode="bilinear", antialias=True, align_corners=False)
