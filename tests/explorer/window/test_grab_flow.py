"""The Grab tool in the window: a drag ends where anything else changes the face, fails, or needs the mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from explorer.document.session import Session
from explorer.messages import Grab
from explorer.window.grab_flow import NOT_LEARNT, NOT_YET
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.window_fixtures import LEFT, FakeController, press, result

MIDDLE = np.full((1, 2), 0.5, np.float32)


def grabs(controller: FakeController) -> list[Grab]:
    return [arguments[0] for name, arguments in controller.asked if name == "grab"]


def show(controller: FakeController, grab: Grab, recipe: Recipe) -> None:
    frame = result()
    request = replace(frame.request, recipe=recipe, grab=grab)
    controller.frame_ready.emit(replace(frame, request=request, points=MIDDLE))


@pytest.fixture
def grabbing(window: MainWindow, controller: FakeController, session: Session) -> MainWindow:
    """The tool is on and its only point, in the middle of the face, can be pulled."""
    press(window, Qt.Key.Key_G)
    show(controller, Grab(), session.recipe)
    assert session.facts is not None
    controller.grab_ready.emit(session.facts.hash)
    return window


def pull(window: MainWindow) -> QPoint:
    """Press on the point and move; the hand stays there."""
    point = window.grabs.tool.place(0, window.view.viewport).toPoint()
    QTest.mousePress(window.view, LEFT, pos=point)
    move(window, point + QPoint(20, 0))
    return point


def move(window: MainWindow, to: QPoint) -> None:
    QTest.mouseMove(window.view, to)


@pytest.mark.parametrize("dropped", [False, True], ids=["while the hand pulls", "while the face follows"])
def test_a_new_face_is_not_replaced_by_the_drag_of_the_one_before(
    grabbing: MainWindow, controller: FakeController, session: Session, dropped: bool
) -> None:
    point = pull(grabbing)
    if dropped:
        QTest.mouseRelease(grabbing.view, LEFT, pos=point)
    other = Recipe(source=SeedSource(9))
    session.edit("New face", other)
    show(controller, grabs(controller)[-1], replace(session.recipe, source=SeedSource(85), truncation=Truncation(0.6)))
    assert session.recipe == other
    assert grabbing.grabs.is_resting


def test_undo_takes_a_drag_back_that_is_still_on_its_way(
    grabbing: MainWindow, controller: FakeController, session: Session
) -> None:
    before = session.recipe
    point = pull(grabbing)
    moved = replace(before, truncation=Truncation(0.6))
    show(controller, grabs(controller)[-1], moved)
    assert session.recipe == moved
    QTest.mouseRelease(grabbing.view, LEFT, pos=point)
    session.undo_stack.undo()
    show(controller, grabs(controller)[-1], replace(before, truncation=Truncation(0.5)))
    assert session.recipe == before
    assert session.undo_stack.canRedo()


def test_after_a_frame_that_failed_the_next_drag_asks_again(grabbing: MainWindow, controller: FakeController) -> None:
    pull(grabbing)
    controller.grab_failed.emit()
    assert grabbing.grabs.is_resting
    QTest.mouseRelease(grabbing.view, LEFT)
    pull(grabbing)
    assert [grab.drag for grab in grabs(controller)] == [1, 2]


def test_two_faces_that_are_wiped_have_the_mouse_to_themselves(grabbing: MainWindow) -> None:
    grabbing.faces.wipe(1, 2)
    assert not grabbing.menu_actions.grab.isChecked()
    assert grabbing.menu_actions.compare.isChecked()


def test_a_hand_that_left_for_the_light_table_pulls_no_more(grabbing: MainWindow, controller: FakeController) -> None:
    point = pull(grabbing)
    grabbing.faces.show_table()
    grabbing.faces.show_picture()
    asked = grabs(controller)
    move(grabbing, point + QPoint(60, 0))
    assert not grabbing.grabs.tool.is_pulling
    assert grabs(controller) == asked


@pytest.mark.parametrize(("learns", "stays"), [(True, True), (False, False)], ids=["it is learning", "it gave up"])
def test_a_pull_before_it_is_known_how_faces_move_is_told_why(
    window: MainWindow, controller: FakeController, session: Session, learns: bool, stays: bool
) -> None:
    controller.runs = lambda *_: learns  # type: ignore[method-assign]
    press(window, Qt.Key.Key_G)
    show(controller, Grab(), session.recipe)
    pull(window)
    assert window.statusBar().currentMessage() == (NOT_YET if stays else NOT_LEARNT)
    assert window.menu_actions.grab.isChecked() is stays
    assert grabs(controller) == []


def test_on_the_light_table_the_tool_shows_what_it_takes_hold_of(grabbing: MainWindow) -> None:
    press(grabbing, Qt.Key.Key_G)
    press(grabbing, Qt.Key.Key_L)
    assert grabbing.faces.stage.currentWidget() is grabbing.faces.table
    press(grabbing, Qt.Key.Key_G)
    assert grabbing.faces.stage.currentWidget() is grabbing.view
    assert grabbing.view.tool is grabbing.grabs.tool
