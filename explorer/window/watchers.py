"""What the window handles wherever in it it arrives, also on a floating dock: dropped files, Space, B, Tab, digits."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QSpinBox, QWidget

from explorer.widgets.file_drop import FileDrop
from explorer.widgets.hold_key import HoldKey
from explorer.widgets.numeric_key_filter import NumberKeys
from explorer.widgets.space_key_filter import SpaceKeyFilter
from explorer.widgets.tab_key_filter import TabKeyFilter


class Watchers(QObject):
    """Of a window that has all its controls. `drop` and `hold`, of the key B, say what arrived."""

    def __init__(self, window: QWidget, docks: Iterable[QWidget], view: QWidget) -> None:
        """view: gets the focus by Tab."""
        super().__init__(window)
        self.drop, self.hold = FileDrop(self), HoldKey(Qt.Key.Key_B, self)
        tab, space, digits = TabKeyFilter(view), SpaceKeyFilter(self), NumberKeys(self)
        for watched in (window, *docks):
            for watcher in (self.drop, self.hold, tab):
                watcher.watch(watched)
        space.watch(window)
        for box in window.findChildren(QSpinBox):
            digits.watch(box)
