"""What the tests of the compute thread share: an engine that renders when it is let, and tasks made of steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter, thread_time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from pytestqt.qtbot import QtBot

from explorer.compute.compute_thread import Compute, JobReport
from explorer.compute.jobs import JobSteps, LoadModel, Task
from explorer.compute.model_host import ModelHost
from explorer.messages import RenderFailed, RenderResult
from generator.config import GeneratorConfig
from generator.errors import RenderCancelled
from generator.formats.latent_file import Latents
from generator.progress import Progress, finish
from generator.recipe.recipe import Floats, Recipe, SeedSource
from generator.render.engine import Rendering

CONFIG = GeneratorConfig(256, z_dim=8, w_dim=8)
PATIENCE = 30.0  # seconds after which a held fake gives up


def seeded(seed: int) -> Recipe:
    return Recipe(source=SeedSource(seed))


def seed_of(recipe: Recipe) -> int:
    assert isinstance(recipe.source, SeedSource)
    return recipe.source.seed


@dataclass
class FakeGenerator:
    hash: str = "f" * 64
    name: str = "fake"
    description: str = ""
    origin: str = ""
    class_names: tuple[str, ...] = ()
    class_fault: str = ""

    def parameters(self) -> list[Any]:
        return []


class Gate:
    """Stops whoever passes while it is shut, and counts them."""

    def __init__(self) -> None:
        self._changed, self._is_open, self._tickets = threading.Condition(), True, 0
        self.reached = threading.Semaphore(0)

    def shut(self) -> None:
        """Whoever comes from now on waits; whoever passed before no longer counts."""
        with self._changed:
            self._is_open = False
        while self.reached.acquire(blocking=False):
            pass

    def open(self) -> None:
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def let_one_through(self) -> None:
        with self._changed:
            self._tickets += 1
            self._changed.notify_all()

    def pass_through(self) -> None:
        self.reached.release()
        with self._changed:
            passed = self._changed.wait_for(lambda: self._is_open or self._tickets, PATIENCE)
            assert passed, "nobody opened the gate"
            self._tickets -= not self._is_open

    def wait_reached(self) -> None:
        assert self.reached.acquire(timeout=PATIENCE), "nobody reached the gate"


class FakeEngine:
    """Renders a flat picture whose grey is the seed; `gate` holds it, `errors` are raised one a render."""

    def __init__(self, model_hash: str = "f" * 64, on_cpu: bool = True) -> None:
        self.config, self.generator = CONFIG, FakeGenerator(model_hash)
        self.device, self.notice, self.remark, self.on_cpu = "fake device", "", "", on_cpu
        self.precision = self.live_precision = "float32"
        self.gate = Gate()
        self.errors: list[Exception] = []
        self.rendered: list[tuple[int, int | None]] = []  # (seed, max_resolution)
        self.ahead: list[tuple[int, int | None]] = []  # the same of whole pictures drawn aside
        self.holds_less = False
        self.prepare: Callable[[int | None], None] = lambda preview: None
        self.shifts: dict[int, NDArray[np.int16]] = {}
        self.threads: set[str] = set()
        self.learns, self.learnt, self.quick = False, 0, 0  # `quick` previews might be approximations
        self.previews_at_once = False

    @property
    def seeds(self) -> list[int]:
        return [seed for seed, _ in self.rendered]

    def render(
        self,
        recipe: Recipe,
        max_resolution: int | None = None,
        is_cancelled: Callable[[], bool] | None = None,
        live: bool = False,
        aside: bool = False,
    ) -> NDArray[np.uint8]:
        self.gate.pass_through()
        if is_cancelled is not None and is_cancelled():
            raise RenderCancelled
        self.threads.add(threading.current_thread().name)
        if self.errors:
            raise self.errors.pop(0)
        (self.ahead if aside and max_resolution is None else self.rendered).append((seed_of(recipe), max_resolution))
        return np.full((4, 6, 3), seed_of(recipe) % 256, np.uint8)

    @property
    def has_previews(self) -> bool:
        return self.config.stops_early or self.learns

    def learn_previews(self, sizes: Iterable[int], is_cancelled: Callable[[], bool]) -> None:
        self.learnt += 1

    def picture(self, recipe: Recipe) -> NDArray[np.uint8]:
        return self.render(recipe)

    def rendering(
        self, recipe: Recipe, max_resolution: int | None = None, *how: Any, quick: bool = False, **flags: Any
    ) -> Rendering:
        start = perf_counter()
        self.quick += quick and max_resolution is not None
        pixels = self.render(recipe, max_resolution, *how, **flags)
        shifts = self.shifts if max_resolution is None else {}
        return Rendering(recipe, pixels, self.w_plus(recipe)[0].numpy(), 1000 * (perf_counter() - start), shifts)

    def colour_shifts(self) -> dict[int, NDArray[np.int16]]:
        return self.shifts

    def reduce_memory(self) -> bool:
        held_less, self.holds_less = self.holds_less, True
        return not held_less

    def w_plus(self, recipe: Recipe) -> torch.Tensor:
        return torch.full((1, CONFIG.num_ws, CONFIG.w_dim), float(seed_of(recipe)))

    def latents(self, recipe: Recipe) -> Latents:
        return Latents(z=None, w=None, w_plus=self.w_plus(recipe)[0].numpy())

    def mapping(self, z: Floats) -> Floats:
        return z

    sampled = mapping


def host_with(engine: FakeEngine) -> ModelHost:
    host = ModelHost()
    finish(host.switch_to(engine, "fake.safetensors"))  # type: ignore[arg-type]
    return host


@dataclass(frozen=True)
class Steps(Task[object]):
    """A task of `total` steps; each passes the gate. `closed` is set when it is cancelled."""

    total: int
    gate: Gate = field(default_factory=Gate)
    closed: threading.Event = field(default_factory=threading.Event)
    done: list[int] = field(default_factory=list)
    result: object = "the result"
    before_step: Callable[[], None] = lambda: None
    title: str = "Counting"

    def run(self, host: ModelHost) -> JobSteps[object]:
        try:
            for step in range(self.total):
                yield Progress(step, self.total, f"step {step}")
                self.gate.pass_through()
                self.before_step()
                self.done.append(step)
        except GeneratorExit:
            self.closed.set()
            raise
        return self.result


class Answers(QObject):
    """Collects what a `Compute` answers, on the GUI thread."""

    def __init__(self, compute: Compute) -> None:
        super().__init__()
        self.rendered: list[RenderResult] = []
        self.failed: list[RenderFailed] = []
        self.reports: list[JobReport] = []
        self.reloads: list[LoadModel] = []
        self.notices: list[str] = []
        queued = Qt.ConnectionType.QueuedConnection
        compute.rendered.connect(self._take_frame, queued)
        compute.render_failed.connect(self._take_failure, queued)
        compute.job_reported.connect(self._take_report, queued)
        compute.reload_wanted.connect(self._take_reload, queued)
        compute.noticed.connect(self._take_notice, queued)

    def of(self, kind: type) -> list[JobReport]:
        return [report for report in self.reports if isinstance(report, kind)]

    @Slot(object)
    def _take_frame(self, result: RenderResult) -> None:
        self.rendered.append(result)

    @Slot(object)
    def _take_failure(self, answer: RenderFailed) -> None:
        self.failed.append(answer)

    @Slot(object)
    def _take_report(self, report: JobReport) -> None:
        self.reports.append(report)

    @Slot(str)
    def _take_notice(self, sentence: str) -> None:
        self.notices.append(sentence)

    @Slot(object)
    def _take_reload(self, task: LoadModel) -> None:
        self.reloads.append(task)


def work_of_moves(qtbot: QtBot, move: Callable[[int], None]) -> float:
    """Milliseconds of this thread's own work for the most costly of 40 moves, after each of which the loop turns.

    Whoever waits in a move for a gate that is shut never comes back. Other programs on the machine cost nothing.
    """
    most = 0.0
    for seed in range(1, 41):
        turned: list[bool] = []
        start = thread_time()
        move(seed)
        QTimer.singleShot(0, partial(turned.append, True))
        qtbot.waitUntil(lambda turned=turned: bool(turned))
        most = max(most, 1000 * (thread_time() - start))
    return most
