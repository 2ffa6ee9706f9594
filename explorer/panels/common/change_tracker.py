"""Which parts of a recipe a panel shows: a hand makes a hundred edits a second, most of them of other parts."""

from __future__ import annotations


class ChangeTracker:
    """What a panel shows now."""

    def __init__(self) -> None:
        self._shown: tuple[object, ...] | None = None

    def change_to(self, *parts: object) -> bool:
        """Whether any part is another object than those shown before. Edits leave what they do not concern as it is."""
        before, self._shown = self._shown, parts
        return before is None or any(one is not other for one, other in zip(before, parts, strict=True))
