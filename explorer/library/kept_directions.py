"""The user's own directions in the open project, by the hash of their model."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from explorer.library.changes import Changes
from generator.recipe.directions import NamedDirection

Entries = tuple[NamedDirection, ...]


class KeptDirections:
    """They are in memory at once, and written by the thread of the project."""

    def __init__(self, put: Callable[[Changes], None]) -> None:
        self._put = put
        self._held: dict[str, Entries] = {}

    def of(self, model: str) -> Entries:
        """Those of the model with this hash, in their order."""
        return self._held.get(model, ())

    def set(self, model: str, entries: Entries) -> None:
        """Replace all of a model."""
        if entries != self.of(model):
            self._held[model] = entries
            self._put({("directions", model): entries})

    def fill(self, read: Mapping[str, Entries], early: bool) -> None:
        """Another project. early: it is the first one, and what was made before it was read goes into it."""
        made, self._held = self._held if early else {}, dict(read)
        for model, entries in made.items():
            names = {entry.name for entry in entries}
            self.set(model, (*(entry for entry in self.of(model) if entry.name not in names), *entries))
