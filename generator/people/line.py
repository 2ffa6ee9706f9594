"""Candidates in a line: who comes next, as long as nothing has come between."""

from __future__ import annotations

from collections.abc import Callable, Iterator


class Line:
    """Places of candidates, best first; those who are not free any more are passed over."""

    def __init__(self, places: Iterator[int], is_free: Callable[[int], bool]) -> None:
        """is_free: whether a place can still be taken; once it cannot, it never can."""
        self._places, self._is_free = places, is_free
        self._waiting: list[int] = []

    def pop(self) -> int | None:
        """Take the first; None if there is nobody."""
        return None if self.ahead(0) is None else self._waiting.pop(0)

    def ahead(self, count: int) -> int | None:
        """Who stands behind `count` others, as things are now; None if nobody does."""
        self._waiting = [place for place in self._waiting if self._is_free(place)]
        while len(self._waiting) <= count and (place := next(self._places, None)) is not None:
            self._waiting += [place] if self._is_free(place) else []
        return self._waiting[count] if count < len(self._waiting) else None
