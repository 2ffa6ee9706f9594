"""Putting new faces on the light table: one undo step, and a notice that offers to undo it."""

from __future__ import annotations

from explorer.control.notify import Notifier
from explorer.document.face_commands import ChangeFaces
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.translation import tr
from generator.project.face import Face, Place

READ_ONLY = tr("The project is open for reading only; save it as another one to change it.")
NOT_SAVED = tr("It is not saved: save the project as another one, or it is lost.")


def keep_on_table(session: Session, library: Library, notifier: Notifier, faces: tuple[Face, ...]) -> None:
    """Add `faces`, which have numbers that are free, to the project."""
    label = tr("Keep this face") if len(faces) == 1 else tr("Keep {count} faces", count=len(faces))
    session.undo_stack.push(ChangeFaces(library, label, (), faces))
    count = library.number_of(Place.TABLE)
    if len(faces) == 1:
        sentence = tr("Kept on the light table ({count}).", count=count)
    else:
        sentence = tr("{kept} faces kept on the light table ({count}).", kept=len(faces), count=count)
    notifier.offer_undo(sentence if library.is_saved else f"{sentence} {NOT_SAVED}")
