"""The fields for the words of a direction: its name and what its two ends mean."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from explorer.translation import tr
from explorer.widgets.layout import name

LONGEST = 80  # characters of a name or caption


def name_words(title: QLineEdit, low: QLineEdit, high: QLineEdit) -> None:
    """Name the three fields for screen readers, with tooltips, and bound what fits into them."""
    for field, said, tip in (
        (title, tr("Name of the direction"), tr("What its slider is called")),
        (low, tr("What negative amounts mean"), tr("What the slider does to the left: “younger”")),
        (high, tr("What positive amounts mean"), tr("What the slider does to the right: “older”")),
    ):
        field.setMaxLength(LONGEST)
        name(field, said, tip)
