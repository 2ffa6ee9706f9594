"""Work without pauses as a job of short steps: it runs on a thread of its own, and each step waits a little for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from generator.progress import Job, Progress

T = TypeVar("T")
WAIT = 0.03  # seconds of a step


class Abandoned(Exception):
    """Nobody waits for the result any more."""


class Pulse:
    """How the work says how far it is. It belongs to both threads: values are only replaced."""

    def __init__(self, text: str) -> None:
        self.progress = Progress(0, 0, text)
        self._stop = Event()

    def __call__(self, done: int, total: int) -> None:
        """So much is done. Raises `Abandoned` where the rest is not needed."""
        if self._stop.is_set():
            raise Abandoned
        self.progress = Progress(done, total, self.progress.text)

    def stop(self) -> None:
        """Let the work end at its next beat."""
        self._stop.set()


def aside(work: Callable[[Pulse], T], text: str) -> Job[T]:
    """The result of `work(pulse)`. Closing the job ends the work at its next beat, without waiting for that.

    `work` may use nothing that another thread changes meanwhile.
    """
    pulse, pool = Pulse(text), ThreadPoolExecutor(1, "outis-aside")
    try:
        future = pool.submit(work, pulse)
        while True:
            try:
                return future.result(WAIT)
            except TimeoutError:
                if future.done():  # just now, or it was the work that ran out of time
                    return future.result()
                yield pulse.progress
    finally:
        pulse.stop()
        pool.shutdown(wait=False)
