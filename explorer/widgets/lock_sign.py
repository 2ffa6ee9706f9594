"""A small padlock, painted: what must not change."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen


def paint_lock(painter: QPainter, place: QRectF, colour: QColor) -> None:
    """Paint a padlock as large as `place`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QRectF(place.x(), place.y() + place.height() * 0.42, place.width(), place.height() * 0.58)
    bow = QRectF(place.x() + place.width() * 0.2, place.y(), place.width() * 0.6, place.height() * 0.8)
    painter.setPen(QPen(colour, 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(bow, 0, 180 * 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(body, 1.5, 1.5)
    painter.restore()
