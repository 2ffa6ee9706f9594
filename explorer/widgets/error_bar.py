"""A failure above the image: one sentence, its details for the clipboard, and a button to dismiss it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from explorer.translation import tr
from explorer.widgets.theme import icon


class ErrorBar(QFrame):
    """Hidden until `show_error`. A new failure replaces the last."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("errorBar")
        self._details = ""
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)  # file names are never markup
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.copy = QPushButton(icon("copy"), tr("Copy details"))
        self.copy.clicked.connect(self._copy)
        self.dismiss = QPushButton(icon("close"), "")
        self.dismiss.setAccessibleName(tr("Dismiss the message"))
        self.dismiss.setToolTip(tr("Dismiss"))
        self.dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        for widget in (self._sentence, self.copy, self.dismiss):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def show_error(self, sentence: str, details: str = "") -> None:
        """Show `sentence`; "Copy details" copies it with `details`, such as a traceback."""
        self._sentence.setText(sentence)
        self._details = details
        self.setAccessibleName(tr("Error: {sentence}", sentence=sentence))
        self.show()

    def _copy(self) -> None:
        text = "\n\n".join(part for part in (self.sentence, self._details) if part)
        QGuiApplication.clipboard().setText(text)
