"""What the larger conversations of the window have in common: a flow asks, and shows what is announced."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.settings import Settings


@dataclass(frozen=True, eq=False)
class Services:
    """What the flows of one window work with."""

    window: QWidget
    session: Session
    library: Library
    controller: Controller
    notifier: Notifier
    settings: Settings


class Flow(QObject):
    """One of them; the window owns it."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.window)
        self._window, self._session, self._library = services.window, services.session, services.library
        self._controller, self._notifier, self._settings = services.controller, services.notifier, services.settings
