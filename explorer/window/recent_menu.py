"""The menu of recent files of every kind."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from explorer.control.notify import Notifier
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from generator.printable import printable


class RecentMenu(QMenu):
    """Models, pictures, recipes and latents, the latest first."""

    chosen = Signal(str)  # path of an existing file

    def __init__(self, settings: Settings, notifier: Notifier, parent: QWidget | None = None) -> None:
        super().__init__(tr("Open &recent"), parent)
        self._settings, self._notifier = settings, notifier
        self.aboutToShow.connect(self._fill)

    @Slot()
    def _fill(self) -> None:
        self.clear()
        for path in self._settings.recent:
            self.addAction(plain.entry(printable(path))).triggered.connect(partial(self._choose, path))
        if self.isEmpty():
            self.addAction(tr("No recent files")).setEnabled(False)

    def _choose(self, path: str, *_: object) -> None:
        """Check only now whether it exists: checking all of them could take long where one is on a network."""
        if os.path.exists(path):  # noqa: PTH110  (Path raises if a name is too long)
            return self.chosen.emit(path)
        self._settings.forget_recent(path)
        name = printable(Path(path).name)
        self._notifier.say(
            tr("{name} was moved or deleted; it has been removed from the list of recent files.", name=name)
        )
