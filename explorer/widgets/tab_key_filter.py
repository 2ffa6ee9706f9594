"""Tab shows and hides the panels, except while the keyboard is used in them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget


class TabKeyFilter(QObject):
    """Lets Tab move on from a field and from any control that was reached by keyboard; elsewhere it is a shortcut of
    the window. `home` has no next control: from there Tab is always the shortcut (Shift+Tab steps)."""

    def __init__(self, home: QWidget) -> None:
        super().__init__(home)
        self._home = home

    def watch(self, window: QWidget) -> None:
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Tab or not self._steps(QApplication.focusWidget()):
            return False
        event.accept()
        return True

    def _steps(self, focused: QWidget | None) -> bool:
        if focused is None or focused is self._home:
            return False
        is_field = focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        return is_field or focused.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
