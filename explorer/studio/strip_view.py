"""The strip of a direction: a few faces at -3, 0 and +3 sigma, scaled to the room there is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.qimage import to_image

AMOUNTS = ("−3", "0", "+3")
_HEAD = 20  # logical pixels of the line above the faces
_LEAST = QSize(240, 160)


class StripView(QWidget):
    """Columns of faces with their amounts above; empty before `show_strip`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._captions = AMOUNTS
        self._scaled: QImage | None = None
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Four faces at −3, 0 and +3"))

    def sizeHint(self) -> QSize:
        return QSize(420, 420)

    def show_strip(self, pixels: Pixels | None) -> None:
        """Show uint8 `[H, W, 3]`, three columns; None: nothing."""
        self.image, self._scaled = None if pixels is None else to_image(pixels), None
        self.update()

    def caption(self, low: str, high: str) -> None:
        """Say what both ends are, beside their amounts."""
        ends = (f"{AMOUNTS[0]} {low}".strip(), AMOUNTS[1], f"{AMOUNTS[2]} {high}".strip())
        if ends != self._captions:
            self._captions = ends
            self.update()

    def picture(self) -> QRect:
        """Where the faces are: as large as possible below the line of amounts, in the middle."""
        room = self.rect().adjusted(0, _HEAD, 0, 0)
        if self.image is None:
            return room
        size = self.image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(room.x() + (room.width() - size.width()) // 2, room.y(), size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scaled = None
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image is None:
            return
        painter, place = QPainter(self), self.picture()
        if self._scaled is None:  # averaged over all pixels, once for each size
            size = place.size() * self.devicePixelRatioF()
            self._scaled = self.image.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        painter.drawImage(place, self._scaled)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        self._paint_captions(painter, place)
        painter.end()

    def _paint_captions(self, painter: QPainter, place: QRect) -> None:
        width = place.width() // 3
        for column, caption in enumerate(self._captions):
            cell = QRect(place.x() + column * width, 0, width - 4, _HEAD)
            text = painter.fontMetrics().elidedText(caption, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
