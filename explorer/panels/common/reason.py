"""Why a panel has nothing to set for the open model."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget


class Reason(QLabel):
    """A sentence in place of what is off; hidden where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        self.setWordWrap(True)
        self.hide()

    def say(self, why: str) -> None:
        """Show `why`; "" = nothing is off."""
        self.setText(why)
        self.setVisible(bool(why))
