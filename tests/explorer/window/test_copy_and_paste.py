"""Ctrl+C and Ctrl+V in the window, with the real controller and its compute thread on a fake engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import Fitted
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import LatentSource, SeedSource
from tests.support.compute_fixtures import Steps
from tests.support.controller_rig import Rig, idle_rig
from tests.support.panel_fixtures import COMPONENTS, components, type_number
from tests.support.window_fixtures import PLAIN, press

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def rig(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with idle_rig(monkeypatch) as made:
        made.fit = Steps(1, result=Fitted("f" * 64, components(4)))
        yield made


@pytest.fixture
def window(qtbot: QtBot, rig: Rig) -> Iterator[MainWindow]:
    """On a fake engine, with some components."""
    made = MainWindow(rig.session, rig.controller, rig.notifier, Settings())
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    rig.controller.load_model("fake")
    made.panels.directions.tabs.setCurrentIndex(COMPONENTS)
    sliders = made.panels.directions.components.list
    qtbot.waitUntil(lambda: bool(sliders.rows) and sliders.complete and bool(rig.states) and rig.states[-1] is None)
    yield made
    made.close()


def copy(qtbot: QtBot, window: MainWindow, rig: Rig, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    rig.said.clear()
    window.view.setFocus()  # not a field with a number, which would copy that
    press(window, Qt.Key.Key_C, CTRL | modifiers)
    qtbot.waitUntil(lambda: bool(rig.said))


def paste(window: MainWindow) -> None:
    window.view.setFocus()
    press(window, Qt.Key.Key_V, CTRL)


@pytest.mark.parametrize("modifiers", [PLAIN, SHIFT])
def test_what_is_copied_and_pasted_comes_back_with_its_sliders(
    qtbot: QtBot, window: MainWindow, rig: Rig, modifiers: Qt.KeyboardModifier
) -> None:
    slider, psi = window.panels.directions.components.list.sliders[1], window.panels.truncation.psi
    rig.seed(5)
    type_number(slider, "1.5")
    type_number(psi, "0.4")
    copied = rig.session.recipe
    copy(qtbot, window, rig, modifiers)
    type_number(slider, "-2")
    type_number(window.panels.source.field.seed, "9")
    type_number(psi, "1")
    edited = rig.session.recipe
    paste(window)
    qtbot.waitUntil(lambda: rig.session.recipe == copied)
    assert (slider.value(), psi.value(), window.panels.source.field.seed.value()) == (1.5, 0.4, 5)
    assert rig.offered == []
    assert rig.session.has_unsaved_work
    assert rig.session.opened_file is None
    press(window, Qt.Key.Key_Z, CTRL)
    assert rig.session.recipe == edited


@pytest.mark.parametrize("modifiers", [PLAIN, SHIFT])
def test_pasting_what_is_shown_loses_nothing(
    qtbot: QtBot, window: MainWindow, rig: Rig, modifiers: Qt.KeyboardModifier
) -> None:
    type_number(window.panels.directions.components.list.sliders[1], "1.5")
    before, steps = rig.session.recipe, rig.session.undo_stack.count()
    copy(qtbot, window, rig, modifiers)
    paste(window)
    qtbot.waitUntil(lambda: len(rig.said) == 2)
    assert rig.said[1] == "This face is already shown."
    assert (rig.session.recipe, rig.session.undo_stack.count(), rig.offered) == (before, steps, [])


def test_the_latent_of_what_is_shown_that_went_through_another_program_loses_nothing_either(
    qtbot: QtBot, window: MainWindow, rig: Rig
) -> None:
    rig.seed(5)
    type_number(window.panels.directions.components.list.sliders[1], "1.5")
    before = rig.session.recipe
    copy(qtbot, window, rig, SHIFT)
    text = QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().setText(text)  # the recipe besides it is gone
    full = lambda: rig.frames[-1].request.recipe == before and rig.frames[-1].w_plus is not None  # noqa: E731
    qtbot.waitUntil(full)
    paste(window)
    qtbot.waitUntil(lambda: "This face is already shown." in rig.said)
    assert (rig.session.recipe, rig.offered) == (before, [])
    rig.session.reset()
    rig.seed(6)
    paste(window)
    qtbot.waitUntil(lambda: isinstance(rig.session.recipe.source, LatentSource))


def test_other_programs_get_the_picture_and_the_numbers_alone(qtbot: QtBot, window: MainWindow, rig: Rig) -> None:
    copy(qtbot, window, rig)
    data = QGuiApplication.clipboard().mimeData()
    assert (data.hasImage(), data.hasText()) == (True, False)
    copy(qtbot, window, rig, SHIFT)
    assert QGuiApplication.clipboard().text().startswith("[[0, 0")
    assert rig.session.recipe.source == SeedSource(0)
