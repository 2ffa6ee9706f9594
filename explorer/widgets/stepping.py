"""How the wheel and the arrow keys step a number, and which steps belong to one gesture."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from explorer.document.gestures import new_gesture

RUN_MS = 500  # steps closer than this are one gesture, one undo step
FINE, COARSE, PAGE = 0.1, 10.0, 10.0  # factors on the step: shift, ctrl, page keys
_NOTCH = 120  # angle of one click of a wheel, in eighths of a degree
_DUST = 6  # decimals of a step, so that ten tenths are one

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


class WheelSteps:
    """Counts the wheel steps of one control. Trackpads send many small turns: they add up, and `whole` steps wait for a
    full one."""

    def __init__(self, whole: bool = False) -> None:
        self._whole = whole
        self._left = 0.0  # of an incomplete step

    def take(self, event: QWheelEvent) -> float:
        """Steps of `event`, up is positive; 0 if it turned sideways, not at all, or not far enough yet."""
        turned = _upright(event) / _NOTCH * _factor(event.modifiers())
        if not self._whole:
            return turned
        if turned * self._left < 0:  # reversed: drop the rest of the other direction
            self._left = 0.0
        self._left += turned
        steps = math.trunc(round(self._left, _DUST))
        self._left -= steps
        return float(steps)


def _upright(event: QWheelEvent) -> int:
    """How far the wheel turned. Alt, and shift on macOS, make a vertical wheel horizontal: that is undone here."""
    angle = event.angleDelta()
    sideways = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)
    return angle.y() or (angle.x() if sideways else 0)


def key_notches(event: QKeyEvent) -> float:
    """Steps of an arrow or page key, 0 for any other key."""
    return _KEY_STEPS.get(Qt.Key(event.key()), 0.0) * _factor(event.modifiers())


class Gestures:
    """Ids of a control's gestures: one for each press, typed entry, or run of quick steps."""

    def __init__(self) -> None:
        self.current = new_gesture()
        self._since_step = QElapsedTimer()

    def begin(self) -> None:
        """A new gesture starts: a press, an entry."""
        self._since_step.invalidate()
        self.current = new_gesture()

    def step(self) -> None:
        """A wheel or arrow step: continues the run if the last step was a moment ago."""
        if not self._since_step.isValid() or self._since_step.elapsed() > RUN_MS:
            self.current = new_gesture()
        self._since_step.restart() if self._since_step.isValid() else self._since_step.start()
