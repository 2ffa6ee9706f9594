"""The question before Outis closes while something is unfinished."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from explorer.translation import tr


def ask_to_close(window: QWidget, what: str, then: str, close: Callable[[], object]) -> None:
    """Ask once whether to stop `what` and close; `then` states what happens to it. The window stays usable
    meanwhile."""
    if any(box.isVisible() for box in window.findChildren(QMessageBox, "askToClose")):
        return
    box = QMessageBox(window)
    box.setObjectName("askToClose")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setText(what)
    box.setInformativeText(then)
    stop = box.addButton(tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    stop.clicked.connect(lambda: close())
    box.open()
