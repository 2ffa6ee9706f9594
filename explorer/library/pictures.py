"""Thumbnails and the last picture as WebP: encoded and decoded on the thread that owns the project."""

from __future__ import annotations

from io import BytesIO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from explorer.messages import Pixels

THUMBNAIL = 192  # pixels on a side, at most
PICTURE = 1024
MAX_SIDE = 2048  # of an image in a file: a larger one is not ours, and could fill the memory
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


def decoded(data: bytes) -> QImage | None:
    """The image in `data`; None if it is not a WebP of a reasonable size."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"webp"))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MAX_SIDE:
        return None
    image = reader.read()
    return None if image.isNull() else image.convertToFormat(QImage.Format.Format_RGB32)
