"""Keys that no number needs: the window's shortcuts are letters, and work where numbers are typed as well."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QSpinBox

_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_STEPS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberKeys(QObject):
    """Lets controls where numbers are typed leave such keys to their window."""

    def watch(self, control: QLineEdit | QSpinBox) -> None:
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        leaves = _is_letter(event) or (_helps_typing(event) and not _is_typed_into(watched)) or _pastes_more(event)
        if leaves:
            event.ignore()  # it goes on to whatever holds this control
        return leaves


def _is_typed_into(control: QObject) -> bool:
    line = control.lineEdit() if isinstance(control, QSpinBox) else control
    assert isinstance(line, QLineEdit)
    return line.isModified()


def _is_letter(event: QKeyEvent) -> bool:
    """Whether it types one, other than that of 1e-3."""
    plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
    return plain and event.text().isalpha() and event.text() not in "eE"


def _pastes_more(event: QKeyEvent) -> bool:
    """Whether it pastes something that is no number."""
    text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else "0"
    return re.fullmatch(r"\s*[-+\u2212]?[\d.,]+([eE][-+]?\d+)?\s*", text) is None


def _helps_typing(event: QKeyEvent) -> bool:
    """Whether it means something while a number is half typed, and else only to the window."""
    return event.key() == Qt.Key.Key_Space or any(event.matches(key) for key in _STEPS)
