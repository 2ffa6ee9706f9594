"""What is asked of one person, as bounds of all the measures that are predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.attribute_model import Values
from generator.wishes.wish import Cell


@dataclass(frozen=True, eq=False)
class Aim:
    """Bounds `[A]` of each measure in its unit, infinite where nothing is wished."""

    low: Values
    high: Values

    @classmethod
    def of(cls, cell: Cell, measures: Sequence[str], names: Sequence[str]) -> Aim:
        """The bounds of `names` `[A]` in a cell, whose bands are about `measures`, all of which are in `names`."""
        low, high = np.full(len(names), -np.inf), np.full(len(names), np.inf)
        for measure, band in zip(measures, cell.bands, strict=True):
            place = names.index(measure)
            low[place], high[place] = band.low, band.high
        return cls(low, high)

    @property
    def wished(self) -> Sequence[int]:
        """The places of the measures that have a bound."""
        return [int(place) for place in np.flatnonzero(self._bounded)]

    @property
    def _bounded(self) -> NDArray[np.bool_]:
        return np.isfinite(self.low) | np.isfinite(self.high)

    def missed(self, values: Values) -> Values:
        """How far each of `values` `[A]` is outside, in its unit: 0 inside, infinite where it was not seen."""
        outside = np.maximum(0, np.maximum(self.low - values, values - self.high))
        return np.where(self._bounded, np.where(np.isnan(values), np.inf, outside), 0.0)

    def widened(self, by: Values) -> Aim:
        """With each bound moved outwards by `by` `[A]`; inwards if it is negative, at most to a quarter from there."""
        inwards = np.minimum(-by, np.where(np.isfinite(self.high - self.low), (self.high - self.low) / 4, np.inf))
        return Aim(self.low + inwards, self.high - inwards)
