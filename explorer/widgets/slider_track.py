"""The bar and handle of a slider, horizontal or vertical.

QSlider counts in integers, jumps by pages and lets the wheel steal the scrolling of the list it sits in. This one works
in fractions of its length, moves to where it is clicked, and uses the wheel only when that is intended: with the
keyboard focus, or after the pointer has rested on it for a moment.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.widgets.slider_track_painter import HANDLE, GrooveLook, paint_groove
from explorer.widgets.stepping import WheelSteps, key_notches

REST_MS = 300  # how long the pointer must rest before the slider uses the wheel
RESISTANCE = 3.0  # how many times further the hand must go beyond a limit
_BREADTH = 20  # px across
_RESET_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class Groove(QWidget):
    """Emits what the user does with it; its owner decides what that means and calls `set_fraction`."""

    begun = Signal()  # a gesture starts: a press, a key that is not a step
    moved = Signal(float)  # fraction 0..1: under the pointer, or an end by Home or End
    stepped = Signal(float)  # notches of the wheel or a key
    reset_asked = Signal()  # double click (in the gesture of its first press) or Delete

    def __init__(self, orientation: Qt.Orientation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._upright = orientation is Qt.Orientation.Vertical
        self._fraction, self._neutral, self._beyond = 0.0, 0.0, 0
        self._limits = (0.0, 1.0)
        self._grip: float | None = None  # from the handle's centre to the pointer, px; None = not held
        self._wheel = WheelSteps()
        self._rest = QElapsedTimer()  # since the pointer came or the list scrolled under it
        policies = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(*(policies[::-1] if self._upright else policies))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_fraction(self, fraction: float, neutral: float, beyond: int = 0) -> None:
        """Place the handle at `fraction` of the length, with the filled bar starting at `neutral`; both 0..1. `beyond`:
        the value is past the low (-1) or the high end (1), to which the handle points."""
        if (fraction, neutral, beyond) != (self._fraction, self._neutral, self._beyond):
            self._fraction, self._neutral, self._beyond = fraction, neutral, beyond
            self.update()

    def set_limits(self, low: float, high: float) -> None:
        """Mark two fractions of the length, outside of which the handle follows the pointer more slowly."""
        if (low, high) != self._limits:
            self._limits = low, high
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_BREADTH, 96) if self._upright else QSize(120, _BREADTH)

    def minimumSizeHint(self) -> QSize:
        return QSize(_BREADTH, 56) if self._upright else QSize(56, _BREADTH)

    def handle_position(self, fraction: float | None = None) -> QPointF:
        """Centre of the handle (or of another fraction) in widget coordinates."""
        along = HANDLE + (self._fraction if fraction is None else fraction) * self._travel()
        return QPointF(self.width() / 2, self.height() - along) if self._upright else QPointF(along, self.height() / 2)

    def _travel(self) -> float:
        return max(1.0, (self.height() if self._upright else self.width()) - 2 * HANDLE)

    def _along(self, point: QPointF) -> float:
        """Distance of a point from the low end of the handle's travel, px."""
        return (self.height() - point.y() if self._upright else point.x()) - HANDLE

    # the mouse ------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            event.ignore()
            return
        offset = self._along(event.position()) - self._fraction * self._travel()
        on_handle = abs(offset) <= HANDLE
        hand = _scaled(self._fraction, self._limits, RESISTANCE)  # where the pointer is without a grip
        self._grip = self._along(event.position()) - hand * self._travel() if on_handle else 0.0
        self.begun.emit()
        if not on_handle:
            self._drag_to(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._drag_to(event.position())
        elif not self._rest.isValid():
            self._rest.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = None
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.reset_asked.emit()

    def _drag_to(self, point: QPointF) -> None:
        fraction = (self._along(point) - (self._grip or 0.0)) / self._travel()
        self.moved.emit(min(max(_scaled(fraction, self._limits, 1 / RESISTANCE), 0.0), 1.0))

    def leaveEvent(self, event: QEvent) -> None:
        self._rest.invalidate()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() or (self._rest.isValid() and self._rest.elapsed() >= REST_MS):
            event.accept()
            notches = self._wheel.take(event)
            if notches:
                self.stepped.emit(notches)
            return
        if self._rest.isValid():
            self._rest.restart()  # the list is scrolling: the rest starts again
        event.ignore()

    # the keyboard ---------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        notches = key_notches(event)
        if notches:
            self.stepped.emit(notches)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.begun.emit()
            self.moved.emit(0.0 if event.key() == Qt.Key.Key_Home else 1.0)
        elif event.key() in _RESET_KEYS:
            self.begun.emit()
            self.reset_asked.emit()
        else:
            super().keyPressEvent(event)

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        length, breadth = self.width(), self.height()
        if self._upright:  # paint it as a horizontal one, from the bottom up
            painter.translate(0, self.height())
            painter.rotate(-90)
            length, breadth = breadth, length
        hovered = self.underMouse() or self._grip is not None
        look = GrooveLook(self._fraction, self._neutral, hovered, self.hasFocus(), self._beyond, self._limits)
        paint_groove(painter, length, breadth, self.palette(), look)
        painter.end()


def _scaled(fraction: float, limits: tuple[float, float], factor: float) -> float:
    """`fraction` with what is beyond the limits `factor` times as far from them."""
    nearest = min(max(fraction, limits[0]), limits[1])
    return nearest + (fraction - nearest) * factor
