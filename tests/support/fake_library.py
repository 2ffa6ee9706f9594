"""A library in memory, with the signals and methods of the real one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from generator.project.face import Face, Place
from generator.project.look import Look
from generator.recipe.recipe import Recipe, SeedSource

MODEL, OTHER = "f" * 64, "a" * 64


class FakeLibrary(QObject):
    """Changes happen at once; thumbnails come when a test says so."""

    opened = Signal(object)
    reset = Signal()
    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    thumbnail_ready = Signal(int)
    thumbnails_missing = Signal(object)
    marked_changed = Signal(object)
    looks_changed = Signal()
    failed = Signal(object)

    def __init__(self, *faces: Face) -> None:
        super().__init__()
        self.all: dict[int, Face] = {face.id: face for face in faces}
        self.images: dict[int, QImage] = {}
        self.asked: list[int] = []  # thumbnails that were not there
        self.marked: tuple[int, ...] = ()
        self.read_only = False
        self.looks: tuple[Look, ...] = ()

    def face(self, id: int) -> Face:
        return self.all[id]

    def faces(self, place: Place) -> tuple[Face, ...]:
        found = [face for face in self.all.values() if face.place is place]
        return tuple(sorted(found, key=lambda face: (face.order if place is Place.TABLE else 0, face.id)))

    def thumbnail(self, id: int) -> QImage | None:
        if id not in self.images:
            self.asked.append(id)
        return self.images.get(id)

    def put(self, *faces: Face) -> None:
        new = tuple(face for face in faces if face.id not in self.all)
        self.all.update({face.id: face for face in faces})
        if new:
            self.added.emit(new)
        if len(new) < len(faces):
            self.changed.emit(tuple(face.id for face in faces if face not in new))

    def put_soon(self, *faces: Face) -> None:
        self.put(*faces)

    def forget(self, *ids: int) -> None:
        for id in ids:
            del self.all[id]
        self.mark(id for id in self.marked if id in self.all)
        self.removed.emit(ids)

    def next_id(self) -> int:
        return max(self.all, default=0) + 1

    def mark(self, ids: Iterable[int]) -> None:
        marked = tuple(ids)
        if marked != self.marked:
            self.marked = marked
            self.marked_changed.emit(marked)

    def put_look(self, look: Look) -> None:
        self.looks = (*(other for other in self.looks if other.name != look.name), look)
        self.looks_changed.emit()

    def remove_look(self, name: str) -> None:
        self.looks = tuple(look for look in self.looks if look.name != name)
        self.looks_changed.emit()

    # for tests

    def recipes(self) -> list[Recipe]:
        return [face.recipe for face in self.all.values()]

    def change(self, id: int, **what: Any) -> None:
        self.put(replace(self.all[id], **what))

    def draw(self, *ids: int, colour: str = "") -> None:
        """Thumbnails of these faces arrive."""
        for id in ids:
            self.images[id] = _picture(QColor(colour) if colour else _colour(id))
            self.thumbnail_ready.emit(id)


def face(id: int, model: str = MODEL, **rest: Any) -> Face:
    """A face of the table called by its number."""
    rest = {"name": f"Face {id}", "order": float(id), "made": 1.7e9 + id, **rest}
    return Face.of(id, Recipe(model, SeedSource(id)), **rest)


def some(count: int, **rest: Any) -> FakeLibrary:
    """A library of `count` faces, all of them drawn."""
    library = FakeLibrary(*(face(id, **rest) for id in range(1, count + 1)))
    library.images = {id: _drawn(_colour(id).name()) for id in library.all}
    return library


@cache
def _drawn(colour: str) -> QImage:
    """Of one memory for all faces of that colour: ten thousand pictures take 1.5 GB."""
    return _picture(QColor(colour))


def _picture(colour: QColor) -> QImage:
    image = QImage(192, 192, QImage.Format.Format_RGB32)
    image.fill(colour)
    return image


def _colour(id: int) -> QColor:
    return QColor.fromHsv(id * 37 % 360, 120, 180)
