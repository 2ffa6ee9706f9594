"""A picture that is ready to leave, with what its file says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generator.recipe.recipe import Recipe

Pixels = NDArray[np.uint8]
Deep = NDArray[np.uint16]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Finished:
    """uint8, or uint16 of 16 bits, `[H, W, 3]`, or `[H, W, 4]` with straight alpha."""

    pixels: Pixels | Deep = field(repr=False)
    history: str = ""  # what was done, in English, for the metadata: "enlarged 4 times by Real-ESRGAN x4plus"
    dpi: float | None = None


def save_finished(path: str | Path, finished: Finished, recipe: Recipe) -> None:
    """Write `finished` with `recipe` inside, as PNG, JPEG, WebP, AVIF or TIFF by the suffix of `path`.

    Raises `ExportError`; the file is written whole or not at all.
    """
    raise NotImplementedError


def finished_bytes(finished: Finished, recipe: Recipe, suffix: str = ".png") -> bytes:
    """The bytes that `save_finished` writes."""
    raise NotImplementedError
