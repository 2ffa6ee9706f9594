"""An upright RGB image -> the square of the data set, and its smaller resolutions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.training.data.decoding import Picture
from generator.training.data.options import DataOptions
from generator.training.data.report import Reason, Refused


def cropped(picture: Picture, options: DataOptions) -> Image.Image:
    """The square that `options` ask for, `options.size` px on a side. Raises `Refused`."""
    full = picture.full
    left, top, side = options.crop or _centre(full)
    if left + side > full[0] or top + side > full[1] or side < options.least_side:
        raise Refused(Reason.TOO_SMALL, f"{full[0]} x {full[1]} px")
    width, height = picture.image.size
    across, down = width / full[0], height / full[1]  # 1 unless fewer pixels were decoded
    box = (left * across, top * down, (left + side) * across, (top + side) * down)
    box = (box[0], box[1], min(box[2], width), min(box[3], height))  # by less than rounding
    return picture.image.resize((options.size, options.size), Image.Resampling.LANCZOS, box=box)


def pyramid(square: Image.Image, resolutions: Sequence[int]) -> dict[int, NDArray[np.uint8]]:
    """`square` at each of `resolutions`, uint8 `[H, W, 3]`: means over blocks, which is what the networks' own
    averaging makes of it (Karras et al. 2018, section 3), each rounded only once.
    """
    return {
        resolution: np.asarray(square if resolution == square.width else square.reduce(square.width // resolution))
        for resolution in resolutions
    }


def _centre(size: tuple[int, int]) -> tuple[int, int, int]:
    side = min(size)
    return (size[0] - side) // 2, (size[1] - side) // 2, side
