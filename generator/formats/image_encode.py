"""Images as files, as they are rendered: with the recipe and the synthetic mark inside. Needs no torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from generator.errors import ExportError
from generator.formats import finished
from generator.formats.alpha import on_white
from generator.formats.finished import Finished, Pixels, check_suffix
from generator.formats.image_metadata import Notes
from generator.formats.picture_options import LARGEST
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import write_atomically

__all__ = ["MAX_SIZE", "Pixels", "check_suffix", "encoded", "image_bytes", "save_image", "scaled"]
WITHOUT_ALPHA = (".jpg", ".jpeg")
MAX_SIZE = LARGEST  # pixels on a side: what WebP can hold, and more than any screen can


def save_image(path: str | Path, pixels: Pixels, recipe: Recipe, size: int | None = None) -> None:
    """Write `pixels` uint8 `[H, W, 3]` as PNG, JPEG, WebP, AVIF or TIFF by the suffix of `path`, with `recipe` inside.

    `size` scales the longer side to that many pixels; None keeps the model's resolution.
    Raises `ExportError`; the file is written whole or not at all.

    Example:
        >>> import numpy as np
        >>> from generator.formats.image_encode import save_image
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> save_image("grey.webp", np.full((32, 32, 3), 128, np.uint8), Recipe(source=SeedSource(85)), size=64)
    """
    write_atomically(path, image_bytes(pixels, recipe, Path(path).suffix, size))


def image_bytes(pixels: Pixels, recipe: Recipe, suffix: str = ".png", size: int | None = None) -> bytes:
    """The bytes that `save_image` writes. Raises `ExportError` for an unknown suffix or an impossible size."""
    return encoded(scaled(pixels, size), {"recipe": to_json(recipe)}, suffix)


def encoded(pixels: Pixels, notes: Notes, suffix: str) -> bytes:
    """`pixels` uint8 `[H, W, 3]`, or `[H, W, 4]` with transparency (JPEG has none: over white), as an image of the kind
    that `suffix` names, with `notes` inside."""
    assert pixels.dtype == np.uint8
    assert pixels.shape[2:] in ((3,), (4,))
    check_suffix(suffix)
    pixels = on_white(pixels) if suffix.lower() in WITHOUT_ALPHA else pixels
    return finished.encoded(Finished(pixels), notes, suffix)


def scaled(pixels: Pixels, size: int | None) -> Pixels:
    """`pixels` with a longer side of `size` pixels (1..16383), resampled by Lanczos; None = as they are."""
    height, width = pixels.shape[:2]
    if size is None or size == max(height, width):
        return pixels
    if not 1 <= size <= MAX_SIZE:
        raise ExportError(f"A size of {size} pixels is not possible; choose 1 to {MAX_SIZE}.")
    factor = size / max(height, width)
    shape = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(np.ascontiguousarray(pixels)).resize(shape, Image.Resampling.LANCZOS))
