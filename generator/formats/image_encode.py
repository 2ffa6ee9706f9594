"""Images as files: PNG, JPEG and WebP with the recipe and the synthetic mark inside. Needs no torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.errors import ExportError
from generator.formats.alpha import on_white
from generator.formats.image_metadata import Notes, jpeg_with_notes, png_with_notes, webp_with_notes
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import write_atomically

Pixels = NDArray[np.uint8]  # [H, W, 3], or [H, W, 4] with transparency
WITHOUT_ALPHA = (".jpg", ".jpeg")
MAX_SIZE = 16383  # pixels on a side: what WebP can hold, and more than any screen can

_ENCODERS: dict[str, Callable[[Image.Image, Notes], bytes]] = {
    ".png": png_with_notes,
    ".jpg": jpeg_with_notes,
    ".jpeg": jpeg_with_notes,
    ".webp": webp_with_notes,
}


def save_image(path: str | Path, pixels: Pixels, recipe: Recipe, size: int | None = None) -> None:
    """Write `pixels` uint8 `[H, W, 3]` as PNG, JPEG or WebP by the suffix of `path`, with `recipe` inside.

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
    if max(pixels.shape) > MAX_SIZE:
        raise ExportError(f"An image of {max(pixels.shape)} pixels is too large; the limit is {MAX_SIZE} × {MAX_SIZE}.")
    return _ENCODERS[suffix.lower()](Image.fromarray(np.ascontiguousarray(pixels)), notes)


def check_suffix(suffix: str) -> None:
    """Raise `ExportError` unless images can be written with `suffix`."""
    if suffix.lower() not in _ENCODERS:
        found = f"ends in {suffix!r}" if suffix else "has no suffix"
        raise ExportError(f"The name of the image {found}; end it in .png, .jpg or .webp.")


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
