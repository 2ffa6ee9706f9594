"""Which URL to open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QWidget

from explorer.translation import tr
from explorer.widgets.layout import dialog_column, go_on_button, sentence
from generator.errors import DownloadError
from generator.hub.address import is_address, normalised

_NOTE = tr("The model is kept in your data folder and opened from there the next time. Nothing in it is ever executed.")
_WIDTH = 520  # logical pixels: most URLs fit


class AddressDialog(QDialog):
    """Asks for a URL; one on the clipboard is filled in."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open URL"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.address = QLineEdit()
        self.address.setAccessibleName(tr("Address"))
        self.address.setPlaceholderText("https://…")
        self.verdict = sentence()
        column = dialog_column(self)
        for widget in (QLabel(tr("URL of a model file")), self.address, self.verdict):
            column.addWidget(widget)
        self.go_on = go_on_button(self, tr("Download and open"))
        self.setMinimumWidth(_WIDTH)
        self.address.textChanged.connect(self._judge)
        self.accepted.connect(self._emit_choice)
        copied = QGuiApplication.clipboard().text().strip()
        self.address.setText(copied if is_address(copied) and len(copied.split()) == 1 else "")
        self._judge()

    @Slot()
    def _emit_choice(self) -> None:
        self.chosen.emit(self.address.text().strip())

    @Slot()
    def _judge(self) -> None:
        """Show what is wrong with the URL, as far as that is known without a connection."""
        text = self.address.text()
        try:
            if text:
                normalised(text)
            self.verdict.setText(_NOTE)
        except DownloadError as error:
            self.verdict.setText(str(error))
        self.go_on.setEnabled(bool(text) and self.verdict.text() == _NOTE)
