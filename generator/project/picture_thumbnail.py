"""A small image of a picture file, as a project keeps one for each face. Needs no torch."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from generator.errors import OutisError
from generator.formats.alpha import shown
from generator.formats.image_facts import image_facts
from generator.formats.open_face import MAX_FILE
from generator.project.project import THUMBNAIL
from generator.storage.regular_file import read_regular

MAX_PIXELS = 64_000_000  # of a picture; decoding a larger one takes longer than rendering the face again
QUALITY = 85
_FORMATS = ("PNG", "JPEG", "WEBP")


def picture_thumbnail(path: str | Path) -> bytes | None:
    """The picture at `path` as WebP of at most `THUMBNAIL` pixels on a side.

    None where it is not the picture of one face as it is rendered (not cut out or cropped), or too large or too damaged
    to be decoded: then the face is rendered from its recipe.
    """
    try:
        data = read_regular(path, MAX_FILE)
        facts = image_facts(data)
    except (OSError, OutisError):
        return None
    if facts is None or facts.history or "sheet" in facts.notes or not 0 < facts.width * facts.height <= MAX_PIXELS:
        return None
    return _scaled(data)


def _scaled(data: bytes) -> bytes | None:
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:  # the library may read the header otherwise
                return None
            image.draft("RGB", (2 * THUMBNAIL, 2 * THUMBNAIL))
            small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):  # what the library raises for damaged ones
        return None
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    Image.fromarray(shown(np.asarray(small))).save(buffer, "WEBP", quality=QUALITY)
    return buffer.getvalue()
