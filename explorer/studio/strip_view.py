"""The strip of a direction: a few faces at -3, 0 and +3 sigma, scaled to the room there is."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.qimage import to_image

_MARGIN = 28  # logical pixels of the amounts, to the left
_LEAST = QSize(200, 132)


class StripView(QWidget):
    """Rows of faces, one for each amount; empty before `show_strip`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._amounts: tuple[str, ...] = ("",)  # of the rows
        self._scaled: QImage | None = None
        self.setMinimumSize(_LEAST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(440, 320)

    def show_strip(self, pixels: Pixels, reach: float) -> None:
        """Show uint8 `[H, W, 3]` in three rows, at -reach, 0 and +reach."""
        self.image, self._scaled = to_image(pixels), None
        self._amounts = f"−{reach:g}", "0", f"+{reach:g}"
        self.setAccessibleName(tr("Four faces at −{reach:g}, 0 and +{reach:g}", reach=reach))
        self._fit_height()
        self.update()

    def picture(self) -> QRect:
        """Where the faces are: as large as possible beside their amounts."""
        room = self.rect().adjusted(_MARGIN, 0, 0, 0)
        if self.image is None:
            return room
        size = self.image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left = room.x() + (room.width() - size.width()) // 2
        return QRect(left, room.y() + (room.height() - size.height()) // 2, size.width(), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scaled = None
        super().resizeEvent(event)
        self._fit_height()

    def _fit_height(self) -> None:
        """No higher than the faces are at this width, so that what follows stands right below them."""
        if self.image is not None:
            width = self.width() - _MARGIN
            self.setMaximumHeight(max(-(-width * self.image.height() // self.image.width()), _LEAST.height()))

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
        height = place.height() // len(self._amounts)
        for row, amount in enumerate(self._amounts):
            beside = QRect(place.x() - _MARGIN, place.y() + row * height, _MARGIN - 6, height)
            painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, amount)
        painter.end()
