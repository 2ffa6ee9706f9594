"""Tracks the parts of a recipe that a panel shows: a drag makes a hundred edits a second, mostly to other parts."""

from __future__ import annotations


class ChangeTracker:
    """The parts that a panel shows now."""

    def __init__(self) -> None:
        self._shown: tuple[object, ...] | None = None

    def change_to(self, *parts: object) -> bool:
        """Whether any part is another object than before. Edits keep the objects of unchanged parts."""
        before, self._shown = self._shown, parts
        return before is None or any(one is not other for one, other in zip(before, parts, strict=True))
