"""Passes letter keys from numeric fields to the window, so that its shortcuts work there as well."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from explorer.widgets.field_keys import FieldKeys, line_of

_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
_STEPS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberKeys(FieldKeys):
    """Lets numeric fields leave these keys to their window."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _KEYS or not isinstance(event, QKeyEvent):
            return False
        is_typed_into = line_of(watched).isModified()  # the next key is typed too, perhaps by mistake
        leaves = (_means_no_number(event) and not is_typed_into) or _pastes_more(event)
        if leaves:
            event.ignore()  # it is passed on to the parent
        return leaves or super().eventFilter(watched, event)


def _means_no_number(event: QKeyEvent) -> bool:
    return event.text() == "/" or _is_letter(event) or _helps_typing(event)


def _is_letter(event: QKeyEvent) -> bool:
    """Whether the key types a letter other than the e of 1e-3."""
    plain = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.NoModifier
    return plain and event.text().isalpha() and event.text() not in "eE"


def _pastes_more(event: QKeyEvent) -> bool:
    """Whether the key pastes something that is not a number."""
    text = QGuiApplication.clipboard().text() if event.matches(QKeySequence.StandardKey.Paste) else "0"
    return re.fullmatch(r"\s*[-+\u2212]?[\d.,]+([eE][-+]?\d+)?\s*", text) is None


def _helps_typing(event: QKeyEvent) -> bool:
    """Whether the field needs the key while a number is half typed; otherwise it belongs to the window."""
    return event.key() == Qt.Key.Key_Space or any(event.matches(key) for key in _STEPS)
