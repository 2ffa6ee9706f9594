"""The matrix that moves and rotates an image of StyleGAN3 while it is rendered (Karras et al. 2021, appendix F)."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def transform_matrix(x: float = 0.0, y: float = 0.0, degrees: float = 0.0) -> Tensor:
    """float32 `[3, 3]` for `synthesis(..., transform=...)`: the image rotated counter-clockwise by `degrees` about its
    centre, then moved by x to the right and y down, in widths of the image.

    The network wants to know where each pixel comes from, so this is the inverse of that motion.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return torch.tensor(
        [
            [cos, -sin, -cos * x + sin * y],
            [sin, cos, -sin * x - cos * y],
            [0.0, 0.0, 1.0],
        ]
    )
