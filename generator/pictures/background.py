"""The user's own picture behind a person: whatever the file is, a picture or a sentence, soon and within bounds."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from PIL.ImageColor import colormap

from generator.errors import ExportError, did_you_mean
from generator.formats.finished import Pixels
from generator.formats.image_chunks import MAX_PIXELS, PILLOW_DAMAGE, png_for_decoding
from generator.formats.picture_options import BLUR, TRANSPARENT
from generator.storage.regular_file import read_regular

MAX_FILE = 256_000_000  # bytes
LARGEST = 4096  # pixels of the longer side that are kept: no face is larger
_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "TIFF", "AVIF")  # decoded inside Pillow


def read_background(path: str) -> Pixels:
    """The picture at `path`, of an animated one the first frame, as uint8 `[H, W, 3]`, upright; white shows through.

    Raises `ExportError`.
    """
    try:
        data = read_regular(path, MAX_FILE)
    except FileNotFoundError as error:
        hint = did_you_mean(path, (*colormap, TRANSPARENT, BLUR)) or "; name a colour, or the path of a picture."
        raise ExportError(f"There is no picture {path[:200]!r} for the background{hint}") from error
    except OSError as error:
        raise ExportError(f"{_name(path)} could not be read: {error.strerror or error}.") from error
    return _decoded(data, _name(path))


def _decoded(data: bytes, name: str) -> Pixels:
    try:
        with warnings.catch_warnings(action="ignore"), _opened(data) as image:
            if image.width * image.height > MAX_PIXELS:
                raise ExportError(f"{name} has {image.width} × {image.height} pixels; choose a smaller background.")
            image.draft("RGB", (LARGEST, LARGEST))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
            upright.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
            white = Image.new("RGBA", upright.size, "white")
            return np.array(Image.alpha_composite(white, upright).convert("RGB"))
    except (Image.DecompressionBombError, MemoryError) as error:
        raise ExportError(f"{name} has too many pixels; choose a smaller background.") from error
    except PILLOW_DAMAGE as error:
        raise ExportError(f"{name} is no picture that can be read; choose another background.") from error


def _opened(data: bytes) -> Image.Image:
    Image.init()
    known = [name for name in _FORMATS if name in Image.OPEN]
    return Image.open(io.BytesIO(png_for_decoding(data)), formats=known)


def _name(path: str) -> str:
    return Path(path).name[:200]
