"""The frame shown, once it has rested and while a panel that tells about it is in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from explorer.control.controller import Controller
from explorer.document.session import Session
from explorer.messages import Quality, RenderResult
from generator.recipe.recipe import Recipe

REST_MS = 250  # a picture that stays this long is looked at


class RestingFrame(QObject):
    """Says when there is something to find out about the picture shown."""

    rested = Signal()  # it is time to look at `frame`
    changed = Signal()  # another picture is shown
    forgotten = Signal()  # it was of another model

    def __init__(self, session: Session, controller: Controller, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._shown: RenderResult | None = None
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.rested)
        controller.frame_ready.connect(self._take)
        session.model_changed.connect(self._forget)

    @property
    def frame(self) -> RenderResult | None:
        """The picture shown; None if nobody would see what is found, or it is only a preview."""
        shown, in_sight = self._shown, not self._panel.visibleRegion().isEmpty()
        return shown if shown is not None and in_sight and shown.request.quality is Quality.FULL else None

    def wait(self) -> None:
        """Say so again when it has rested."""
        self._timer.start()

    def is_of(self, recipe: Recipe) -> bool:
        """Whether this is the recipe of the picture shown."""
        return self._shown is not None and recipe == self._shown.request.recipe

    @Slot(object)
    def _take(self, frame: RenderResult) -> None:
        self._shown = frame
        self.changed.emit()
        self._timer.start()

    @Slot()
    def _forget(self) -> None:
        if self._shown is not None:
            self._shown = None
            self.forgotten.emit()
