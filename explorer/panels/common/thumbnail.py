"""A thumbnail of a face."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from explorer.messages import Pixels
from explorer.view.qimage import to_image

SIDE = 64  # logical pixels
_CORNER = 4.0


class Thumbnail(QWidget):
    """Shows uint8 [H, W, 3] pixels scaled into a square, or an empty square."""

    def __init__(self, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setFixedSize(SIDE, SIDE)
        self.image: QImage | None = None

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    def set_pixels(self, pixels: Pixels | None) -> None:
        """Show `pixels` [H, W, 3]; None = empty."""
        self.image = None if pixels is None else to_image(pixels)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scaled smoothly, in device pixels."""
        painter = QPainter(self)
        if self.image is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
            painter.drawRoundedRect(self.rect(), _CORNER, _CORNER)
        else:  # averaged over all pixels, unlike the painter's smooth transform
            size = QSize(SIDE, SIDE) * self.devicePixelRatioF()
            mode = Qt.TransformationMode.SmoothTransformation
            scaled = self.image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
            place = QRectF(QPointF(), QSizeF(scaled.size()) / self.devicePixelRatioF())
            place.moveCenter(QRectF(self.rect()).center())
            painter.drawImage(place, scaled)
        painter.end()
