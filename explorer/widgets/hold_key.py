"""A key that is active while it is held, wherever in a window the focus is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

_LETS_GO = (QEvent.Type.WindowDeactivate, QEvent.Type.Hide)


class HoldKey(QObject):
    """Watches windows for a key that no control in them has handled. A window that loses the focus releases it."""

    held = Signal(bool)

    def __init__(self, key: Qt.Key, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key, self._down = key, False

    def watch(self, window: QWidget) -> None:
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _LETS_GO:
            self._set(False)
        elif isinstance(event, QKeyEvent) and event.key() == self._key:
            return self._take(event)
        return False

    def _take(self, event: QKeyEvent) -> bool:
        """With a modifier it does not count when pressed, but does when released."""
        is_press = event.type() is QEvent.Type.KeyPress and not event.modifiers()
        if not is_press and event.type() is not QEvent.Type.KeyRelease:
            return False
        if not event.isAutoRepeat():
            self._set(is_press)
        return True

    def _set(self, down: bool) -> None:
        if down != self._down:
            self._down = down
            self.held.emit(down)
