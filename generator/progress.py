"""Long work as a Python generator: it yields `Progress` and returns its result.

The caller decides when to advance it: the compute thread renders a frame between two steps, the command line
runs it to the end. Closing the generator cancels the work, so a step must leave nothing half-written.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from generator.printable import printable

T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """How far a job is: `done` of `total` steps (total 0 = unknown) and what it is doing now."""

    done: int
    total: int
    text: str  # made harmless: it may hold the name of a file

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", printable(self.text))


Job = Generator[Progress, None, T]


def megabytes(count: int) -> str:
    """A number of bytes for people: "364 MB"."""
    return f"{count / 1e6:.0f} MB" if count >= 10_000_000 else f"{count / 1e6:.1f} MB"


def finish(job: Job[T], report: Callable[[Progress], None] | None = None) -> T:
    """Run `job` to its end, calling `report` at each step, and return its result."""
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        if report is not None:
            report(step)
