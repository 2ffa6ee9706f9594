"""Untrusted text, such as a model card, as Markdown.

It comes from an arbitrary file, so nothing in it is active: HTML is shown as text, links open nothing, and images,
which might be anywhere on this machine or the internet, are not loaded. Nor can its length block the window: Qt takes
minutes for a long table or some megabytes, so only the beginning of a long text is shown.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QPalette, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat, QTextTable
from PySide6.QtWidgets import QTextBrowser, QWidget

from explorer.translation import tr

_FEATURES = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML

MAX_CHARACTERS, MAX_LINES, MAX_CELLS = 20_000, 400, 400  # the longest cards of public models have some thousand
REST_LEFT_OUT = tr("The rest of this text is not shown: it is too long.")


def bounded(markdown: str) -> str:
    """The part of `markdown` that is shown; a sentence at its end states if that is not all."""
    kept, cells = [], 0
    for line in markdown[:MAX_CHARACTERS].splitlines()[:MAX_LINES]:
        cells += line.count("|")
        if cells > MAX_CELLS:
            break
        kept.append(line)
    text = "\n".join(kept)
    whole = len(markdown) <= MAX_CHARACTERS and len(kept) == len(markdown.splitlines())
    return markdown if whole else f"{text}\n\n{REST_LEFT_OUT}"


class MarkdownText(QTextBrowser):
    """Read-only text that can be selected and scrolled."""

    def __init__(self, accessible: str, margin: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(margin)

    def show_text(self, markdown: str, headings: bool = True) -> None:
        """Show `markdown` from its beginning; without `headings` they are bold lines of the same size as the rest."""
        self.document().setMarkdown(bounded(markdown), _FEATURES)
        self._calm_tables()
        if not headings:
            self._flatten_headings()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> QImage:
        """One invisible pixel: given nothing, Qt would open the file itself."""
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing

    def _calm_tables(self) -> None:
        """Make its lines as quiet as those of the window."""
        for frame in self.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                quiet = frame.format()
                quiet.setBorderBrush(self.palette().color(QPalette.ColorRole.Dark))
                frame.setFormat(quiet)

    def _flatten_headings(self) -> None:
        same_size = QTextCharFormat()
        same_size.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
        step = QTextCursor(self.document())
        step.beginEditBlock()  # one layout for all of them
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                cursor = QTextCursor(block)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                cursor.mergeCharFormat(same_size)
            block = block.next()
        step.endEditBlock()
