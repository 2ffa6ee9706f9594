"""Another model while one is open: what stays, what is dropped, what goes on meanwhile."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.support.compute_fixtures import Gate, Steps
from tests.support.controller_rig import COMPONENTS, Rig


def test_a_frame_of_the_model_before_is_dropped(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.gate.shut()
    rig.seed(1)
    rig.engine.gate.wait_reached()
    assert rig.session.facts is not None
    rig.session.set_model(replace(rig.session.facts, epoch=99))
    rig.engine.gate.open()
    rig.controller.fit_components()
    qtbot.waitUntil(lambda: None in rig.states)
    assert rig.shown == []


def test_another_model_shows_the_same_seed(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(3)
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: bool(rig.frames) and rig.frames[-1].request.recipe.model == "b" * 64)
    assert rig.shown[-1] == 3


def test_a_model_that_is_refused_changes_nothing(qtbot: QtBot, rig: Rig) -> None:
    facts = rig.session.facts
    rig.controller.load_model("nonsense")
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert rig.failures[0].sentence == "That is not a model; choose another file."
    assert rig.session.facts is facts
    rig.seed(4)
    qtbot.waitUntil(lambda: rig.shown == [4])


def test_exploring_goes_on_while_a_model_loads(qtbot: QtBot, rig: Rig) -> None:
    ready = Gate()
    waiting = Steps(10_000, ready)
    rig.fit = waiting
    rig.controller.fit_components()
    rig.seed(5)
    qtbot.waitUntil(lambda: rig.shown == [5])
    assert len(waiting.done) < 10_000
    rig.controller.cancel_job()
    qtbot.waitUntil(waiting.closed.is_set)


def test_a_model_cancelled_while_its_first_face_is_drawn_changes_nothing(qtbot: QtBot, rig: Rig) -> None:
    other = rig.engines["other"]
    other.gate.shut()
    rig.controller.load_model("other")
    other.gate.wait_reached()
    rig.controller.cancel_job()
    other.gate.open()
    qtbot.waitUntil(lambda: rig.states[-1] is None)
    assert rig.session.recipe.model == "f" * 64
    rig.seed(3)
    qtbot.waitUntil(lambda: rig.shown[-1:] == [3])
    assert rig.engine.seeds[-1:] == [3]


def test_a_second_load_replaces_the_first(qtbot: QtBot, rig: Rig) -> None:
    rig.load_gate.shut()
    rig.controller.load_model("fake")
    rig.controller.load_model("other")
    rig.load_gate.open()
    qtbot.waitUntil(lambda: bool(rig.frames) and rig.frames[-1].request.recipe.model == "b" * 64)
    qtbot.waitUntil(lambda: rig.states[-1] is None)


def test_a_device_that_gives_up_is_announced_and_the_model_opened_on_the_cpu(qtbot: QtBot, rig: Rig) -> None:
    rig.engine.on_cpu = False
    rig.engine.errors = [RuntimeError("CUDA error: unspecified launch failure")]
    rig.seed(1)
    qtbot.waitUntil(lambda: rig.shown == [1])
    assert rig.session.facts is not None
    assert "stopped answering; switched to the CPU" in rig.session.facts.notice
    assert any("switched to the CPU" in failure.sentence for failure in rig.failures)
    assert rig.session.components is COMPONENTS
