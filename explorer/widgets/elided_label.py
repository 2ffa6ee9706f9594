"""A label that ends in "…" where its text does not fit, instead of being cut."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QToolTip

from explorer.widgets import escape_markup as plain


class ElidedLabel(QLabel):
    """One line of plain text; where it is shortened, its tooltip shows it in full."""

    def event(self, event: QEvent) -> bool:
        asked = event.type() is QEvent.Type.ToolTip and not self.toolTip()
        if asked and isinstance(event, QHelpEvent) and self._is_cut:
            QToolTip.showText(event.globalPos(), plain.tip(self.text()), self)
            return True
        return super().event(event)

    @property
    def _is_cut(self) -> bool:
        return self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(room, self.alignment(), text)
        painter.end()
