"""Keeps the last picture on the screen in the project: the next start shows it before a model is open. GUI thread
only."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import Quality, RenderResult

REST_MS = 1000  # a face that is shown for less is not kept before the end


class PictureKeeper(QObject):
    """Keeps a full frame once it has been on the screen for a moment, and the last one when the project is left."""

    def __init__(self, session: Session, library: Library) -> None:
        super().__init__(library)
        self._session, self._library = session, library
        self._frame: RenderResult | None = None  # not kept yet
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.keep_now)
        library.leaving.connect(self.keep_now)
        library.reset.connect(self._begin)
        self._last: RenderResult | None = None

    @Slot(object)
    def take_frame(self, result: RenderResult) -> None:
        if result.request.quality is Quality.FULL:
            self._frame = self._last = result
            self._timer.start()

    @Slot()
    def _begin(self) -> None:
        """Another project shows this face as well, unless it brings its own."""
        self._frame = self._last

    @Slot()
    def keep_now(self) -> None:
        self._timer.stop()
        frame, self._frame = self._frame, None
        if frame is not None and self._session.facts is not None:
            self._library.set_picture(frame.pixels, str(Path(self._session.facts.path).absolute()))
