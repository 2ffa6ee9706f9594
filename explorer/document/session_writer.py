"""Writes sessions on a separate thread, so that no frame waits for a disk."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread

from explorer.document.session_autosave import keep
from explorer.messages import SavedSession

log = logging.getLogger(__name__)


class SessionWriter:
    """Writes the newest session of each model; one that is being written is finished first.

    `write` returns whether it succeeded. A session is written again only if it failed or has changed. Call `close`,
    which waits until everything is written.
    """

    def __init__(self, write: Callable[[SavedSession], bool] = keep) -> None:
        self._write = write
        self._waiting: dict[str, SavedSession] = {}  # by the hash of the model
        self._written: dict[str, SavedSession] = {}
        self._closing = False
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="autosave", daemon=True)
        self._thread.start()

    def put(self, session: SavedSession) -> None:
        """Queue `session` in place of an older one of its model. Never blocks."""
        with self._changed:
            self._waiting[session.recipe.model] = session
            self._changed.notify()

    def close(self) -> None:
        """Write everything queued and stop; closing again only waits again."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while (session := self._next()) is not None:
            model = session.recipe.model
            if session != self._written.get(model) and self._write_safely(session):
                self._written[model] = session

    def _next(self) -> SavedSession | None:
        """Wait for the next session to write; None when all is written and no more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            return self._waiting.pop(next(iter(self._waiting))) if self._waiting else None

    def _write_safely(self, session: SavedSession) -> bool:
        try:
            return self._write(session)
        except Exception:  # a bug with one session must not prevent saving the next ones
            log.exception("The session could not be saved")
            return False
