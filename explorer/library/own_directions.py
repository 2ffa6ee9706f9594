"""The user's own directions of the open model: what the project and the user's file hold, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from explorer.document.direction_commands import ChangeDirections, Entries
from explorer.document.session import Session
from explorer.library.kept_directions import KeptDirections
from explorer.messages import ModelFacts
from generator.recipe.directions import DirectionLibrary
from generator.recipe.recipe import Direction, Recipe


class Keeping(Protocol):
    """The part of the library that this needs: see `explorer.library.library`."""

    reset: SignalInstance  # another project
    directions: KeptDirections


class OwnDirections(QObject):
    """They are the project's and those of the user's file; of the same name the project's. A change goes into both."""

    written = Signal(str, object, object)  # hash of the model, and all of the user's before and after: for the file

    def __init__(self, session: Session, library: Keeping, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._library = session, library
        self._filed: dict[str, Entries] = {}  # in the user's file, by the hash of the model
        session.model_changed.connect(self._meet)
        library.reset.connect(self._join)

    @property
    def entries(self) -> Entries:
        """All of the user's, in their order."""
        return self._session.own_directions

    def change(self, label: str, change: Callable[[Entries], Entries]) -> None:
        """Change them, as an undo step called `label`; the face shown moves along the new ones as far as before."""
        before = self.entries
        after = change(before)
        if after == before:
            return
        given = self._session.facts.named if self._session.facts is not None else ()
        names = {entry.name: entry.direction for entry in (*given, *after)}
        moved = {entry.direction: names.get(entry.name, entry.direction) for entry in self._session.directions}
        stack = self._session.undo_stack
        stack.beginMacro(label)
        stack.push(ChangeDirections(self._write, label, before, after))
        self._session.edit(label, _with_directions(self._session.recipe, moved))
        stack.endMacro()

    def _write(self, before: Entries, after: Entries) -> None:
        facts = self._session.facts
        if facts is None:
            return
        kept = DirectionLibrary(facts.hash, _fitting(self._library.directions.of(facts.hash), facts))
        self._library.directions.set(facts.hash, kept.changed(before, after).entries)
        filed = DirectionLibrary(facts.hash, self._filed.get(facts.hash, ()))
        self._filed[facts.hash] = filed.changed(before, after).entries
        self._session.set_own_directions(after)
        self.written.emit(facts.hash, before, after)

    @Slot(object)
    def _meet(self, facts: ModelFacts) -> None:
        self._filed[facts.hash] = facts.own
        self._join()

    @Slot()
    def _join(self) -> None:
        """Another model, or another project."""
        facts = self._session.facts
        if facts is None:
            return
        filed = DirectionLibrary(facts.hash, _fitting(self._filed.get(facts.hash, ()), facts))
        kept = DirectionLibrary(facts.hash, _fitting(self._library.directions.of(facts.hash), facts))
        self._session.set_own_directions(filed.overridden_by(kept).entries)


def _with_directions(recipe: Recipe, moved: Mapping[Direction, Direction]) -> Recipe:
    """`recipe` with other directions in place of its own."""
    edits = (replace(edit, direction=moved.get(edit.direction, edit.direction)) for edit in recipe.directions)
    return replace(recipe, directions=tuple(edits))


def _fitting(entries: Entries, facts: ModelFacts) -> Entries:
    """Those that the model can take: a file may lie about whose they are."""
    shape = facts.config.num_ws, facts.config.w_dim
    return tuple(entry for entry in entries if not entry.direction.misfit(*shape))
