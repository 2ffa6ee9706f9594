"""What stands before the title of a slider: the colour that the user gave it, and a lock."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from explorer.widgets.lock_sign import paint_lock

_STRIPE, _LOCK, _HEIGHT = 4, 12, 20  # logical pixels


class RowSign(QWidget):
    """As wide as its neighbours' in the same list, so that the titles stand in line."""

    def __init__(self, colour: str, locked: bool, with_colours: bool, with_locks: bool) -> None:
        super().__init__()
        self._colour, self._locked = colour, locked
        self._lock_at = _STRIPE + 4 if with_colours else 0
        width = (_STRIPE if with_colours else 0) + (4 if with_colours and with_locks else 0) + with_locks * _LOCK
        self.setFixedSize(QSize(width, _HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._colour:
            painter.fillRect(0, 2, _STRIPE, _HEIGHT - 4, QColor(self._colour))
        if self._locked:
            place = QRectF(self._lock_at + 2, (_HEIGHT - 10) / 2, 8, 10)
            paint_lock(painter, place, self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.end()
