"""A notice in the status bar of an edit to the whole face, with a button to undo it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from explorer.translation import tr

SHOWN_MS = 8000


class UndoNotice(QWidget):
    """Hidden until `show_notice`, and again after a while; its owner hides it after the next edit."""

    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.undo = QToolButton()
        self.undo.setText(tr("Undo"))
        self.undo.setToolTip(tr("Undo this (Ctrl+Z)"))
        self.undo.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.undo.clicked.connect(self.undo_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._sentence)
        row.addWidget(self.undo)
        self._going = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._going.timeout.connect(self.hide)
        self.hide()

    @property
    def sentence(self) -> str:
        return self._sentence.text()

    def show_notice(self, sentence: str) -> None:
        self._sentence.setText(sentence)
        self.undo.setAccessibleName(tr("Undo: {sentence}", sentence=sentence))
        self.show()
        self._going.start()
