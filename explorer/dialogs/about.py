"""The version, the note on synthetic faces and fair use, and the licence of the open model."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QWidget

from explorer.dialogs.text_dialog import show_words
from explorer.messages import ModelFacts
from explorer.translation import tr

_ABOUT = tr("""
# Outis

A desktop explorer of StyleGAN's latent space. *Outis*, “nobody”, is the name Odysseus gave.

**Every face here is synthetic.** It belongs to nobody: a network rendered it from numbers. Every exported file states
this and contains the recipe that made it.

**Please be fair.** Do not pass these faces off as real people, and do not use them to deceive. The network repeats
the habits of the photographs it learnt from; a slider named after an age, a sex or a look changes what was measured in
images and says nothing about people.
""")


def show_about(parent: QWidget, facts: ModelFacts | None) -> QDialog:
    """Open the dialog; it deletes itself when closed."""
    return show_words(parent, tr("About Outis"), about_text(facts), QSize(560, 520))


def about_text(facts: ModelFacts | None) -> str:
    """The whole text as Markdown; a model without a description has no terms to show."""
    if facts is None:
        return _ABOUT
    terms = facts.description or tr("This model has no licence information; check with its author.")
    return f"{_ABOUT}\n---\n\n## {tr('The model')} {facts.name}\n\n{terms}\n"
