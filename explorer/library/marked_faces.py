"""The marked faces of the light table as companions of the face shown, and their rows as the session moves them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from explorer.document.companions import Others
from explorer.document.session import Session
from explorer.translation import tr
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance


class KeptFaces(Protocol):
    """The part of the library that this needs: see `explorer.library.library`."""

    reset: SignalInstance  # all faces are others now
    changed: SignalInstance  # tuple of ids
    removed: SignalInstance  # tuple of ids that are gone for good
    marked_changed: SignalInstance  # tuple of ids, the lead first

    @property
    def marked(self) -> tuple[int, ...]: ...

    def face(self, id: int) -> Face:
        """Raises KeyError if there is none."""

    def put(self, *faces: Face) -> None:
        """Add or replace faces; thumbnails of another recipe are rendered anew."""

    def put_soon(self, *faces: Face) -> None:
        """The same for faces that keep changing: others are told a little later, all at once."""

    def mark(self, ids: Iterable[int]) -> None: ...


class MarkedFaces(QObject):
    """Faces that are marked together follow the face shown, which becomes the lead: the first of them.

    Only kept faces of the open model do: what is in the history is never edited, and an edit means something else to
    another model.
    """

    said = Signal(str)  # a sentence for the user
    count_changed = Signal(int)  # of the faces that are edited together; 0 = only the one shown

    def __init__(self, library: KeptFaces, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._library, self._session = library, session
        self._count = 0
        self._keeping_marks = self._writing = False
        self._soon = QTimer(self, singleShot=True, interval=0)  # marks may change within an undo step, which shows none
        self._soon.timeout.connect(self._start)
        library.marked_changed.connect(self._follow_marks)
        library.changed.connect(self._follow_rows)
        library.removed.connect(self._follow_rows)
        library.reset.connect(self._end)
        session.companions_changed.connect(self._write)
        session.companions_released.connect(self._unmark)

    @property
    def count(self) -> int:
        """Number of faces that are edited together; 0 = only the one shown."""
        return self._count

    @Slot(object)
    def _follow_marks(self, ids: tuple[int, ...]) -> None:
        faces = self._together(ids)
        if faces and self._session.recipe == faces[0][1]:
            self._begin(faces)
        else:
            self._end()
            self._soon.start()

    @Slot()
    def _start(self) -> None:
        """Show the lead of the marked faces, and let the others follow it."""
        ids = self._library.marked
        faces = self._together(ids)
        if not faces:
            return self._explain(len(ids) - len(self._editable(ids)), len(ids))
        self._keeping_marks = True
        self._session.edit(tr("Show a marked face"), faces[0][1])
        self._keeping_marks = False
        self._begin(faces)
        self._explain(len(ids) - len(faces), len(ids))

    def _begin(self, faces: Others) -> None:
        self._soon.stop()
        self._session.set_companions(faces[0][0], faces[1:])
        self._tell(len(faces))

    @Slot()
    def _end(self) -> None:
        self._keeping_marks = True  # the marks stay
        self._session.release_companions()
        self._keeping_marks = False
        self._tell(0)

    def _together(self, ids: tuple[int, ...]) -> Others:
        """The marked faces that can be edited together, if there are several."""
        faces = self._editable(ids)
        return faces if len(faces) > 1 else ()

    def _editable(self, ids: tuple[int, ...]) -> Others:
        facts = self._session.facts
        if facts is None:
            return ()
        kept = (face for face in map(self._row, ids) if face is not None and face.place is Place.TABLE)
        recipes = ((face.id, face.readable) for face in kept if face.model in ("", facts.hash))
        return tuple((id, _of_model(recipe, facts.hash)) for id, recipe in recipes if recipe is not None)

    def _row(self, id: int) -> Face | None:
        try:
            return self._library.face(id)
        except KeyError:
            return None  # it has been removed for good

    def _explain(self, left_out: int, count: int) -> None:
        if left_out and count > 1:
            sentence = tr(
                "{left_out} of the {count} marked faces cannot be edited now; only kept faces of the open model can.",
                left_out=left_out,
                count=count,
            )
            self.said.emit(sentence)

    @Slot(object)
    def _follow_rows(self, _: tuple[int, ...]) -> None:
        """Edit on from what others have made of the rows."""
        session = self._session
        if self._writing or session.lead is None:
            return
        faces = self._together((session.lead, *(id for id, _ in session.companions)))
        if not faces or faces[0] != (session.lead, session.recipe):
            self._end()
        elif faces[1:] != session.companions:
            self._begin(faces)

    @Slot(object)
    def _write(self, written: Others) -> None:
        """Write what the session has made of the marked faces into their rows."""
        rows = [(self._row(id), recipe) for id, recipe in written]
        changed = [row.with_recipe(recipe) for row, recipe in rows if row is not None and row.readable != recipe]
        if changed:
            put = self._library.put if self._session.gesture is None else self._library.put_soon
            self._writing = True
            put(*changed)
            self._writing = False

    @Slot()
    def _unmark(self) -> None:
        """Another face is shown: what is marked is not edited any more."""
        if not self._keeping_marks:
            self._tell(0)
            self._library.mark(())

    def _tell(self, count: int) -> None:
        if count != self._count:
            self._count = count
            self.count_changed.emit(count)


def _of_model(recipe: Recipe, hash: str) -> Recipe:
    return recipe if recipe.model == hash else replace(recipe, model=hash)
