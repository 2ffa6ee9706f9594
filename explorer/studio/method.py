"""What the ways to make a direction have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.studio.wishes import Wish
from explorer.translation import tr
from explorer.widgets.layout import SPACING, sentence

FACE_FIRST = tr("Open a model first.")


class Method(QWidget):
    """One way to make a direction: what it needs from the user. `title` is its entry in the list."""

    changed = Signal()  # `wish` may be another, or there may be none

    def __init__(self, title: str, how: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACING, 0, 0, 0)
        self.column.setSpacing(SPACING)
        self.column.addWidget(sentence(how, "quietText"))

    def wish(self) -> Wish | None:
        """What is to be made; None: something is missing, which `lack` names."""
        raise NotImplementedError

    def lack(self) -> str:
        """What is missing, one sentence; "" = nothing."""
        return ""
