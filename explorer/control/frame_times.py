"""The frame rate, for the status bar and the plot of frame times."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import monotonic

from explorer.messages import Quality, RenderResult
from generator.recipe.recipe import Recipe

PAUSE = 0.5  # seconds between two frames that end a run of frames
LEAST_RUN = 4  # frames; with fewer a rate reflects the pause more than the machine
RUN_LENGTH = 30  # frames that the rate is taken over


@dataclass(frozen=True)
class FrameTime:
    """The time of one shown frame."""

    milliseconds: float  # of rendering it
    frames_per_second: float  # shown during the run of frames it belongs to; 0 = too few frames
    quality: Quality


class FrameTimes:
    """Measures shown frames."""

    def __init__(self) -> None:
        self._shown: deque[float] = deque(maxlen=RUN_LENGTH)
        self._full: deque[float] = deque(maxlen=2)
        self._last: Recipe | None = None  # of a full frame: the same again costs nothing

    @property
    def full_milliseconds(self) -> float:
        """The time of a full frame: the smaller of the last two, because a first frame warms up, and a frame may be
        slower during a drag; 0 = none yet."""
        return min(self._full, default=0.0)

    def forget(self) -> None:
        """Another model or device: forget the times measured so far."""
        self._shown.clear()
        self._full.clear()
        self._last = None

    def record(self, result: RenderResult, now: float | None = None) -> FrameTime:
        """Record a frame shown at `now`, monotonic seconds."""
        now, time = monotonic() if now is None else now, result.milliseconds
        if self._shown and now - self._shown[-1] > PAUSE:
            self._shown.clear()
        self._shown.append(now)
        request = result.request
        if request.quality is Quality.FULL and not request.pulls and request.recipe != self._last:
            self._full.append(time)  # of a drag on the face it has a solver's time, which a slider's needs not
            self._last = request.recipe
        return FrameTime(time, self._rate(), result.request.quality)

    def _rate(self) -> float:
        seconds = self._shown[-1] - self._shown[0]
        return (len(self._shown) - 1) / seconds if len(self._shown) >= LEAST_RUN and seconds > 0 else 0.0
