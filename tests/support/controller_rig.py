"""A controller on a fake engine, for tests of what it shows and says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from explorer.compute.compute_thread import Compute
from explorer.compute.jobs import FitComponents, Fitted, LoadModel
from explorer.compute.model_host import ModelHost
from explorer.control import frame_scheduler as frames
from explorer.control.controller import Controller
from explorer.control.notify import JobState, Notifier
from explorer.document.session import Session
from explorer.messages import Components, Failure, ModelFacts, RenderResult
from generator.errors import CheckpointError
from generator.formats.open_face import Opened
from generator.progress import Job, Progress
from generator.recipe.recipe import SeedSource, Truncation
from tests.support.compute_fixtures import FakeEngine, Gate, Steps, seed_of

COMPONENTS = Components((), np.ones(1, np.float32), np.ones((1, 1), np.float32))


class Rig(QObject):
    """A controller on a fake engine, and everything it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.engines = {"fake": FakeEngine(), "other": FakeEngine("b" * 64)}
        self.engine = self.engines["fake"]
        self.load_gate, self.fit = Gate(), Steps(1, result=Fitted("f" * 64, COMPONENTS))
        self._patch(monkeypatch)
        self.session, self.notifier = Session(), Notifier()
        self.frames: list[RenderResult] = []
        self.before: list[RenderResult | None] = []
        self.thumbnails: list[RenderResult] = []
        self.pinned: list[RenderResult | None] = []
        self.offered: list[Opened] = []
        self.failures: list[Failure] = []
        self.said: list[str] = []
        self.states: list[JobState | None] = []
        self.controller = Controller(self.session, self.notifier, Compute(ModelHost()))
        self._listen()

    def _patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def load(task: LoadModel, host: ModelHost) -> Job[ModelFacts]:
            yield Progress(0, 1, "loading")
            self.load_gate.pass_through()
            if task.path not in self.engines:
                raise CheckpointError("That is not a model; choose another file.")
            return (yield from host.switch_to(self.engines[task.path], task.path, (), task.reason))  # type: ignore[arg-type]

        monkeypatch.setattr(LoadModel, "run", load)
        monkeypatch.setattr(frames, "SETTLE_MS", 20)
        monkeypatch.setattr(FitComponents, "run", lambda task, host: self.fit.run(host))

    def _listen(self) -> None:
        controller, notifier = self.controller, self.notifier
        controller.frame_ready.connect(self.frames.append)
        controller.before_ready.connect(self.before.append)
        controller.thumbnail_ready.connect(self.thumbnails.append)
        controller.pinned_changed.connect(self.pinned.append)
        controller.file_offered.connect(self.offered.append)
        notifier.failed.connect(self.failures.append)
        notifier.said.connect(self.said.append)
        notifier.progressed.connect(self.states.append)

    @property
    def shown(self) -> list[int]:
        return [seed_of(frame.request.recipe) for frame in self.frames]

    def seed(self, seed: int, gesture: int | None = None) -> None:
        self.session.edit("Seed", replace(self.session.recipe, source=SeedSource(seed)), gesture)

    def psi(self, psi: float) -> None:
        self.session.edit("Truncation", replace(self.session.recipe, truncation=Truncation(psi)))

    def make_full_frames_slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As far as the choice of quality goes."""
        monkeypatch.setattr(frames, "SLOW_MS", -1.0)


@contextmanager
def idle_rig(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """No model yet. Whatever is held is let go at the end, and the compute thread has ended."""
    made = Rig(monkeypatch)
    yield made
    for gate in (made.load_gate, made.fit.gate, *(engine.gate for engine in made.engines.values())):
        gate.open()
    assert made.controller.close()


def with_model(qtbot: QtBot, rig: Rig) -> Rig:
    """The rig once a model is open, its first face shown, nothing under way."""
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: len(rig.thumbnails) == 2 and rig.shown == [0, 0] and rig.states[-1] is None)
    for seen in (rig.frames, rig.thumbnails, rig.said, rig.states, rig.engine.rendered):
        seen.clear()
    return rig
