"""Going from face to face in the window, and taking edits back, through real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.window.main_window import MainWindow
from tests.support.panel_fixtures import click, type_number
from tests.support.window_fixtures import FakeController, press, shown

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot: QtBot, session: Session) -> MainWindow:
    made = shown(qtbot, session, FakeController(), Notifier())
    qtbot.waitUntil(lambda: made.panels.directions.named.complete)
    return made


def test_the_previous_face_comes_back_with_its_sliders(window: MainWindow, session: Session) -> None:
    source, sliders = window.panels.source, window.panels.directions.named.sliders
    type_number(sliders[0], "1.5")
    type_number(window.panels.truncation.psi, "0.4")
    type_number(source.field.seed, "7")
    type_number(sliders[0], "-2")
    click(source.back)
    assert (source.field.seed.value(), sliders[0].value(), window.panels.truncation.psi.value()) == (85, 1.5, 0.4)
    click(source.forward)
    assert (source.field.seed.value(), sliders[0].value()) == (7, -2)
    for _ in range(2):
        press(window, Qt.Key.Key_Z, CTRL)
    assert (source.field.seed.value(), sliders[0].value()) == (7, -2)
    press(window, Qt.Key.Key_Z, CTRL)
    assert (source.field.seed.value(), sliders[0].value()) == (7, 1.5)
    assert source.back.isEnabled()


def test_resetting_says_so_and_its_notice_undoes_it(window: MainWindow, session: Session) -> None:
    slider = window.panels.directions.named.sliders[0]
    type_number(slider, "1.5")
    type_number(window.panels.truncation.psi, "0.4")
    edited = session.recipe
    window.view.setFocus()
    press(window, Qt.Key.Key_R)
    assert (session.recipe, slider.value()) == (session.neutral, 0)
    assert window.undo_notice.isVisible()
    assert window.undo_notice.sentence == "All edits removed."
    click(window.undo_notice.undo)
    assert (session.recipe, slider.value()) == (edited, 1.5)
    assert not window.undo_notice.isVisible()


def test_the_notice_goes_with_the_next_step_which_its_undo_would_not_mean(window: MainWindow, session: Session) -> None:
    type_number(window.panels.truncation.psi, "0.4")
    window.statusBar().showMessage("Saved face.png")
    window.view.setFocus()
    press(window, Qt.Key.Key_R)
    assert window.undo_notice.isVisible()
    type_number(window.panels.truncation.psi, "0.9")
    assert not window.undo_notice.isVisible()


def test_resetting_a_face_without_edits_says_that_there_are_none(window: MainWindow, session: Session) -> None:
    press(window, Qt.Key.Key_R)
    assert window.statusBar().currentMessage() == "This face has no edits."
    assert not window.undo_notice.isVisible()
    assert session.undo_stack.count() == 0
