"""A dialog that only shows text."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from explorer.widgets.layout import dialog_column
from explorer.widgets.markdown_text import MarkdownText


def show_words(parent: QWidget, title: str, markdown: str, size: QSize) -> QDialog:
    """Open the dialog; it deletes itself when closed."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    text = MarkdownText(title, margin=12)
    text.show_text(markdown)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column = dialog_column(dialog)
    column.addWidget(text)
    column.addWidget(buttons)
    dialog.resize(size)
    dialog.open()
    return dialog
