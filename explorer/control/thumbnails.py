"""Renders the thumbnails that the project lacks, the latest wishes first. GUI thread only."""

from __future__ import annotations

from itertools import count

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.compute.jobs import DrawThumbnail
from explorer.control.controller import Controller
from explorer.library.library import Library
from explorer.messages import ThumbnailDrawn
from explorer.view.qimage import to_image
from generator.errors import OutisError
from generator.recipe.recipe import Recipe

GATHER_MS = 15  # of wishes that come together the latest is rendered first
MAX_WANTED = 300


class ThumbnailRenderer(QObject):
    """Lets the controller draw the faces of the open model that `Library.thumbnails_missing` names, one at a time, each
    as it is at that moment; those of other models wait until theirs is open.

    Faces may change faster than they are drawn, as marked ones do while a slider is dragged. None is cancelled for a
    newer wish then, and those drawn longest ago are next, so that all follow; the last wish for each is always drawn.
    """

    def __init__(self, controller: Controller, library: Library) -> None:
        super().__init__(controller)
        self._controller, self._library = controller, library
        self._wanted: dict[int, None] = {}  # the newest last
        self._drawing: tuple[int, Recipe] | None = None  # requested last
        self._turns = count(1)
        self._turn_of: dict[int, int] = {}  # the turns of those drawn since everything wanted was drawn
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
        self._start_soon()

    @Slot(object)
    def _want_all(self, _: object) -> None:
        self._want(self._library.missing)

    @Slot(object)
    def _start_waiting(self, _: object) -> None:
        """The first frame of a model tells whether thumbnails are quick."""
        if self._wanted:
            self._start_soon()

    def _start_soon(self) -> None:
        """Wishes that keep coming do not put it off."""
        if not self._soon.isActive() and not self._controller.runs(DrawThumbnail):
            self._soon.start()

    @Slot()
    def _forget(self) -> None:
        self._wanted.clear()
        self._turn_of.clear()
        self._drawing = None
        self._controller.cancel(DrawThumbnail)

    @Slot()
    def _start(self) -> None:
        """Draw the next face, unless one is being drawn."""
        if not self._controller.draws_quickly or self._controller.runs(DrawThumbnail):
            return
        while (id := self._next()) is not None:
            del self._wanted[id]
            recipe = self._recipe_of(id)
            if recipe is not None:
                self._drawing, self._turn_of[id] = (id, recipe), next(self._turns)
                return self._controller.submit(DrawThumbnail(id, recipe))
        self._turn_of.clear()

    def _next(self) -> int | None:
        """The latest wish among the faces of the open model that were not drawn for longest."""
        facts = self._controller.session.facts
        hash = None if facts is None else facts.hash
        own = [id for id in reversed(self._wanted) if not self._library.has(id) or self._library.face(id).model == hash]
        return min(own, key=lambda id: self._turn_of.get(id, 0), default=None)

    @Slot(object)
    def _take(self, drawn: ThumbnailDrawn) -> None:
        """A face may have changed, or be gone, since its picture was requested; what it was then is shown until what it
        is now is wanted, which it soon is, and drawn."""
        if self._recipe_of(drawn.id) == drawn.recipe:
            self._wanted.pop(drawn.id, None)
            self._library.set_thumbnail(drawn.id, drawn.pixels)
        elif self._library.has(drawn.id) and (drawn.id, drawn.recipe) == self._drawing:
            self._library.show_thumbnail(drawn.id, to_image(drawn.pixels))
        self._start()

    def _recipe_of(self, id: int) -> Recipe | None:
        try:
            return self._library.face(id).recipe if self._library.has(id) else None
        except OutisError:  # the file lies
            return None
