"""Renders the thumbnails that the project lacks, the latest wishes first. GUI thread only."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.compute.jobs import DrawThumbnails
from explorer.control.controller import Controller
from explorer.library.library import Library
from explorer.messages import ThumbnailDrawn
from generator.errors import OutisError
from generator.recipe.recipe import Recipe

GATHER_MS = 15  # wishes that come together are one job
MAX_WANTED = 300


class ThumbnailRenderer(QObject):
    """Lets the controller draw the faces of the open model that `Library.thumbnails_missing` names; those of other
    models wait until theirs is open."""

    def __init__(self, controller: Controller, library: Library) -> None:
        super().__init__(controller)
        self._controller, self._library = controller, library
        self._wanted: dict[int, None] = {}  # the newest last
        self._soon = QTimer(self, singleShot=True, interval=GATHER_MS)
        self._soon.timeout.connect(self._start)
        library.thumbnails_missing.connect(self._want)
        library.reset.connect(self._forget)
        controller.thumbnail_drawn.connect(self._take)
        controller.session.model_changed.connect(self._want_all)
        controller.timed.connect(self._start_waiting)

    @Slot(object)
    def _want(self, ids: tuple[int, ...]) -> None:
        for id in ids:
            self._wanted.pop(id, None)
            self._wanted[id] = None
        for id in list(self._wanted)[:-MAX_WANTED]:
            del self._wanted[id]
        self._soon.start()

    @Slot(object)
    def _want_all(self, _: object) -> None:
        self._want(self._library.missing)

    @Slot(object)
    def _start_waiting(self, _: object) -> None:
        """The first frame of a model tells whether thumbnails are quick."""
        if self._wanted and not self._controller.runs(DrawThumbnails):
            self._soon.start()

    @Slot()
    def _forget(self) -> None:
        self._wanted.clear()
        self._controller.cancel(DrawThumbnails)

    @Slot()
    def _start(self) -> None:
        facts = self._controller.session.facts
        if facts is None or not self._controller.draws_quickly:
            return
        known = [(id, self._recipe_of(id)) for id in reversed(self._wanted)]
        faces = tuple((id, recipe) for id, recipe in known if recipe is not None and recipe.model == facts.hash)
        self._controller.cancel(DrawThumbnails)
        if faces:
            self._controller.submit(DrawThumbnails(faces))

    @Slot(object)
    def _take(self, drawn: ThumbnailDrawn) -> None:
        """A face may have changed, or be gone, since its picture was requested."""
        if self._recipe_of(drawn.id) == drawn.recipe:
            self._wanted.pop(drawn.id, None)
            self._library.set_thumbnail(drawn.id, drawn.pixels)

    def _recipe_of(self, id: int) -> Recipe | None:
        try:
            return self._library.face(id).recipe if self._library.has(id) else None
        except OutisError:  # the file lies
            return None
