"""The end of the compute thread: what it waits for, what it still writes and what it gives up."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.compute_thread import Compute
from explorer.compute.jobs import ExportImage, ExportRecipe
from explorer.messages import RenderRequest
from generator.formats.open_face import read_file
from tests.support.compute_fixtures import FakeEngine, Steps, host_with, seeded


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


def test_closing_while_a_frame_renders_waits_for_it_and_leaves_no_thread(qtbot: QtBot, engine: FakeEngine) -> None:
    compute = Compute(host_with(engine))
    compute.start()
    engine.gate.shut()
    compute.request(RenderRequest(1, 1, seeded(1)))
    engine.gate.wait_reached()
    threading.Timer(0.05, engine.gate.open).start()
    assert compute.close()
    assert "compute" not in {thread.name for thread in threading.enumerate()}


def test_closing_while_a_job_runs_cancels_it(qtbot: QtBot, engine: FakeEngine) -> None:
    compute, steps = Compute(host_with(engine)), Steps(1000)
    compute.start()
    steps.gate.shut()
    compute.submit(1, steps)
    steps.gate.wait_reached()
    threading.Timer(0.05, steps.gate.open).start()
    assert compute.close()
    assert steps.closed.is_set()


def test_an_export_asked_for_just_before_closing_is_written(qtbot: QtBot, engine: FakeEngine, tmp_path: Path) -> None:
    compute, picture, recipe = Compute(host_with(engine)), tmp_path / "face.png", tmp_path / "face.json"
    compute.start()
    engine.gate.shut()
    compute.request(RenderRequest(1, 1, seeded(1)))
    engine.gate.wait_reached()  # busy, so that neither export has begun
    compute.submit(1, ExportImage(str(picture), seeded(1)))
    compute.submit(2, ExportRecipe(str(recipe), seeded(1)))
    threading.Timer(0.05, engine.gate.open).start()
    assert compute.close()
    assert read_file(picture).recipe == read_file(recipe).recipe == seeded(1)


def test_an_export_cancelled_just_before_closing_is_not_written(
    qtbot: QtBot, engine: FakeEngine, tmp_path: Path
) -> None:
    compute, picture = Compute(host_with(engine)), tmp_path / "face.png"
    compute.start()
    engine.gate.shut()
    compute.request(RenderRequest(1, 1, seeded(1)))
    engine.gate.wait_reached()
    compute.submit(1, ExportImage(str(picture), seeded(1)))
    compute.cancel(1)
    assert not compute.close(timeout=0.01)  # both orders are still unread
    engine.gate.open()
    assert compute.close()
    assert not picture.exists()


def test_closing_waits_for_a_hanging_step_no_longer_than_it_is_told(qtbot: QtBot, engine: FakeEngine) -> None:
    compute = Compute(host_with(engine))
    compute.start()
    engine.gate.shut()
    compute.request(RenderRequest(1, 1, seeded(1)))
    engine.gate.wait_reached()
    assert not compute.close(timeout=0.01)
    engine.gate.open()
    assert compute.close()


def test_closing_before_the_start_is_no_fault(qtbot: QtBot) -> None:
    assert Compute().close()
