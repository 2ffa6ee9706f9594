"""What the views of faces need of a library, and what they say about a face."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QImage

from explorer.document.face_names import title_of
from explorer.translation import tr
from generator.errors import RecipeError
from generator.printable import printable
from generator.project.face import Face, Place
from generator.project.times import local_time


class Faces(Protocol):
    """The part of the library that views read: see `explorer.library.library`."""

    reset: SignalInstance  # all faces are others now
    added: SignalInstance  # tuple[Face, ...]
    changed: SignalInstance  # tuple[int, ...]: ids of faces that changed or went to another place
    removed: SignalInstance  # tuple[int, ...]: ids of faces that are gone for good
    thumbnail_ready: SignalInstance  # id

    def face(self, id: int) -> Face:
        """Raises KeyError if there is none."""

    def faces(self, place: Place) -> tuple[Face, ...]: ...

    def thumbnail(self, id: int) -> QImage | None: ...


def title(face: Face) -> str:
    """Its name or, without one, what it came from."""
    if face.name:
        return printable(face.name)
    try:
        return printable(title_of(face.recipe))
    except RecipeError:
        return tr("Damaged")


def describe(face: Face) -> str:
    """Stars, tags and the rest in one line, for screen readers and tooltips."""
    parts = [tr("{count} of 5 stars", count=face.stars)] if face.stars else []
    parts += [tr("rejected")] if face.rejected else []
    parts += [tr("deleted")] if face.place is Place.DELETED else []
    parts += [printable(", ".join(face.tags))] if face.tags else []
    parts += [local_time(face.made), printable(face.note)]
    return " · ".join(filter(None, parts))
