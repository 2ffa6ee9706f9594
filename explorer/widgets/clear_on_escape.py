"""Esc in a field drops what was typed there, and is then not a shortcut of the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def takes_escape(event: QEvent, is_typed: bool, drop: Callable[[], None]) -> bool:
    """Whether `event` is Esc while something is typed; then it is accepted, and `drop` called when it is pressed."""
    if not is_typed or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
        return False
    event.accept()  # ShortcutOverride: the field keeps the key
    if event.type() is QEvent.Type.KeyPress:
        drop()
    return True
