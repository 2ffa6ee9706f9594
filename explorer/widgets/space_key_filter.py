"""Space triggers the window's "New face", except in a control that was reached by keyboard and uses it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QWidget


class SpaceKeyFilter(QObject):
    """Lets buttons, lists and combo boxes keep their Space. Buttons take the focus by Tab alone, so that after a
    click on one Space still means "New face"."""

    def watch(self, root: QWidget) -> None:
        """Handle every such control that `root` now contains."""
        for button in root.findChildren(QAbstractButton):
            if button.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.installEventFilter(self)
        for kind in (QComboBox, QAbstractItemView):
            for control in root.findChildren(kind):
                control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return False
