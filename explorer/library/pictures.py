"""Thumbnails and the last picture as WebP, encoded on the thread that owns the project."""

from __future__ import annotations

from io import BytesIO

from explorer.messages import Pixels

THUMBNAIL = 192  # pixels on a side, at most
PICTURE = 1024
_QUALITY = {THUMBNAIL: 75, PICTURE: 90}


def encoded(pixels: Pixels, side: int) -> bytes:
    """`pixels`, uint8 `[H, W, 3]`, as WebP of at most `side` pixels on a side."""
    from PIL import Image  # it encodes without holding Python's lock, which Qt does not

    image = Image.fromarray(pixels)
    if max(image.size) > side:
        image.thumbnail((side, side), Image.Resampling.BOX if max(image.size) >= 2 * side else Image.Resampling.BICUBIC)
    data = BytesIO()
    image.save(data, "WEBP", quality=_QUALITY[side], method=2)
    return data.getvalue()
