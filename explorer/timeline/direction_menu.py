"""A menu of the directions of the model, by their groups."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from explorer.translation import tr
from generator.printable import printable
from generator.recipe.directions import NamedDirection

_LONGEST = 40  # characters of a title


class DirectionMenu(QMenu):
    """One entry for each direction that is not hidden; groups are menus of their own."""

    chosen = Signal(object)  # NamedDirection

    def __init__(self, title: str, entries: Sequence[NamedDirection], parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        shown = [entry for entry in entries if not entry.hidden]
        for group in dict.fromkeys(entry.group for entry in shown):
            menu = self.addMenu(_text(group)) if group else self
            for entry in shown:
                if entry.group == group:
                    menu.addAction(_text(entry.title)).setData(entry)
        self.triggered.connect(self._choose)
        if not shown:
            self.addAction(tr("This model has no named directions")).setEnabled(False)

    def _choose(self, action: QAction) -> None:
        if isinstance(action.data(), NamedDirection):
            self.chosen.emit(action.data())


def _text(title: str) -> str:
    """In a menu, "&" would underline the next letter."""
    return printable(title)[:_LONGEST].replace("&", "&&")
