"""The position of a value on a slider, its steps and its text. No Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass

_CLEAN = 10  # decimals kept after a step: drops rounding errors such as 0.30000000000000004, keeps what was typed


@dataclass(frozen=True)
class Scale:
    """The range of a control."""

    minimum: float
    maximum: float
    neutral: float = 0.0  # the value of a reset, where the filled bar starts
    decimals: int = 2  # shown while the exact value is not being typed; resolution of a drag
    step: float = 0.1  # one wheel notch or arrow key
    reach: float = 0.0  # how far beyond the range a value may be typed

    def __post_init__(self) -> None:
        assert self.minimum < self.maximum
        assert self.step > 0

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value that may be typed."""
        return self.minimum - self.reach, self.maximum + self.reach

    def clamp(self, value: float) -> float:
        """The nearest value inside the range."""
        return min(max(value, self.minimum), self.maximum)

    def fraction(self, value: float) -> float:
        """Position of `value` on the track, 0 = minimum, 1 = maximum; values outside stop at the ends."""
        return (self.clamp(value) - self.minimum) / (self.maximum - self.minimum)

    def beyond(self, value: float) -> int:
        """The end of the track that `value` is past: -1 = low, 1 = high, 0 = none."""
        return (value > self.maximum) - (value < self.minimum)

    def value_at(self, fraction: float) -> float:
        """Value at a position 0..1 on the track, no finer than is shown; the ends are exact."""
        if fraction in (0.0, 1.0):
            return self.maximum if fraction else self.minimum
        value = self.minimum + fraction * (self.maximum - self.minimum)
        return self.clamp(round(value, self.decimals))

    def stepped(self, value: float, notches: float) -> float:
        """`value` moved by some steps, kept inside the range; a value outside moves no farther away."""
        moved = round(value + notches * self.step, _CLEAN)
        return min(max(moved, min(value, self.minimum)), max(value, self.maximum))

    def short_text(self, value: float) -> str:
        """`value` with the shown decimals; never "-0.00"."""
        return f"{round(value, self.decimals) + 0.0:.{self.decimals}f}"

    def exact_text(self, value: float) -> str:
        """`value` with every digit it has, and at least the shown decimals."""
        short = self.short_text(value)
        return short if float(short) == value else repr(value)

    def parse(self, text: str) -> float | None:
        """The value that was typed, clamped to what may be typed; None if it is not a finite number. "0,5" is 0.5."""
        try:
            value = float(text.strip().replace(",", ".").replace("−", "-"))
        except ValueError:
            return None
        least, greatest = self.ends
        return min(max(value, least), greatest) if math.isfinite(value) else None
