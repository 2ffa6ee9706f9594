"""A curve that may grow for weeks: its memory is bounded, its shape is kept."""

from __future__ import annotations

from bisect import bisect_left

MAX_POINTS = 10_000  # more than a screen has columns


class Curve:
    """Points with growing x. When there are too many, two neighbours become their mean."""

    def __init__(self, limit: int = MAX_POINTS) -> None:
        assert limit >= 2
        self._limit = limit
        self.x: list[float] = []
        self.y: list[float] = []
        self._group = 1  # points that one of the curve stands for
        self._waiting: list[tuple[float, float]] = []  # to become one

    def add(self, x: float, y: float) -> None:
        """Add a point. One at or before earlier ones takes their place: the training went back."""
        self.cut_from(x)
        self._waiting.append((x, y))
        if len(self._waiting) >= self._group:
            self._settle()

    def cut_from(self, x: float) -> None:
        """Take off the points at and after `x`."""
        if self.x and self.x[-1] >= x:
            keep = bisect_left(self.x, x)
            del self.x[keep:], self.y[keep:]
        self._waiting = [point for point in self._waiting if point[0] < x]

    def _settle(self) -> None:
        count = len(self._waiting)
        self.x.append(sum(x for x, _ in self._waiting) / count)
        self.y.append(sum(y for _, y in self._waiting) / count)
        self._waiting = []
        if len(self.x) >= self._limit:
            self.x, self.y = _halved(self.x), _halved(self.y)
            self._group *= 2


def _halved(values: list[float]) -> list[float]:
    """Means of neighbours; an odd last one stays."""
    means = [(one + other) / 2 for one, other in zip(values[::2], values[1::2], strict=False)]
    return means + values[2 * len(means) :]
