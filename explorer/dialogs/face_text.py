"""Asks for a text about one or many faces: a name, tags, a note."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget


def ask_text(
    parent: QWidget, title: str, label: str, text: str, then: Callable[[str], None], long: bool = False
) -> QInputDialog:
    """Ask without blocking; `then` gets the text if the user accepts. long: of several lines."""
    dialog = QInputDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setInputMode(QInputDialog.InputMode.TextInput)
    dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput, long)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setTextValue(text)
    dialog.textValueSelected.connect(then)
    dialog.resize(360, 240 if long else dialog.sizeHint().height())
    dialog.open()
    return dialog
