"""Only clean faces: "New face" looks one face ahead, waits where it must, and says what was left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.compute.jobs import FindClean
from explorer.document.session import Session
from explorer.messages import CleanFound
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import SeedSource
from tests.support.panel_fixtures import facts
from tests.support.window_fixtures import FakeController, result

CLEAN = 4711


def looks(controller: FakeController) -> list[FindClean]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if type(task) is FindClean]


@pytest.fixture(autouse=True)
def only_clean(window: MainWindow, controller: FakeController, session: Session) -> None:
    session.set_model(facts())
    controller.frame_ready.emit(result(colour=120))
    window.panels.closer.only_clean.setChecked(True)


def press_space(window: MainWindow) -> None:
    window.menu_actions.new_face.trigger()


def new_faces(controller: FakeController) -> int:
    return sum(name == "new_face" for name, _ in controller.asked)


def test_the_face_that_comes_next_is_looked_at_before_it_is_asked_for(
    controller: FakeController, session: Session
) -> None:
    (look,) = looks(controller)
    assert look.recipe == session.next_face
    assert look.recipe.source == SeedSource(look.seeds[0])
    assert len(set(look.seeds)) > 20


def test_the_clean_face_is_the_next_one(window: MainWindow, controller: FakeController, session: Session) -> None:
    controller.clean_found.emit(CleanFound(session.recipe.model, CLEAN, 3))
    assert session.next_face.source == SeedSource(CLEAN)
    press_space(window)
    assert new_faces(controller) == 1
    assert len(looks(controller)) == 2


def test_a_face_that_is_wanted_before_it_is_found_comes_when_it_is(
    window: MainWindow, controller: FakeController, session: Session
) -> None:
    press_space(window)
    press_space(window)
    assert new_faces(controller) == 0
    controller.clean_found.emit(CleanFound(session.recipe.model, CLEAN, 1))
    assert new_faces(controller) == 1


def test_what_was_found_for_another_model_is_no_news(
    window: MainWindow, controller: FakeController, session: Session
) -> None:
    model = session.recipe.model
    session.set_model(replace(facts(), hash="e" * 64))
    controller.clean_found.emit(CleanFound(model, CLEAN, 0))
    assert session.next_face.source != SeedSource(CLEAN)
    assert looks(controller)[-1].recipe.model == "e" * 64


def test_switched_off_new_faces_come_as_ever(window: MainWindow, controller: FakeController) -> None:
    QTest.keyClick(window.panels.closer.only_clean, Qt.Key.Key_Space)
    press_space(window)
    assert new_faces(controller) == 1
    assert ("cancel", (FindClean,)) in controller.asked
