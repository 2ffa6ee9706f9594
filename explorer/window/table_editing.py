"""What is done to many faces at once on the light table: each is one undo step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count, pairwise
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from explorer.control.notify import Notifier
from explorer.dialogs.face_text import ask_text
from explorer.document.face_commands import ChangeFaces
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.table.face_order import moved
from explorer.translation import tr
from explorer.window.keeping import READ_ONLY, keep_on_table
from generator.project.face import Face, Place
from generator.project.rows import clean

Ids = tuple[int, ...]


class TableEditing(QObject):
    """Changes faces of the library through the session's undo stack."""

    def __init__(self, window: QWidget, session: Session, library: Library, notifier: Notifier) -> None:
        super().__init__(window)
        self._window, self._session, self._library, self._notifier = window, session, library, notifier

    @Slot(object, int)
    def give_stars(self, ids: Ids, stars: int) -> None:
        self._change(tr("Stars"), ids, stars=stars)

    @Slot(object, bool)
    def reject(self, ids: Ids, rejected: bool) -> None:
        self._change(tr("Reject") if rejected else tr("Take back the rejection"), ids, rejected=rejected)

    @Slot(object)
    def delete(self, ids: Ids) -> None:
        """They can be brought back."""
        self._change(tr("Delete {count} faces", count=len(ids)), ids, place=Place.DELETED)

    @Slot(object)
    def bring_back(self, ids: Ids) -> None:
        self._change(tr("Bring back {count} faces", count=len(ids)), ids, place=Place.TABLE)

    @Slot(object, object)
    def move(self, ids: Ids, before: int | None) -> None:
        """Arrange faces by hand."""
        after = moved(self._library.faces(Place.TABLE), ids, before)
        self._push(tr("Arrange"), tuple(self._library.face(face.id) for face in after), after)

    def duplicate(self, ids: Ids) -> None:
        """Copies, each right behind its face."""
        table = self._library.faces(Place.TABLE)
        following = {one.id: other.order for one, other in pairwise(table)}
        pairs = ((face, following.get(face.id, face.order + 2)) for face in self._faces(ids))
        self._push(tr("Duplicate"), (), tuple(self._copy(face, (face.order + end) / 2) for face, end in pairs))

    def keep(self, ids: Ids) -> None:
        """Put faces of the history on the table."""
        end = self._library.next_order()
        faces = tuple(self._copy(face, end + place) for place, face in enumerate(self._faces(ids)))
        if faces:
            keep_on_table(self._session, self._library, self._notifier, faces)

    def _copy(self, face: Face, order: float) -> Face:
        """A face of its own with the same picture, for the table."""
        id = self._library.next_id()
        return replace(face, id=id, place=Place.TABLE, order=order, made=time.time(), parent=face.id)

    @Slot()
    def refuse(self) -> None:
        """Say why nothing can be changed."""
        self._notifier.say(READ_ONLY)

    # texts ----------------------------------------------------------------------------------------------------

    def ask_name(self, ids: Ids) -> None:
        """One name for all; several get a number behind it."""
        faces = self._faces(ids)
        if faces:
            self._ask(tr("Rename"), tr("Name"), faces[0].name, partial(self._rename, ids))

    def ask_tags(self, ids: Ids) -> None:
        """The tags that all of them have; others that some have stay."""
        faces = self._faces(ids)
        if faces:
            common = set(faces[0].tags).intersection(*(face.tags for face in faces))
            label = tr("Tags, separated by commas")
            self._ask(tr("Tags"), label, ", ".join(sorted(common)), partial(self._tag, ids, common))

    def ask_note(self, ids: Ids) -> None:
        faces = self._faces(ids)
        if faces:
            self._ask(tr("Note"), tr("Note"), faces[0].note, partial(self._annotate, ids), long=True)

    def _ask(self, title: str, label: str, text: str, then: Callable[[str], None], long: bool = False) -> None:
        dialog = ask_text(self._window.window(), title, label, text, then, long)
        self._library.reset.connect(dialog.reject)  # another project: none of these faces is in it

    def _rename(self, ids: Ids, text: str) -> None:
        name, faces = " ".join(text.split()), self._faces(ids)
        are_numbered = name and len(faces) > 1
        names = (f"{name} {number}" if are_numbered else name for number in count(1))
        after = tuple(replace(face, name=given) for face, given in zip(faces, names, strict=False))
        self._push(tr("Rename"), faces, after)

    def _tag(self, ids: Ids, common: set[str], text: str) -> None:
        wanted, faces = {" ".join(tag.split()) for tag in text.split(",")}, self._faces(ids)
        after = tuple(replace(face, tags=tuple(set(face.tags) - common | wanted)) for face in faces)
        self._push(tr("Tags"), faces, after)

    def _annotate(self, ids: Ids, text: str) -> None:
        self._change(tr("Note"), ids, note=text.strip())

    # ----------------------------------------------------------------------------------------------------------

    def _faces(self, ids: Ids) -> tuple[Face, ...]:
        """Those that still exist."""
        return tuple(self._library.face(id) for id in ids if self._library.has(id))

    def _change(self, label: str, ids: Ids, **what: Any) -> None:
        faces = self._faces(ids)
        self._push(label, faces, tuple(replace(face, **what) for face in faces))

    def _push(self, label: str, before: tuple[Face, ...], after: tuple[Face, ...]) -> None:
        kept = tuple(map(clean, after))  # as the project will give them back
        if before != kept:
            self._session.undo_stack.push(ChangeFaces(self._library, label, before, kept))
