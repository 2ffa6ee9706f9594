"""What a model's own faces measure: the numbers that words and percentiles stand for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from generator.errors import WishError, did_you_mean

STEPS = 101  # quantiles: the least, each hundredth, the greatest
_BEYOND = 0.25  # of the range of 1-99 %: how far directions move faces past the outermost


@dataclass(frozen=True)
class Scale:
    """One measure and its quantiles over a model's faces."""

    name: str  # "hair-length"
    title: str  # "Hair length"
    unit: str = ""
    quantiles: tuple[float, ...] = ()  # 101, never falling
    low: str = ""  # what less of it is called: "short"
    high: str = ""

    def __post_init__(self) -> None:
        row = self.quantiles
        if len(row) != STEPS or not all(map(math.isfinite, row)) or any(low > high for low, high in pairwise(row)):
            raise WishError(f"The {self.name} of this model's faces is not known; measure the model first.")

    def at(self, percent: float) -> float:
        """The value below which `percent` of the faces lie, 0..100, linear between quantiles."""
        whole = min(int(percent), STEPS - 2)
        low, high = self.quantiles[whole : whole + 2]
        return low + (percent - whole) * (high - low)

    def share_below(self, value: float) -> float:
        """The share of faces, 0..1, below `value`."""
        row = self.quantiles
        if value <= row[0] or value >= row[-1]:
            return float(value >= row[-1])
        above = next(index for index, edge in enumerate(row) if edge > value)
        low, high = row[above - 1], row[above]
        return (above - 1 + (value - low) / (high - low)) / (STEPS - 1)

    @property
    def range(self) -> float:
        """The distance of the 1st and 99th hundredth."""
        return self.quantiles[99] - self.quantiles[1]

    @property
    def reach(self) -> tuple[float, float]:
        """The least and the greatest value that can be asked for: a little beyond the outermost faces."""
        beyond = _BEYOND * self.range
        return self.quantiles[0] - beyond, self.quantiles[-1] + beyond


@dataclass(frozen=True)
class Scales:
    """The measures of a model, in the order in which a window lists them."""

    scales: tuple[Scale, ...]

    @cached_property
    def _by_name(self) -> dict[str, Scale]:
        return {scale.name: scale for scale in self.scales}

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, in order."""
        return tuple(self._by_name)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def find(self, name: str) -> Scale:
        """The scale `name`. Raises `WishError` that suggests one."""
        if name in self._by_name:
            return self._by_name[name]
        hint = did_you_mean(name, self.names) or f"; choose from {', '.join(self.names)}."
        raise WishError(f"{name[:40]!r} is nothing that is measured of this model's faces{hint}")


def scales_of(rows: Sequence[tuple[str, str, str, str, str, Sequence[float]]]) -> Scales:
    """Scales from rows of name, title, low, high, unit and quantiles; a measure that no face has is left out."""
    return Scales(
        tuple(
            Scale(name, title, unit, tuple(map(float, quantiles)), low, high)
            for name, title, low, high, unit, quantiles in rows
            if all(map(math.isfinite, quantiles))
        )
    )
