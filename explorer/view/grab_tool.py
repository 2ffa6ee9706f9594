"""The Grab tool: points of the face light up under the pointer; a drag pulls one, a click pins it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QApplication

from explorer.translation import tr
from explorer.view.tools import Tool
from explorer.view.viewport import Viewport

_REACH = 28.0  # px round the pointer in which the nearest point is taken
_GLOW = 70.0  # px round the pointer in which points are shown
_NONE: NDArray[np.float32] = np.empty((0, 2), np.float32)
_PULLED, _PINNED = QColor(255, 190, 60), QColor(120, 200, 255)


class GrabSignals(QObject):
    """What the hand does."""

    pulled = Signal(int, float, float)  # a point, and where it should be: x, y in 0..1 of the image
    dropped = Signal()  # the drag has ended
    clicked = Signal(int)  # a point
    escaped = Signal()


class GrabTool(Tool):
    """Knows where the points are, and which is under the pointer; the rest is up to who hears its signals."""

    takes_escape = True

    def __init__(self) -> None:
        self.signals = GrabSignals()
        self.pins: frozenset[int] = frozenset()
        self._points = _NONE  # [N, 2] in 0..1 of the image
        self._pointer: QPointF | None = None
        self._pressed: QPointF | None = None
        self._held: int | None = None  # the point that the drag began at
        self._goal: QPointF | None = None  # where it is pulled, 0..1; None until the pointer has moved

    @property
    def has_points(self) -> bool:
        return len(self._points) > 0

    @property
    def is_pulling(self) -> bool:
        return self._goal is not None

    def set_points(self, points: NDArray[np.float32]) -> None:
        """Where the points are in the frame shown, `[N, 2]` in 0..1 of the image; none without a face.

        Of a face and of a picture without one, points of the same number are not the same: pins are forgotten.
        """
        if len(points) != len(self._points):
            self.pins = frozenset()
        self._points = points

    def place(self, point: int, viewport: Viewport) -> QPointF:
        """A point in view coordinates."""
        x, y = self._points[point]
        return _to_view(QPointF(float(x), float(y)), viewport)

    def let_go(self) -> None:
        """Forget the drag, whose effect was taken back."""
        self._held = self._goal = self._pressed = None

    def press(self, point: QPointF, viewport: Viewport) -> bool:
        self._pointer, self._pressed = point, point
        self._held, self._goal = self._nearest(point, viewport), None
        return self._held is not None

    def move(self, point: QPointF, viewport: Viewport) -> Viewport:
        self._pointer = point
        if self._held is None or self._pressed is None:
            return viewport
        moved = (point - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2
        if self._goal is not None or moved:
            image = viewport.image
            self._goal = QPointF((point.x() - image.x()) / image.width(), (point.y() - image.y()) / image.height())
            self.signals.pulled.emit(self._held, self._goal.x(), self._goal.y())
        return viewport

    def release(self) -> None:
        held, pulled = self._held, self.is_pulling
        self.let_go()
        if pulled:
            self.signals.dropped.emit()
        elif held is not None:
            self.signals.clicked.emit(held)

    def escape(self) -> None:
        self.signals.escaped.emit()

    def cursor(self, point: QPointF, viewport: Viewport) -> Qt.CursorShape | None:
        self._pointer = point
        if self._held is not None:
            return Qt.CursorShape.ClosedHandCursor
        return Qt.CursorShape.OpenHandCursor if self._nearest(point, viewport) is not None else None

    def describe(self) -> str:
        return tr(
            "{count} points of the face can be pulled, {pins} are pinned", count=len(self._points), pins=len(self.pins)
        )

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_glow(painter, viewport)
        for pin in self.pins:
            if pin < len(self._points):
                _paint_dot(painter, self.place(pin, viewport), 5.0, _PINNED)
        self._paint_pull(painter, viewport)
        painter.restore()

    def _paint_glow(self, painter: QPainter, viewport: Viewport) -> None:
        """The points near the pointer, the nearest one large."""
        if self._pointer is None or not self.has_points or self.is_pulling:
            return
        distances = self._distances(self._pointer, viewport)
        for point in np.flatnonzero(distances < _GLOW):
            colour = QColor(255, 255, 255, int(220 * (1 - distances[point] / _GLOW)))
            _paint_dot(painter, self.place(int(point), viewport), 1.5, colour)
        nearest = self._nearest(self._pointer, viewport)
        if nearest is not None:
            _paint_dot(painter, self.place(nearest, viewport), 5.0, _PULLED)

    def _paint_pull(self, painter: QPainter, viewport: Viewport) -> None:
        """The pulled point, and the way to where it should be."""
        if self._held is None or self._goal is None or self._held >= len(self._points):
            return
        point, goal = self.place(self._held, viewport), _to_view(self._goal, viewport)
        painter.setPen(QPen(_PULLED, 1.5))
        painter.drawLine(point, goal)
        painter.setPen(Qt.PenStyle.NoPen)
        _paint_dot(painter, point, 5.0, _PULLED)
        _paint_dot(painter, goal, 3.0, _PULLED)

    def _nearest(self, point: QPointF, viewport: Viewport) -> int | None:
        """The point of the face within reach of `point` of the view."""
        if not self.has_points:
            return None
        distances = self._distances(point, viewport)
        nearest = int(distances.argmin())
        return nearest if distances[nearest] <= _REACH else None

    def _distances(self, point: QPointF, viewport: Viewport) -> NDArray[np.float64]:
        """Of all points from `point` of the view, in its pixels."""
        image = viewport.image
        places = self._points * (image.width(), image.height()) + (image.x(), image.y())
        return np.asarray(np.hypot(*(places - (point.x(), point.y())).T), np.float64)


def _to_view(place: QPointF, viewport: Viewport) -> QPointF:
    image = viewport.image
    return QPointF(image.x() + place.x() * image.width(), image.y() + place.y() * image.height())


def _paint_dot(painter: QPainter, place: QPointF, radius: float, colour: QColor) -> None:
    painter.setBrush(QColor(0, 0, 0, colour.alpha() // 2))
    painter.drawEllipse(place, radius + 1, radius + 1)
    painter.setBrush(colour)
    painter.drawEllipse(place, radius, radius)
