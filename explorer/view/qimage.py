"""Images as QImages."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from explorer.messages import Pixels


def to_image(pixels: Pixels) -> QImage:
    """A QImage that owns its memory, from uint8 `[H, W, 3]`, or `[H, W, 4]` with straight alpha.

    QPainter blits 32 bits per pixel fastest, where they are premultiplied.
    """
    data = np.ascontiguousarray(pixels)
    height, width, channels = data.shape
    given, fastest = _FORMATS[channels]
    return QImage(data.data, width, height, channels * width, given).convertToFormat(fastest)


_FORMATS = {
    3: (QImage.Format.Format_RGB888, QImage.Format.Format_RGB32),
    4: (QImage.Format.Format_RGBA8888, QImage.Format.Format_ARGB32_Premultiplied),
}
