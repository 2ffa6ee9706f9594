"""Keys that a text field leaves to its window: some platforms give Ctrl+E and the like to every text field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QSpinBox

_Key = QKeySequence.StandardKey
_CONTROL = Qt.KeyboardModifier.ControlModifier
_CHORDS = (_CONTROL, _CONTROL | Qt.KeyboardModifier.ShiftModifier)


class FieldKeys(QObject):
    """Lets fields keep the editing keys, and only while they have something to edit."""

    def watch(self, field: QLineEdit | QSpinBox) -> None:
        field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if not _is_chord(event) or _edits(line_of(watched), event):
            return False
        event.ignore()  # a shortcut of the window may use it; without one the field still gets the key
        return True


def line_of(field: QObject) -> QLineEdit:
    """The line in which the text of a field is typed."""
    line = field.lineEdit() if isinstance(field, QSpinBox) else field
    assert isinstance(line, QLineEdit)
    return line


def _is_chord(event: QKeyEvent) -> bool:
    """Whether it is Ctrl and a character; Ctrl with cursor keys moves by words."""
    return event.modifiers() in _CHORDS and event.key() < Qt.Key.Key_Escape


def _edits(line: QLineEdit, event: QKeyEvent) -> bool:
    uses = {
        _Key.Copy: line.hasSelectedText(),
        _Key.Cut: line.hasSelectedText(),
        _Key.Paste: True,
        _Key.SelectAll: True,
        _Key.Undo: line.isUndoAvailable(),
        _Key.Redo: line.isRedoAvailable(),
    }
    return any(use and event.matches(key) for key, use in uses.items())
