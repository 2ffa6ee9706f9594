"""The undo commands of the session: from one recipe and second source to another, and from timeline to timeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar
from weakref import WeakMethod

from PySide6.QtGui import QUndoCommand

from generator.motion.timeline import Timeline
from generator.recipe.recipe import Recipe, Source

Value = TypeVar("Value")
NO_GESTURE = -1  # Qt's value for "never merge"


class State(NamedTuple):
    """What an edit replaces."""

    recipe: Recipe
    second: Source  # of the mix or, without one, what it would be
    lead: int | None = None  # id of the face shown, where faces are marked together
    others: tuple[tuple[int, Recipe], ...] = ()  # ids and recipes of the faces marked besides it

    @property
    def faces(self) -> tuple[tuple[int, Recipe], ...]:
        """Every marked face, the lead first; none if the edit was of the face shown alone."""
        return () if self.lead is None else ((self.lead, self.recipe), *self.others)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of `faces`."""
        return tuple(id for id, _ in self.faces)


class _Replace(QUndoCommand, Generic[Value]):
    """Replaces a value by another.

    Edits of one gesture merge into one step, and a gesture that ends where it began leaves none. It holds `write`, a
    method of the session, weakly: otherwise session, stack and command would be a cycle, which the garbage collector
    may break anywhere, and the stack would delete commands that are half destroyed.
    """

    def __init__(
        self, write: Callable[[Value], None], label: str, before: Value, after: Value, gesture: int | None
    ) -> None:
        super().__init__(label)
        self._write = WeakMethod(write)
        self._before, self._after = before, after
        self._gesture = NO_GESTURE if gesture is None else gesture

    def id(self) -> int:
        return self._gesture

    def redo(self) -> None:
        self._go_to(self._after)

    def undo(self) -> None:
        self._go_to(self._before)

    def _go_to(self, value: Value) -> None:
        write = self._write()
        assert write is not None, "the stack belongs to the session and is destroyed with it"
        write(value)

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, type(self)) or not self._goes_on_in(other._before):
            return False
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def _goes_on_in(self, before: Value) -> bool:
        """Whether an edit of `before` may merge with this one."""
        return True


class EditRecipe(_Replace[State]):
    """Replaces the whole state; recipes are frozen and share their parts, so a step takes some hundred bytes."""

    def _goes_on_in(self, before: State) -> bool:
        return before.ids == self._before.ids


class EditTimeline(_Replace[Timeline]):
    """Replaces the timeline."""
