"""A picture that is ready to leave, and its file: the recipe, the synthetic mark and what was done to it inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generator.errors import ExportError
from generator.formats import image_metadata as metadata
from generator.formats import xmp
from generator.formats.image_metadata import Notes
from generator.formats.picture_options import LARGEST, format_of
from generator.formats.png_deep import png_deep
from generator.formats.tiff import tiff_bytes
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import to_json
from generator.storage.atomic import write_atomically

Pixels = NDArray[np.uint8]
Deep = NDArray[np.uint16]
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Finished:
    """uint8, or uint16 of 16 bits, `[H, W, 3]`, or `[H, W, 4]` with straight alpha; in sRGB."""

    pixels: Pixels | Deep = field(repr=False)
    history: str = ""  # what was done, in English, for the metadata: "enlarged 4 times by Real-ESRGAN x4plus"
    dpi: float | None = None


def save_finished(path: str | Path, finished: Finished, recipe: Recipe) -> None:
    """Write `finished` with `recipe` inside, as PNG, JPEG, WebP, AVIF or TIFF by the suffix of `path`.

    Raises `ExportError`; the file is written whole or not at all.

    Example:
        >>> import numpy as np
        >>> from generator.formats.finished import Finished, save_finished
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> grey = Finished(np.full((32, 32, 4), 32768, np.uint16), dpi=300)
        >>> save_finished("grey.tiff", grey, Recipe(source=SeedSource(85)))
    """
    write_atomically(path, finished_bytes(finished, recipe, Path(path).suffix))


def finished_bytes(finished: Finished, recipe: Recipe, suffix: str = ".png") -> bytes:
    """The bytes that `save_finished` writes; the same for the same picture."""
    return encoded(finished, {"recipe": to_json(recipe)}, suffix)


def encoded(finished: Finished, notes: Notes, suffix: str) -> bytes:
    """`finished` as an image of the kind that `suffix` names, with `notes` inside. Raises `ExportError`."""
    check_suffix(suffix)
    pixels, format = finished.pixels, format_of(suffix)
    assert pixels.dtype in (np.uint8, np.uint16)
    assert pixels.shape[2:] in ((3,), (4,))
    if max(pixels.shape) > LARGEST:
        raise ExportError(f"An image of {max(pixels.shape)} pixels is too large; the limit is {LARGEST} × {LARGEST}.")
    if format == "tiff":
        return tiff_bytes(pixels, xmp.packet(notes, finished.history), finished.dpi)
    if pixels.dtype == np.uint16:
        return _deep(finished, notes, format)
    if format == "jpg" and pixels.shape[2] == 4:
        raise ExportError("JPEG has no transparency; choose png, webp, avif or tiff.")
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return _ENCODERS[format or ""](image, notes, finished.history, finished.dpi)


def check_suffix(suffix: str) -> None:
    """Raise `ExportError` unless images can be written with `suffix`."""
    if format_of(suffix) is None:
        found = f"ends in {suffix!r}" if suffix else "has no suffix"
        raise ExportError(f"The name of the image {found}; end it in .png, .jpg, .webp, .avif or .tiff.")


def _deep(finished: Finished, notes: Notes, format: str | None) -> bytes:
    if format != "png":
        raise ExportError(f"{str(format).upper()} has 8 bits; choose png or tiff for 16.")
    one = Image.new("RGB", (1, 1))  # Pillow writes no such pixels, but everything around them
    return png_deep(
        finished.pixels.astype(np.uint16, copy=False),
        metadata.png_with_notes(one, notes, finished.history, finished.dpi),
    )


_ENCODERS: dict[str, Callable[[Image.Image, Notes, str, float | None], bytes]] = {
    "png": metadata.png_with_notes,
    "jpg": metadata.jpeg_with_notes,
    "webp": metadata.webp_with_notes,
    "avif": metadata.avif_with_notes,
}
