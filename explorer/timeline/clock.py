"""The clock of the timeline: while it plays, it goes as fast as any other, however late the frames are."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

TICK_MS = 8  # frames are asked for as often as a mouse moves a slider; late ones are dropped


class Clock(QObject):
    """A time from 0 to the duration, which plays, rests and can be set."""

    moved = Signal(float)  # seconds
    playing_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, now: Callable[[], float] = monotonic) -> None:
        """now: seconds of any clock that never goes back."""
        super().__init__(parent)
        self._now = now
        self._time = self._begun = 0.0
        self._duration, self._loops = 0.0, False
        self._tick = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._go_on)

    @property
    def time(self) -> float:
        return self._time

    @property
    def is_playing(self) -> bool:
        return self._tick.isActive()

    def set_length(self, duration: float, loops: bool) -> None:
        """The time stays where it is, or becomes the end."""
        self._duration, self._loops = duration, loops
        if self._time > duration:
            self._time = duration
            self.moved.emit(duration)
        if duration <= 0:
            self.pause()

    def seek(self, time: float) -> None:
        """Go to `time`, and if it plays, play on from there."""
        self._time = min(max(time, 0.0), self._duration)
        self._begun = self._now() - self._time
        self.moved.emit(self._time)

    def play(self) -> None:
        """From the beginning if it has come to its end."""
        if self.is_playing or self._duration <= 0:
            return
        if self._time >= self._duration:
            self._time = 0.0
        self._begun = self._now() - self._time
        self._tick.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        if self.is_playing:
            self._tick.stop()
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        """Play or pause."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    @Slot()
    def _go_on(self) -> None:
        passed = self._now() - self._begun
        ends = passed >= self._duration and not self._loops
        self._time = self._duration if ends else passed % self._duration
        self.moved.emit(self._time)
        if ends:
            self.pause()
