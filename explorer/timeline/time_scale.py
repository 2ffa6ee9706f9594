"""Where a time is on the screen, and what the ruler says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor

_STEPS = (0.04, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0)  # seconds
_BEATS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 1024.0, 4096.0)
_LABEL_WIDTH = 56.0  # logical pixels between two labels at least
MARGIN = 32.0  # logical pixels before the beginning and after the end
NEAREST, FARTHEST = 2000.0, 0.05  # logical pixels a second
SNAPS = 0.05  # seconds that a dragged key stays on


@dataclass(frozen=True)
class Tick:
    """A line of the ruler."""

    time: float  # seconds
    label: str  # "" = a short line


@dataclass(frozen=True)
class TimeScale:
    """Logical pixels from the left edge of the lanes."""

    zoom: float = 100.0  # logical pixels a second
    start: float = -MARGIN / 100.0  # seconds at the left edge

    @classmethod
    def showing(cls, duration: float, width: float) -> TimeScale:
        """The whole of a timeline."""
        zoom = min(max((width - 2 * MARGIN) / max(duration, 1.0), FARTHEST), NEAREST)
        return cls(zoom, -MARGIN / zoom)

    def x(self, time: float) -> float:
        return (time - self.start) * self.zoom

    def time(self, x: float) -> float:
        return x / self.zoom + self.start

    def zoomed(self, factor: float, x: float) -> TimeScale:
        """Nearer by `factor`; the time at `x` stays there."""
        zoom = min(max(self.zoom * factor, FARTHEST), NEAREST)
        return replace(self, zoom=zoom, start=self.time(x) - x / zoom)

    def moved(self, pixels: float) -> TimeScale:
        """Shifted to the left by `pixels`."""
        return replace(self, start=self.start + pixels / self.zoom)

    def kept_near(self, duration: float, width: float) -> TimeScale:
        """Moved so that the timeline stays in sight."""
        least, most = -MARGIN / self.zoom, duration + MARGIN / self.zoom - width / self.zoom
        return replace(self, start=max(min(self.start, most), least))

    def ticks(self, width: float, duration: float, beats: float) -> list[Tick]:
        """The lines of the ruler up to the end. beats: a minute; 0 = the ruler shows seconds."""
        unit = 60 / beats if beats else 1.0
        steps = _BEATS if beats else _STEPS
        step = next((step for step in steps if step * unit * self.zoom >= _LABEL_WIDTH), steps[-1])
        part = step / 5 if not beats else step / 4
        first = max(ceil(self.start / (part * unit)), 0)
        last = floor(min(self.time(width), duration) / (part * unit) + 1e-9)
        every = 5 if not beats else 4
        return [
            Tick(number * part * unit, _label(number * part, bool(beats)) if number % every == 0 else "")
            for number in range(first, last + 1)
        ]


def snapped(time: float, beats: float) -> float:
    """The nearest time that a dragged key stays on: a quarter of a beat, or some hundredths of a second."""
    step = 15 / beats if beats else SNAPS
    return round(time / step) * step if beats else round(round(time / step) * step, 3)


def clock_text(time: float, beats: float = 0.0) -> str:
    """A time for people: "1:02.50", or in beats "3.25"."""
    if beats:
        return f"{time * beats / 60 + 1:.2f}"
    minutes, seconds = divmod(round(time, 2), 60)
    return f"{int(minutes)}:{seconds:05.2f}"


def _label(number: float, in_beats: bool) -> str:
    if in_beats:
        return f"{number + 1:g}"
    minutes, seconds = divmod(round(number, 2), 60)
    return (
        f"{int(minutes)}:{seconds:02g}"
        if minutes and seconds == int(seconds) and seconds >= 10
        else (f"{int(minutes)}:0{seconds:g}" if minutes else f"{seconds:g} s")
    )
