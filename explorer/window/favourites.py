"""The favourite directions of each model: kept in the settings, shown under the picture, ticked in the dock's menu."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.document.session import Session
from explorer.panels.directions_panel import DirectionsPanel
from explorer.panels.favourites_bar import FavouritesBar
from explorer.settings import Settings


class Favourites(QObject):
    """Connects the bar, the dock and the settings of one window."""

    def __init__(self, window: QWidget, session: Session, settings: Settings, panel: DirectionsPanel) -> None:
        super().__init__(window)
        self._session, self._settings, self._panel = session, settings, panel
        self.bar = FavouritesBar(session)
        panel.favoured.connect(self.favour)
        self.bar.dropped.connect(self._drop)
        session.model_changed.connect(self._show)
        self._show()

    @Slot(str, bool)
    def favour(self, name: str, is_favourite: bool) -> None:
        """Put the slider of a direction of the open model under the picture, or take it away."""
        facts = self._session.facts
        if facts is None:
            return
        others = tuple(other for other in self._settings.favourites(facts.hash) if other != name)
        self._settings.set_favourites(facts.hash, (*others, name) if is_favourite else others)
        self._show()

    @Slot(str)
    def _drop(self, name: str) -> None:
        self.favour(name, False)

    @Slot()
    def _show(self) -> None:
        facts = self._session.facts
        names = self._settings.favourites(facts.hash) if facts else ()
        self._panel.favourites = names
        self.bar.set_names(names)
