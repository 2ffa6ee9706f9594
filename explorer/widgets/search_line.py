"""A search field, cleared by its button or by Esc."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.widgets.clear_on_escape import takes_escape
from explorer.widgets.field_keys import FieldKeys


class SearchLine(QLineEdit):
    """While it contains text, it handles Esc itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        FieldKeys(self).watch(self)

    def event(self, event: QEvent) -> bool:
        return takes_escape(event, bool(self.text()), self.clear) or super().event(event)
