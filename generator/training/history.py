"""What is known of a training: its events folded into curves, samples and snapshots. Knows nothing of Qt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from generator.training.curves import Curve
from generator.training.events import End, Event, Notice, Rollback, Samples, Snapshot, Start, Step, parse

MAX_LISTED = 10_000  # samples and snapshots
CURVES = ("loss_g", "loss_d", "real_sign", "augment", "frechet")

_Listed = TypeVar("_Listed", Samples, Snapshot)


class History:
    """Grows with every line; its memory is bounded. Where a training went back, what comes again is replaced."""

    def __init__(self) -> None:
        self.curves = {name: Curve() for name in CURVES}
        self.samples: list[Samples] = []
        self.snapshots: list[Snapshot] = []
        self.images = self.total_images = 0
        self.classes = 0  # of the model; 0 = none
        self.step: Step | None = None  # the last one
        self.pace = 0.0  # images a second, since the training went on last; 0 = not known yet
        self.rollback: Rollback | None = None  # the last one
        self.notice: Notice | None = None  # the last one since the training started or was resumed
        self.end: End | None = None  # None while it runs, or where it ended without saying so
        self.unreadable = 0  # lines

    @classmethod
    def of(cls, lines: Iterable[str]) -> History:
        """The history in the lines of a journal."""
        history = cls()
        for line in lines:
            history.take_line(line)
        return history

    def take_line(self, line: str) -> Event | None:
        """Take in one line; the event in it, or None if it is counted as unreadable."""
        event = parse(line)
        if event is None:
            self.unreadable += 1
        else:
            self._take(event)
        return event

    def _take(self, event: Event) -> None:
        self.images = event.images
        match event:
            case Start():
                self.total_images, self.end, self.pace, self.notice = event.total_images, None, 0.0, None
                self.classes = event.classes or 0
                self._forget_after(event.images)
            case Step():
                self.step, self.pace = event, event.images_per_second
                for name in ("loss_g", "loss_d", "real_sign", "augment"):
                    self.curves[name].add(event.images, getattr(event, name))
            case Samples():
                _put(self.samples, event)
            case Snapshot():
                _put(self.snapshots, event)
                if event.frechet is not None:
                    self.curves["frechet"].add(event.images, event.frechet)
            case Rollback():
                self.rollback = event
            case Notice():
                self.notice = event
            case End():
                self.end = event

    def _forget_after(self, images: int) -> None:
        """Steps that were made after the last saved state are lost when a training is resumed from it."""
        for curve in self.curves.values():
            curve.cut_from(images + 1)
        self.samples = [samples for samples in self.samples if samples.images <= images]
        self.snapshots = [snapshot for snapshot in self.snapshots if snapshot.images <= images]

    def status(self, training: bool) -> str:
        """Stage, fade and, while it is `training`, throughput and what is left, in one line; "" = nothing is known."""
        parts = []
        if self.step is not None:
            parts.append(f"{self.step.resolution} px")
            if self.step.fade < 1:
                parts.append(f"fading in {self.step.fade:.0%}")
        if self.step is not None or self.total_images:
            total = f" of {self.total_images:,}" if self.total_images else ""
            parts.append(f"{self.images:,}{total} images")
        if self.classes:
            parts.append(f"{self.classes:,} classes")
        if training and self.pace > 0:
            parts.append(f"{self.pace:,.3g} images/s")
            parts.append(f"{duration(self._left / self.pace)} left")
        return "   ·   ".join(parts)

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end."""
        return self.end is not None and self.end.reason == "done"

    @property
    def _left(self) -> int:
        return max(self.total_images - self.images, 0)


def duration(seconds: float) -> str:
    """For people: "40 s", "12 min", "3 h 20 min", "5 days"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"
    return f"{seconds / 86400:,.0f} days"


def _put(listed: list[_Listed], event: _Listed) -> None:
    while listed and listed[-1].images >= event.images:
        listed.pop()
    listed.append(event)
    if len(listed) > MAX_LISTED:
        del listed[0]
