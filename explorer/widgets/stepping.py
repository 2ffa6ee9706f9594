"""What wheel and arrow keys mean for a number, and which moves belong to one gesture."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent

from explorer.document.gestures import new_gesture

RUN_MS = 500  # steps closer than this are one gesture, one undo step
FINE, COARSE, PAGE = 0.1, 10.0, 10.0  # factors on the step: shift, ctrl, page keys
_NOTCH = 120  # angle of one click of a wheel, in eighths of a degree
_DUST = 6  # decimals of a step: ten tenths are one

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
    """Steps of one control's wheel. Trackpads send many small turns: they add up, and `whole` ones wait for a full
    step."""

    def __init__(self, whole: bool = False) -> None:
        self._whole = whole
        self._left = 0.0  # of a step begun

    def take(self, event: QWheelEvent) -> float:
        """Steps of `event`, up is positive; 0 where it turned sideways, not at all, or not far enough yet."""
        turned = _upright(event) / _NOTCH * _factor(event.modifiers())
        if not self._whole:
            return turned
        if turned * self._left < 0:  # the other way round: what was left of this one is void
            self._left = 0.0
        self._left += turned
        steps = math.trunc(round(self._left, _DUST))
        self._left -= steps
        return float(steps)


def _upright(event: QWheelEvent) -> int:
    """How far the wheel turned. Alt turns an upright wheel sideways, macOS' shift as well: that is taken back."""
    angle = event.angleDelta()
    sideways = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier)
    return angle.y() or (angle.x() if sideways else 0)


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
