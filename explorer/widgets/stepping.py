"""What wheel and arrow keys mean for a number, and which moves belong to one gesture."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from explorer.document.gestures import new_gesture

RUN_MS = 500  # steps closer than this are one gesture, one undo step
FINE, COARSE, PAGE = 0.1, 10.0, 10.0  # factors on the step: shift, ctrl, page keys
_NOTCH = 120  # angle of one click of a wheel, in eighths of a degree

_KEY_STEPS = {
    Qt.Key.Key_Right: 1.0,
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Left: -1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: PAGE,
    Qt.Key.Key_PageDown: -PAGE,
}


def _factor(modifiers: Qt.KeyboardModifier) -> float:
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return FINE
    return COARSE if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0


def wheel_notches(event: QWheelEvent) -> float:
    """Steps of a wheel event, up is positive. Alt and macOS' shift turn the wheel sideways: take either axis."""
    angle = event.angleDelta()
    return (angle.y() or angle.x()) / _NOTCH * _factor(event.modifiers())


def key_notches(event: QKeyEvent) -> float:
    """Steps of an arrow or page key, 0 for any other key."""
    return _KEY_STEPS.get(Qt.Key(event.key()), 0.0) * _factor(event.modifiers())


class Gestures:
    """Ids of a control's gestures: one a press, one a typed entry, one a run of steps in quick succession."""

    def __init__(self) -> None:
        self.current = new_gesture()
        self._since_step = QElapsedTimer()

    def begin(self) -> None:
        """A new gesture starts: a press, an entry."""
        self._since_step.invalidate()
        self.current = new_gesture()

    def step(self) -> None:
        """A wheel or arrow step: goes on with the run if the last one was a moment ago."""
        if not self._since_step.isValid() or self._since_step.elapsed() > RUN_MS:
            self.current = new_gesture()
        self._since_step.restart() if self._since_step.isValid() else self._since_step.start()
