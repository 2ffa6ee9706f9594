"""The undo step of a change to the user's own directions of the open model."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand

from generator.recipe.directions import NamedDirection

Entries = tuple[NamedDirection, ...]


class ChangeDirections(QUndoCommand):
    """Replaces the user's own directions `before` by `after`: both are all of them, in their order.

    It holds `write(old, new)` weakly, as `EditRecipe` does.
    """

    def __init__(self, write: Callable[[Entries, Entries], None], label: str, before: Entries, after: Entries) -> None:
        super().__init__(label)
        self._write = WeakMethod(write)
        self._before, self._after = before, after

    def redo(self) -> None:
        self._go(self._before, self._after)

    def undo(self) -> None:
        self._go(self._after, self._before)

    def _go(self, old: Entries, new: Entries) -> None:
        write = self._write()
        if write is not None:
            write(old, new)
