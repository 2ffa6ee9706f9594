"""How a measure is distributed over a model's faces, and which of them are wished for, in a strip."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QWidget

from explorer.dialogs.wish_words import number, unit_of
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from generator.wishes.scales import Scale
from generator.wishes.wish import Band

BARS = 25  # of the curve
_SIZE = QSize(96, 22)  # logical pixels
_MARGIN = 3
_WISHED = 110  # opacity of the bands, 0..255


class ReachStrip(QWidget):
    """The curve of the model's faces, outermost hundredths left out, over the wished bands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale: Scale | None = None
        self._heights: tuple[float, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self.setFixedSize(_SIZE)

    def show_scale(self, scale: Scale) -> None:
        """Show the faces of a measure."""
        self._scale, self._heights = scale, _heights(scale)
        low, high = scale.quantiles[1], scale.quantiles[99]
        tip = tr(
            "{title}: this model’s faces have {low} to {high} {unit}",
            title=scale.title,
            low=number(low),
            high=number(high),
            unit=unit_of(scale),
        )
        self.setToolTip(plain.tip(tip.strip()))
        self.setAccessibleName(tip.strip())
        self.update()

    def show_bands(self, bands: tuple[Band, ...]) -> None:
        """Show what is wished; () = nothing that can be."""
        self._bands = bands
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._scale is None:
            return
        frame = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawPolygon(_outline(self._heights, frame))
        colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        colour.setAlpha(_WISHED)
        for place, band in enumerate(self._bands):
            left, right = (frame.left() + self._place(end) * frame.width() for end in (band.low, band.high))
            gap = 1.0 if place else 0.0  # between bands beside each other
            painter.fillRect(QRectF(left + gap, frame.top(), max(right - left - gap, 2.0), frame.height()), colour)
        painter.end()

    def _place(self, value: float) -> float:
        """Where a value stands on the strip, 0..1."""
        assert self._scale is not None
        low, high = self._scale.quantiles[1], self._scale.quantiles[99]
        return min(max((value - low) / (high - low), 0.0), 1.0) if high > low else 0.5


def _heights(scale: Scale) -> tuple[float, ...]:
    """How many faces are where, 0..1 of the most."""
    low, high = scale.quantiles[1], scale.quantiles[99]
    shares = [scale.share_below(low + (high - low) * bar / BARS) for bar in range(BARS + 1)]
    parts = [after - before for before, after in pairwise(shares)]
    most = max(parts)
    return tuple(part / most for part in parts) if most > 0 else ()


def _outline(heights: tuple[float, ...], frame: QRectF) -> QPolygonF:
    step = frame.width() / max(len(heights) - 1, 1)
    top = [QPointF(frame.left() + i * step, frame.bottom() - y * frame.height()) for i, y in enumerate(heights)]
    return QPolygonF([frame.bottomLeft(), *top, frame.bottomRight()])
