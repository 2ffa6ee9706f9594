"""The faces that were seen, in the order of their visits: what "previous face" and "next face" step through."""

from __future__ import annotations

from collections.abc import Callable

from generator.recipe.recipe import Recipe

LENGTH = 200  # earlier faces that one can go back to


class FaceHistory:
    """The last recipe of each source that was seen; the one shown now is among them.

    Undo and redo only move within the list, so that every face keeps its earlier and later ones. The current face is
    identified by its source: that of the recipe that each method takes first.
    """

    def __init__(self, faces: tuple[Recipe, ...] = ()) -> None:
        self._faces = faces  # each source once

    def earlier(self, current: Recipe) -> tuple[Recipe, ...]:
        """The faces before the current one, oldest first."""
        return self._faces[: self._index(current)]

    def later(self, current: Recipe) -> tuple[Recipe, ...]:
        """The faces after the current one, the next one first."""
        index = self._index(current)
        return () if index is None else self._faces[index + 1 :]

    def visit(self, current: Recipe, face: Recipe) -> None:
        """Insert `face` after `current` and discard the later ones."""
        self._append((*self.earlier(current), current), face)

    def pass_through(self, current: Recipe, face: Recipe) -> None:
        """Replace `current` by `face`: seeds that a drag only passes do not count as seen."""
        self._append(self.earlier(current), face)

    def move(self, current: Recipe, face: Recipe) -> None:
        """Store `current` when it is left for `face`, which becomes the latest if it is not in the history."""
        index = self._index(current)
        if index is not None:
            self._faces = (*self._faces[:index], current, *self._faces[index + 1 :])
        if self._index(face) is None:
            self.visit(current, face)

    def carried_over(self, to: Callable[[Recipe], Recipe | None]) -> FaceHistory:
        """The history with `to` applied to each face; those for which it returns None are dropped."""
        carried: dict[object, Recipe] = {}
        for face in filter(None, map(to, self._faces)):
            carried.pop(face.source, None)  # the last one wins
            carried[face.source] = face
        return FaceHistory(tuple(carried.values()))

    def _append(self, before: tuple[Recipe, ...], face: Recipe) -> None:
        others = tuple(other for other in before if other.source != face.source)
        self._faces = (*others[-LENGTH:], face)

    def _index(self, face: Recipe) -> int | None:
        """Index of the source of `face`, searched from the end, where it usually is."""
        places = range(len(self._faces) - 1, -1, -1)
        return next((place for place in places if self._faces[place].source == face.source), None)
