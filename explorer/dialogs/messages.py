"""Message boxes: what to do with an opened file, and what this program is."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from explorer.messages import ModelFacts

_ABOUT = """
<h3>Outis</h3>
<p>A desktop explorer of StyleGAN's latent space. Outis, &#8220;nobody&#8221;, is the name Odysseus gave.</p>
<p><b>Every face here is synthetic.</b> It belongs to nobody: a network drew it from numbers. Every exported file says
so, and carries the recipe that made it.</p>
<p><b>Please be fair.</b> Do not pass these faces off as real people, and do not use them to deceive. The network
repeats the habits of the photographs it learnt from; a slider named after an age, a sex or a look moves what was
measured in pictures and says nothing about people.</p>
"""


def ask_how_to_open(parent: QWidget, path: str, apply: Callable[[bool], None]) -> QMessageBox:
    """Unsaved edits would be lost: ask what to take over. `apply` gets True for all, False for the source only."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Open")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Open {Path(path).name} over your unsaved edits?")
    box.setInformativeText("“Source only” keeps your edits and changes the face. Both can be undone.")
    everything = box.addButton("Apply all", QMessageBox.ButtonRole.AcceptRole)
    source = box.addButton("Source only", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)

    def answered(button: QAbstractButton) -> None:
        if button in (everything, source):
            apply(button is everything)

    box.buttonClicked.connect(answered)
    box.open()
    return box


def show_about(parent: QWidget, facts: ModelFacts | None) -> QMessageBox:
    """What this is, that the faces are synthetic, what is fair, and the terms of the open model."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Outis")
    box.setTextFormat(Qt.TextFormat.RichText)
    terms = escape(facts.description or "It carries no terms; ask whoever made it.") if facts else ""
    model = f"<p><b>The model {escape(facts.name)}</b><br>{terms}</p>" if facts else ""
    box.setText(_ABOUT + model.replace("\n", "<br>"))
    box.open()
    return box
