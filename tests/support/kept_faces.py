"""A library in memory: what the window needs of the faces and looks of a project, without a file or a thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, Signal

from generator.project.face import Face
from generator.project.look import Look
from generator.recipe.recipe import Recipe


class FacesInMemory(QObject):
    """The signals and methods of `explorer.library.library.Library` that are about faces, marks and looks."""

    reset = Signal()
    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    marked_changed = Signal(object)
    looks_changed = Signal()

    def __init__(self, *recipes: Recipe) -> None:
        super().__init__()
        self.rows = {id: Face.of(id, recipe, order=id) for id, recipe in enumerate(recipes, 1)}
        self.marked: tuple[int, ...] = ()
        self.looks: tuple[Look, ...] = ()
        self.pixels: dict[int, Any] = {}
        self.read_only = False

    def recipes(self) -> list[Recipe]:
        return [face.recipe for face in self.rows.values()]

    def face(self, id: int) -> Face:
        return self.rows[id]

    def put(self, *faces: Face) -> None:
        new = tuple(face for face in faces if face.id not in self.rows)
        self.rows.update({face.id: face for face in faces})
        if new:
            self.added.emit(new)
        if len(new) < len(faces):
            self.changed.emit(tuple(face.id for face in faces if face not in new))

    def put_soon(self, *faces: Face) -> None:
        self.put(*faces)

    def next_id(self) -> int:
        return max(self.rows, default=0) + 1

    def forget(self, *ids: int) -> None:
        for id in ids:
            del self.rows[id]
        self.mark(id for id in self.marked if id in self.rows)
        self.removed.emit(ids)

    def set_thumbnail(self, id: int, pixels: Any) -> None:
        self.pixels[id] = pixels

    def mark(self, ids: Iterable[int]) -> None:
        marked = tuple(ids)
        if marked != self.marked:
            self.marked = marked
            self.marked_changed.emit(self.marked)

    def put_look(self, look: Look) -> None:
        self.looks = (*(other for other in self.looks if other.name != look.name), look)
        self.looks_changed.emit()

    def remove_look(self, name: str) -> None:
        self.looks = tuple(look for look in self.looks if look.name != name)
        self.looks_changed.emit()
