"""Undo steps over the faces of the project: adding, deleting, naming, sorting and marking many of them with stars."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QUndoCommand

from generator.project.face import Face


class FaceStore(Protocol):
    """Where the faces are: see `explorer.library.library`."""

    def put(self, *faces: Face) -> None: ...

    def forget(self, *ids: int) -> None: ...


class ChangeFaces(QUndoCommand):
    """Replaces the faces of `before` by those of `after`. A face that is only in `after` is added, one that is only in
    `before` is removed for good: what is deleted so that it can be seen again stays in both, at another place."""

    def __init__(self, library: FaceStore, label: str, before: tuple[Face, ...], after: tuple[Face, ...]) -> None:
        super().__init__(label)
        self._library, self._before, self._after = library, before, after

    def redo(self) -> None:
        self._go(self._before, self._after)

    def undo(self) -> None:
        self._go(self._after, self._before)

    def _go(self, start: tuple[Face, ...], end: tuple[Face, ...]) -> None:
        stay = {face.id for face in end}
        gone = [face.id for face in start if face.id not in stay]
        if gone:
            self._library.forget(*gone)
        if end:
            self._library.put(*end)


class Arrivals:
    """Faces that are added one after the other, in one undo step: see `AddFaces`."""

    def __init__(self, library: FaceStore) -> None:
        self._library = library
        self._faces: list[Face] = []
        self.is_done = False  # False: before the step, and once it is undone

    @property
    def has_any(self) -> bool:
        """Whether anybody has arrived yet."""
        return bool(self._faces)

    def add(self, face: Face) -> None:
        """Add one more, also while other steps have been taken since; only remembered while the step is undone."""
        self._faces.append(face)
        if self.is_done:
            self._library.put(face)

    def redo(self) -> None:
        self.is_done = True
        if self._faces:
            self._library.put(*self._faces)

    def undo(self) -> None:
        self.is_done = False
        self._library.forget(*(face.id for face in self._faces))


class AddFaces(QUndoCommand):
    """Adds all faces that arrive, however late."""

    def __init__(self, label: str, arrivals: Arrivals) -> None:
        super().__init__(label)
        self._arrivals = arrivals

    def redo(self) -> None:
        self._arrivals.redo()

    def undo(self) -> None:
        self._arrivals.undo()
