"""Records every face that was on the screen: one row of the history for each gesture that changed the picture.

A row is written some moments after the last change of its gesture, when another gesture begins, and at the end. Going
back to a face of the history adds nothing; what is edited from there has it as its parent, so the history branches.
GUI thread only.
"""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Slot

from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import Pixels, Quality, RenderResult
from generator.project.face import Face, Place
from generator.project.packing import PackedRecipe
from generator.recipe.recipe import Recipe

WRITE_MS = 300  # after the last change
MAX_ROWS = 20_000
RECENT = 16  # rows whose thumbnail may still come as a frame


class HistoryRecorder(QObject):
    """Puts the faces of a session into the history of the open project."""

    def __init__(self, session: Session, library: Library, max_rows: int = MAX_ROWS) -> None:
        super().__init__(library)
        self._session, self._library, self._max_rows = session, library, max_rows
        self._known: dict[str, int] = {}  # rows by the text of their recipe
        self._current: int | None = None  # the row that is shown, or that the shown face comes from
        self._row: int | None = None  # the row of the gesture under way, once it is written
        self._gesture: int | None = None  # the gesture under way
        self._pending: Recipe | None = None  # shown, but not in its row yet
        self._awaited: dict[Recipe, int] = {}  # the latest rows without a thumbnail
        self._frame: tuple[Recipe, Pixels] | None = None  # the last full frame
        self._timer = QTimer(self, singleShot=True, interval=WRITE_MS)
        self._timer.timeout.connect(self.write_now)
        session.recipe_changed.connect(self._follow)
        session.model_changed.connect(self._follow_model)
        library.leaving.connect(self.write_now)
        library.reset.connect(self._begin)

    @property
    def current(self) -> int | None:
        """Id of the row that the face shown now is, or comes from."""
        return self._current

    def pixels_of(self, recipe: Recipe) -> Pixels | None:
        """The last full frame, if it shows `recipe`."""
        return self._frame[1] if self._frame is not None and self._frame[0] == recipe else None

    @Slot()
    def _begin(self) -> None:
        """Another project: its history goes on with the face shown now."""
        self._known = {face.packed.text: face.id for face in self._library.faces(Place.HISTORY)}
        self._current = self._row = self._gesture = self._pending = None
        self._awaited.clear()
        if self._session.facts is not None:
            self._follow(self._session.recipe)

    @Slot(object)
    def _follow_model(self, _: object) -> None:
        """A model may leave the recipe as it was: then nothing else tells that it is shown."""
        self._follow(self._session.recipe)

    @Slot(object)
    def _follow(self, recipe: Recipe) -> None:
        """The edits of one gesture rewrite one row; everything else begins another one."""
        if self._session.facts is None:
            return  # no face is on the screen yet
        if recipe == self._pending:
            return self._timer.start()
        gesture = self._session.gesture
        if gesture is None or gesture != self._gesture:
            self.write_now()
            self._gesture, self._row = gesture, None
        self._pending = recipe
        self._timer.start()

    @Slot()
    def write_now(self) -> None:
        """Put the face shown into the history, unless it is there."""
        self._timer.stop()
        recipe, self._pending = self._pending, None
        if recipe is None:
            return
        packed = PackedRecipe.of(recipe)
        known = self._known.get(packed.text)
        if known is not None and known != self._row:
            self._go_back_to(known)
        elif known is None:
            self._write(packed)
        if self._current is not None:
            self._give_thumbnail(self._current, recipe)

    def _go_back_to(self, row: int) -> None:
        """A gesture that ends at a face that is known leaves no row."""
        if self._row is not None:
            self._forget(self._row)
        self._current, self._row, self._gesture = row, None, None

    def _write(self, packed: PackedRecipe) -> None:
        parent = self._current if self._row is None else self._library.face(self._row).parent
        if self._row is not None:
            del self._known[self._library.face(self._row).packed.text]
        id = self._library.next_id() if self._row is None else self._row
        self._known[packed.text] = self._current = self._row = id
        self._library.put(Face(id, packed, place=Place.HISTORY, made=time.time(), parent=parent))
        self._drop_old()

    def _give_thumbnail(self, row: int, recipe: Recipe) -> None:
        if self._frame is not None and self._frame[0] == recipe:
            self._library.set_thumbnail(row, self._frame[1])
            return
        self._awaited[recipe] = row
        if len(self._awaited) > RECENT:
            del self._awaited[next(iter(self._awaited))]

    @Slot(object)
    def take_frame(self, result: RenderResult) -> None:
        """A full frame is the thumbnail of the row with its recipe, which may be written later."""
        if result.request.quality is Quality.FULL:
            recipe = result.request.recipe
            self._frame = recipe, result.pixels
            row = self._awaited.pop(recipe, None)
            if row is not None and self._library.has(row):
                self._library.set_thumbnail(row, result.pixels)

    def _drop_old(self) -> None:
        """Drop the oldest rows that no kept face comes from."""
        surplus = self._library.number_of(Place.HISTORY) - self._max_rows
        if surplus <= 0:
            return
        kept = {face.parent for place in (Place.TABLE, Place.DELETED) for face in self._library.faces(place)}
        rows = (face.id for face in self._library.faces(Place.HISTORY) if face.id not in kept)
        self._forget(*(row for row, _ in zip(rows, range(surplus), strict=False) if row != self._current))

    def _forget(self, *rows: int) -> None:
        for row in rows:
            self._known.pop(self._library.face(row).packed.text, None)
        self._library.forget(*rows)
