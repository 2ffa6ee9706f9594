"""The lines of text under the faces of a contact sheet."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from generator.formats.image_encode import Pixels
from generator.printable import printable

MIN_HEIGHT = 12  # pixels of a line, below which nothing can be read
_SHARE = 0.1  # of a face's side
_GREY = 225
_LONGEST = 200  # characters that are tried: no line holds more


def label_height(face: int) -> int:
    """Pixels of the line under a face of `face` pixels."""
    return max(MIN_HEIGHT, round(_SHARE * face))


def label(text: str, width: int, height: int) -> Pixels:
    """`text` as light grey on black, centred, uint8 `[height, width, 3]`; without its end where it is too long."""
    font = _font(round(0.75 * height))
    image = Image.new("L", (width, height))
    ImageDraw.Draw(image).text((width / 2, height / 2), _fitting(text, width, font), _GREY, font, anchor="mm")
    return np.repeat(np.asarray(image)[:, :, None], 3, axis=2)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont), "every wheel of Pillow has FreeType"
    return font


def _fitting(text: str, width: int, font: ImageFont.FreeTypeFont) -> str:
    """`text`, or as much of it as `width` holds with an ellipsis."""
    text = printable(text)
    if len(text) <= _LONGEST and font.getlength(text) <= width:
        return text
    fits = (f"{text[:count]}…" for count in range(min(len(text), _LONGEST), -1, -1))
    return next((short for short in fits if font.getlength(short) <= width), "")
