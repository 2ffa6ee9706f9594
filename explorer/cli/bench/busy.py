"""`outis bench --busy`: how other work on the machine slows a frame, for three ways in which threads wait.

Threads that wait by spinning are fastest on an idle machine, but take the processor from other programs on a busy one.
Each way is a child process, since the library of the threads reads its settings once. All take turns, with and without
a hog beside them (a process that only computes), so that the ratios hold on any machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import perf_counter

from explorer.compute.torch_start import WAITING
from generator.errors import OutisError

MEASURES = ("full frame", "preview frame", "torch's operators")
LEAST_ROUNDS = 3
FRAMES = 2  # per turn, after one that is not counted
CHILD = "import sys; from explorer.cli.bench.busy_child import main; main(*sys.argv[1:])"
HOG = "print(flush=True)\nwhile True: pass"


@dataclass(frozen=True)
class Waiting:
    """How the threads of a process wait for work."""

    name: str
    settings: Mapping[str, str] = field(hash=False)  # environment


WAYS = (
    Waiting("library's default", {}),
    Waiting("Outis", WAITING),
    Waiting("passive", {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0"}),
)


@dataclass(frozen=True)
class BusyMeasure:
    """Median times of one measure and one way of waiting."""

    name: str
    waiting: str
    idle_milliseconds: float
    busy_milliseconds: float
    runs: int  # of each

    @property
    def ratio(self) -> float:
        """The ratio of the times with and without a hog."""
        return self.busy_milliseconds / self.idle_milliseconds


class Renderer:
    """A child process that renders a frame for each line that it is sent."""

    def __init__(self, waiting: Waiting, model: str, device: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if name not in WAITING}
        self._process = subprocess.Popen(
            [sys.executable, "-c", CHILD, model, device],
            env={**inherited, **waiting.settings},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def milliseconds(self, measure: str, seed: int) -> float:
        """The time of one frame. Raises `OutisError` where the process has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(measure, seed, sep="\t", file=self._process.stdin, flush=True)
            return float(self._process.stdout.readline())
        except (ValueError, BrokenPipeError) as error:
            raise OutisError("A process that renders for the measurement has ended; see its message.") from error

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def busy_measures(model: str, device: str, seconds: float) -> Iterator[BusyMeasure]:
    """All measures, one after the other, about `seconds` for each with and without the hog.

    model: a file, or the resolution of a random model.
    """
    with ExitStack() as stack:
        renderers = {}
        for way in WAYS:
            renderers[way.name] = Renderer(way, model, device)
            stack.callback(renderers[way.name].close)
        for measure in MEASURES:
            yield from _alternating(measure, renderers, seconds)


def _alternating(measure: str, renderers: Mapping[str, Renderer], seconds: float) -> Iterator[BusyMeasure]:
    """Rounds of turns: each process idle, then each beside the hog."""
    idle: dict[str, list[float]] = {name: [] for name in renderers}
    busy: dict[str, list[float]] = {name: [] for name in renderers}
    seeds, end = count(), perf_counter() + 2 * seconds
    for renderer in renderers.values():
        renderer.milliseconds(measure, next(seeds))  # to load, compile and warm up
    for number in count(1):
        _turns(measure, renderers, idle, seeds)
        with hog():
            _turns(measure, renderers, busy, seeds)
        if number >= LEAST_ROUNDS and perf_counter() > end:
            break
    for name in renderers:
        yield BusyMeasure(measure, name, median(idle[name]), median(busy[name]), len(idle[name]))


def _turns(
    measure: str, renderers: Mapping[str, Renderer], times: dict[str, list[float]], seeds: Iterator[int]
) -> None:
    for name, renderer in renderers.items():
        taken = [renderer.milliseconds(measure, next(seeds)) for _ in range(1 + FRAMES)]
        times[name] += taken[1:]


@contextmanager
def hog() -> Iterator[None]:
    """A process that keeps one core busy during the block."""
    process = subprocess.Popen([sys.executable, "-c", HOG], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()  # it is running now
        yield
    finally:
        process.kill()
        process.communicate()


def busy_table(measures: Sequence[BusyMeasure]) -> str:
    """The measures as text."""
    lines = [f"{'':28} {'idle':>11} {'busy':>11} {'ratio':>6} {'runs':>5}"]
    for name in MEASURES:
        lines.append(name)
        rows = {measure.waiting: measure for measure in measures if measure.name == name}
        lines += [
            f"  {row.waiting:26} {row.idle_milliseconds:8.1f} ms {row.busy_milliseconds:8.1f} ms {row.ratio:6.2f} "
            f"{row.runs:5d}"
            for row in rows.values()
        ]
        default, ours, passive = (rows[way.name] for way in WAYS)
        lines.append(
            f"  Outis takes {ours.idle_milliseconds / default.idle_milliseconds:.2f} times the default's time idle, "
            f"and {ours.busy_milliseconds / passive.busy_milliseconds:.2f} times the passive one's busy."
        )
    return "\n".join([*lines, "busy: beside another process that keeps a core busy"])
