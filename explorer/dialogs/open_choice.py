"""What to do with an opened file where edits would be lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from explorer.translation import tr
from generator.printable import printable


def ask_how_to_open(parent: QWidget, path: str, apply: Callable[[bool], None]) -> QMessageBox:
    """Unsaved edits would be lost: ask what to take over. `apply` gets True for all, False for the source only."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Open"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Replace your unsaved edits with {name}?", name=printable(Path(path).name)))
    box.setInformativeText(tr("“Source only” keeps your edits and changes the face. Both can be undone."))
    everything = box.addButton(tr("Apply all"), QMessageBox.ButtonRole.AcceptRole)
    source = box.addButton(tr("Source only"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)

    def answered(button: QAbstractButton) -> None:
        if button in (everything, source):
            apply(button is everything)

    box.buttonClicked.connect(answered)
    box.open()
    return box
