"""The time as text, a hundred times a second: a QLabel would have the whole window laid out at every change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget


class TimeLabel(QWidget):
    """One line of a fixed width."""

    def __init__(self, widest: str, parent: QWidget | None = None) -> None:
        """widest: a text that must fit."""
        super().__init__(parent)
        self._text, self._widest = "", widest
        self.setFixedSize(self.sizeHint())

    @property
    def text(self) -> str:
        return self._text

    def show_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self._widest) + 4, metrics.height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
            where = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(self.rect().adjusted(0, 0, -2, 0), where, self._text)
