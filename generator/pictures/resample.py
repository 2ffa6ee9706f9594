"""Pictures of floats, with or without alpha, at another size or turned, without loss to bytes in between."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.float32]
Affine = tuple[float, float, float, float, float, float]
_LEAST = 1e-6  # alpha below which a pixel has no colour


def resized(picture: Floats, width: int, height: int) -> Floats:
    """float32 `[H, W, 3]` or `[H, W, 4]` in 0..1 at another size, by Lanczos."""
    return _by_planes(picture, lambda plane: plane.resize((width, height), Image.Resampling.LANCZOS))


def fitted(picture: Floats, longer: int | None) -> Floats:
    """With a longer side of so many pixels; None = as it is."""
    height, width = picture.shape[:2]
    if longer is None or longer == max(height, width):
        return picture
    factor = longer / max(height, width)
    return resized(picture, max(1, round(width * factor)), max(1, round(height * factor)))


def turned(picture: Floats, width: int, height: int, matrix: Affine) -> Floats:
    """What `matrix` finds for each pixel of the result: x' = a x + b y + c, y' = d x + e y + f; bicubic."""
    how = Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC
    return _by_planes(picture, lambda plane: plane.transform((width, height), *how))


def _by_planes(picture: Floats, change: Callable[[Image.Image], Image.Image]) -> Floats:
    """Change each channel; colours by their share, so that what is transparent colours nothing."""
    has_alpha = picture.shape[2] == 4
    weighted = _weighted(picture) if has_alpha else picture
    planes = [np.asarray(change(Image.fromarray(np.ascontiguousarray(plane)))) for plane in np.moveaxis(weighted, 2, 0)]
    changed = np.clip(np.stack(planes, axis=2), 0, 1)
    if has_alpha:
        changed[..., :3] = np.clip(changed[..., :3] / np.maximum(changed[..., 3:], _LEAST), 0, 1)
    return np.asarray(changed, np.float32)


def _weighted(picture: Floats) -> Floats:
    return np.concatenate([picture[..., :3] * picture[..., 3:], picture[..., 3:]], axis=2)
