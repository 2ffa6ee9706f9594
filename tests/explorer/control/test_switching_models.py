"""From one model to another and back: the old one stays until the new one has drawn a face, and the session goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import weights
from explorer.compute.jobs import FitComponents, Fitted
from explorer.compute.model_host import ModelHost
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator import checkpoint
from generator.networks import Generator
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.controller_rig import COMPONENTS, Rig
from tests.support.models import random_generator, save_generator
from tests.support.network_cases import CONFIGS
from tests.support.panel_fixtures import click, type_number

OTHER = "b" * 64


@pytest.fixture
def rig(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """A model is open and shown."""
    made = Rig(monkeypatch)
    made.controller.load_model("fake")
    qtbot.waitUntil(lambda: len(made.thumbnails) == 2 and made.shown == [0, 0] and made.states[-1] is None)
    made.frames.clear()
    yield made
    for engine in made.engines.values():
        engine.gate.open()
    assert made.controller.close()


def test_the_session_is_the_old_models_until_the_new_one_has_drawn_its_first_face(qtbot: QtBot, rig: Rig) -> None:
    new = rig.engines["other"]
    new.gate.shut()
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: new.gate.reached.acquire(blocking=False))  # it draws
    assert rig.session.facts is not None
    assert rig.session.facts.hash == rig.engine.generator.hash
    assert rig.frames == []
    new.gate.open()
    qtbot.waitUntil(lambda: bool(rig.frames))
    assert rig.session.facts.hash == OTHER
    assert rig.frames[0].request.recipe.model == OTHER


def test_the_first_face_is_drawn_once(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(7)
    qtbot.waitUntil(lambda: rig.shown == [7])
    rig.frames.clear()
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: rig.shown == [7] and rig.states[-1] is None)
    assert rig.engines["other"].rendered.count((7, None)) == 1


def test_a_model_that_is_opened_again_draws_the_face_that_was_left_and_no_other(qtbot: QtBot, rig: Rig) -> None:
    rig.seed(7)
    qtbot.waitUntil(lambda: rig.shown == [7])
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: rig.session.facts is not None and rig.session.facts.hash == OTHER)
    rig.seed(9)
    qtbot.waitUntil(lambda: rig.shown[-1] == 9)
    rig.frames.clear()
    rig.engine.rendered.clear()
    rig.controller.load_model("fake")
    qtbot.waitUntil(lambda: bool(rig.frames))
    assert rig.shown[0] == 7
    assert 9 not in rig.engine.seeds


def test_a_model_that_cannot_draw_leaves_the_old_one_in_use(qtbot: QtBot, rig: Rig) -> None:
    rig.engines["other"].errors = [MemoryError()]
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert "memory" in rig.failures[0].sentence
    rig.seed(9)
    qtbot.waitUntil(lambda: rig.shown == [9])
    assert rig.engine.seeds[-1] == 9
    assert rig.session.facts is not None
    assert rig.session.facts.hash == rig.engine.generator.hash


# the window on real models --------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """On the shipped model; components are not looked for."""

    def no_components(task: FitComponents, host: ModelHost) -> Job[Fitted]:
        yield Progress(0, 0, "none")
        return Fitted("of another model", COMPONENTS)

    monkeypatch.setattr(FitComponents, "run", no_components)
    session, notifier = Session(Recipe(source=SeedSource(17))), Notifier()
    made = MainWindow(session, Controller(session, notifier, device="cpu"), notifier, Settings())
    qtbot.addWidget(made)
    made.show()
    switch(qtbot, made, str(weights.FACES))
    yield made
    made.close()


@pytest.fixture(scope="module")
def alias_free(tmp_path_factory: pytest.TempPathFactory) -> Path:
    generator = random_generator(CONFIGS["stylegan3-t"])
    generator.name = "tiny-r"
    return save_generator(generator, tmp_path_factory.mktemp("models") / "tiny-r.safetensors")


def switch(qtbot: QtBot, window: MainWindow, path: str) -> None:
    """Open the model and wait for its first face."""
    epoch = window._session.facts.epoch if window._session.facts else 0
    window.asking.open_path(path) if epoch else window._controller.load_model(path)

    def there() -> bool:
        frame = window._controller.last_frame
        return frame is not None and frame.request.epoch > epoch and not window.job_bar.isVisible()

    qtbot.waitUntil(there, timeout=60_000)


def test_there_and_back_the_session_goes_on(qtbot: QtBot, window: MainWindow, alias_free: Path) -> None:
    session, docks = window._session, window.docks
    assert session.facts is not None
    shipped = session.facts
    assert shipped.named
    moved = session.recipe.with_amount(shipped.named[0].direction, 1.5)
    session.edit("Age", replace(moved, truncation=Truncation(0.5)))

    switch(qtbot, window, str(alias_free))
    assert session.facts.config == CONFIGS["stylegan3-t"]
    assert session.recipe.source == SeedSource(17, 0)
    assert (session.recipe.truncation, session.recipe.directions) == (Truncation(0.5), ())
    assert window.panels.directions.named.rows == ()
    assert window.panels.mixing.equaliser.num_ws == 16
    assert not docks.transform.isHidden()
    assert "tiny-r" in window.windowTitle()

    switch(qtbot, window, shipped.path)
    assert replace(session.facts, epoch=1) == shipped
    assert len(window.panels.directions.named.rows) == len(shipped.named)
    assert window.panels.mixing.equaliser.num_ws == 14
    assert docks.transform.isHidden()
    assert Settings().recent == (shipped.path, str(alias_free))


def test_edits_and_stored_faces_are_there_when_their_model_is_opened_again(
    qtbot: QtBot, window: MainWindow, alias_free: Path
) -> None:
    session = window._session
    assert session.facts is not None
    shipped = session.facts
    qtbot.waitUntil(lambda: window.panels.directions.named.complete)
    slider = window.panels.directions.named.sliders[0]
    type_number(slider, "1.5")
    type_number(window.panels.truncation.psi, "0.5")
    qtbot.waitUntil(lambda: shows(window, session.recipe) and window.panels.source.store.isEnabled(), timeout=20_000)
    click(window.panels.source.store)
    left, stored = session.recipe, session.stored_sources
    assert left.amount(shipped.named[0].direction) == 1.5
    assert len(stored) == 1

    switch(qtbot, window, str(alias_free))
    assert not window.panels.source.stored.isEnabled()
    QTest.keyClick(window, Qt.Key.Key_Space)
    switch(qtbot, window, shipped.path)
    assert (session.recipe, session.stored_sources) == (left, stored)
    qtbot.waitUntil(lambda: window.panels.directions.named.complete)
    assert window.panels.directions.named.sliders[0].value() == 1.5
    assert window.panels.truncation.psi.value() == 0.5
    qtbot.waitUntil(lambda: shows(window, left), timeout=20_000)


def test_loading_shows_its_progress_and_escape_keeps_the_old_model(
    qtbot: QtBot, window: MainWindow, alias_free: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = window._session.facts

    def endless(path: str) -> Job[Generator]:
        for step in range(1_000_000):
            time.sleep(0.001)  # reading
            yield Progress(step % 1000, 1000, f"Reading {path}")
        raise AssertionError("nobody cancelled")

    monkeypatch.setattr(checkpoint, "loading", endless)
    window.asking.open_path(str(alias_free))
    qtbot.waitUntil(window.job_bar.isVisible)
    qtbot.waitUntil(lambda: "Reading" in window.job_bar.text)
    QTest.keyClick(window, Qt.Key.Key_Space)  # another face, meanwhile
    qtbot.waitUntil(lambda: shows(window, window._session.recipe), timeout=60_000)
    assert window.job_bar.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.job_bar.isVisible())
    assert window._session.facts == shipped
    assert window._session.recipe.source != SeedSource(17)


def shows(window: MainWindow, recipe: Recipe) -> bool:
    frame = window._controller.last_frame
    return frame is not None and frame.request.recipe == recipe
