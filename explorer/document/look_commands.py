"""The undo step of a change to the looks of a project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from generator.project.look import Look


class KeptLooks(Protocol):
    """The part of the library that holds looks, each name once."""

    @property
    def looks(self) -> tuple[Look, ...]: ...

    def put_look(self, look: Look) -> None:
        """Add a look, or replace the one of its name."""

    def remove_look(self, name: str) -> None: ...


class ChangeLooks(QUndoCommand):
    """Replaces the looks `before` by `after`: one of them is empty where a look is added or deleted."""

    def __init__(self, library: KeptLooks, label: str, before: Iterable[Look], after: Iterable[Look]) -> None:
        super().__init__(label)
        self._library = library
        self._before, self._after = tuple(before), tuple(after)

    def redo(self) -> None:
        self._replace(self._before, self._after)

    def undo(self) -> None:
        self._replace(self._after, self._before)

    def _replace(self, old: tuple[Look, ...], new: tuple[Look, ...]) -> None:
        for name in {look.name for look in old} - {look.name for look in new}:
            self._library.remove_look(name)
        for look in new:
            self._library.put_look(look)


def free_name(name: str, taken: Iterable[str]) -> str:
    """`name`, or the first of "name 2", "name 3", ... that is not taken."""
    names = set(taken)
    number, free = 2, name
    while free in names:
        free, number = f"{name} {number}", number + 1
    return free
