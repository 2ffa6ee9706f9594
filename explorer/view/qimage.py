"""Pictures as Qt paints them."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from explorer.messages import Pixels


def to_image(pixels: Pixels) -> QImage:
    """A QImage with memory of its own from uint8 `[H, W, 3]`; 32 bits a pixel is what QPainter blits fastest."""
    data = np.ascontiguousarray(pixels)
    height, width, channels = data.shape
    assert channels == 3
    image = QImage(data.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return image.convertToFormat(QImage.Format.Format_RGB32)
