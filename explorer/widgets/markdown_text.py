"""The words of others, a model card for one, as Markdown.

A file from anywhere writes them, so nothing in them acts: HTML stands there as it is written, links open nothing, and
pictures, which might lie anywhere on this machine or the net, are not loaded.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QPalette, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat, QTextTable
from PySide6.QtWidgets import QTextBrowser, QWidget

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class MarkdownText(QTextBrowser):
    """Read-only, to be selected and scrolled."""

    def __init__(self, accessible: str, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(margin)

    def show_text(self, markdown: str, headings: bool = True) -> None:
        """Show `markdown` from its beginning; without `headings` they are bold lines of the same size as the rest."""
        self.document().setMarkdown(markdown, _FEATURES)
        self._calm_tables()
        if not headings:
            self._flatten_headings()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        """One invisible pixel: for nothing at all, Qt would open the file itself."""
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing

    def _calm_tables(self) -> None:
        """Lines as quiet as those of the window."""
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                quiet = frame.format()
                quiet.setBorderBrush(self.palette().color(QPalette.ColorRole.Dark))
                frame.setFormat(quiet)

    def _flatten_headings(self) -> None:
        same_size = QTextCharFormat()
        same_size.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                cursor = QTextCursor(block)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(same_size)
            block = block.next()
