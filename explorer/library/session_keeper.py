"""Keeps the session with each model in the open project, for the next start. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import SavedSession

KEEP_MS = 300  # after the last change


class SessionKeeper(QObject):
    """Keeps the session some moments after each change, when another model is opened and when the project is left."""

    def __init__(self, session: Session, library: Library) -> None:
        super().__init__(library)
        self._session, self._library = session, library
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self.keep_now)
        session.leaving.connect(self._keep)
        session.recipe_changed.connect(self._keep_soon)
        session.stored_changed.connect(self._keep_soon)
        session.timeline_changed.connect(self._keep_soon)
        library.leaving.connect(self.keep_now)

    @Slot()
    @Slot(object)
    def _keep_soon(self, _: object = None) -> None:
        self._timer.start()

    @Slot()
    def keep_now(self) -> None:
        self._timer.stop()
        self._keep(self._session.to_be_kept)

    @Slot(object)
    def _keep(self, kept: SavedSession | None) -> None:
        if kept is not None:
            self._library.keep_session(kept)
