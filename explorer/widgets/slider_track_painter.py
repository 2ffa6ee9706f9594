"""Paints the bar and handle of a horizontal slider; a vertical one is painted rotated by 90 degrees."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

HANDLE = 9.0  # px kept free at both ends: the handle's radius and its focus ring
_KNOB = 6.0  # px, radius of the handle
_BAR = 4.0  # px, thickness of the bar
_TICK = 10.0  # px, height of the mark at the neutral value
_LIMIT = 7.0  # px, height of the mark at a limit


@dataclass(frozen=True)
class GrooveLook:
    """What to paint: fractions 0..1 of the length, and the states."""

    fraction: float
    neutral: float
    hovered: bool
    focused: bool
    beyond: int = 0  # the value is past the low (-1) or the high end (1)
    limits: tuple[float, float] = (0.0, 1.0)  # outside of which the bar is marked


def paint_groove(painter: QPainter, length: float, breadth: float, palette: QPalette, look: GrooveLook) -> None:
    """Paint the bar, filled from the neutral value to the handle, the neutral mark, the handle and a focus ring."""
    middle = breadth / 2
    travel = length - 2 * HANDLE
    at, neutral = HANDLE + look.fraction * travel, HANDLE + look.neutral * travel
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.mid())
    painter.drawRoundedRect(QRectF(HANDLE, middle - _BAR / 2, travel, _BAR), _BAR / 2, _BAR / 2)
    painter.drawRect(QRectF(neutral - 1, middle - _TICK / 2, 2, _TICK))
    _paint_limits(painter, travel, middle, palette, look)
    painter.setBrush(palette.highlight())
    left, right = sorted((at, neutral))
    painter.drawRoundedRect(QRectF(left, middle - _BAR / 2, right - left, _BAR), _BAR / 2, _BAR / 2)
    _paint_handle(painter, QPointF(at, middle), palette, look)


def _paint_limits(painter: QPainter, travel: float, middle: float, palette: QPalette, look: GrooveLook) -> None:
    """The stretches outside of the limits are faint, with a mark where they begin."""
    low, high = look.limits
    for start, end, limit in ((0.0, low, low), (high, 1.0, high)):
        if end > start:
            left, right = HANDLE + start * travel, HANDLE + end * travel
            painter.setBrush(palette.dark())
            painter.drawRect(QRectF(left, middle - _BAR / 2, right - left, _BAR))
            painter.setBrush(palette.mid())
            painter.drawRect(QRectF(HANDLE + limit * travel - 1, middle - _LIMIT / 2, 2, _LIMIT))


def _paint_handle(painter: QPainter, centre: QPointF, palette: QPalette, look: GrooveLook) -> None:
    if look.focused:
        painter.setBrush(palette.window())
        painter.setPen(QPen(palette.highlight(), 2))
        painter.drawEllipse(centre, HANDLE - 1, HANDLE - 1)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.brightText() if look.hovered else palette.text())
    if look.beyond:
        painter.drawPolygon(_arrow(centre, look.beyond))
    else:
        painter.drawEllipse(centre, _KNOB, _KNOB)


def _arrow(centre: QPointF, way: int) -> QPolygonF:
    """A triangle that points beyond the end of the bar."""
    tip, back = QPointF(way * (_KNOB + 2), 0), -way * (_KNOB - 2)
    return QPolygonF([centre + tip, centre + QPointF(back, _KNOB), centre + QPointF(back, -_KNOB)])
