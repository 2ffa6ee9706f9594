"""The light table, the history and the kept faces in the window, through real events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawPictures, WriteFaces
from explorer.document.session import Session
from explorer.messages import PictureDrawn
from explorer.table import face_list
from explorer.table.wishes import Wish
from explorer.view.tools import Wipe
from explorer.window import table_flow
from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.project.packing import PackedRecipe
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_library import OTHER
from tests.support.panel_fixtures import facts
from tests.support.table_fixtures import click, double_click, drop, middle, open_table, put
from tests.support.window_fixtures import FakeController, press

CTRL = Qt.KeyboardModifier.ControlModifier
GREY, RED = QImage(32, 32, QImage.Format.Format_RGB32), QImage(32, 32, QImage.Format.Format_RGB32)
GREY.fill(0xFF808080)
RED.fill(0xFFFF0000)


def submitted(controller: FakeController, kind: type) -> list[Any]:
    return [arguments[0] for name, arguments in controller.asked if name == "submit" and isinstance(arguments[0], kind)]


def test_l_shows_the_table_and_the_picture_again(window):
    open_table(window)
    assert window.faces.table.isVisible()
    assert not window.view.isVisible()
    assert window.menu_actions.light_table.isChecked()
    press(window, Qt.Key.Key_L)
    assert window.view.isVisible()
    assert window.view.hasFocus()


def test_k_puts_the_face_on_the_table_and_undo_takes_it_away(window, session):
    press(window, Qt.Key.Key_K)
    table = window.faces.table
    assert [window.library.face(id).recipe for id in table.faces.ids] == [session.recipe]
    session.undo_stack.undo()
    assert table.faces.ids == ()


def test_enter_and_a_double_click_open_a_face_as_an_undo_step(window, session):
    first, second = put(window, 2)
    before, grid = session.recipe, open_table(window)
    double_click(grid, second)
    assert session.recipe.source == SeedSource(100 + second)
    assert window.view.isVisible()
    assert window.windowTitle().startswith(f"Face {second} ")
    press(window, Qt.Key.Key_L)
    click(grid, first)
    press(window, Qt.Key.Key_Return)
    assert session.recipe.source == SeedSource(100 + first)
    for _ in range(2):
        session.undo_stack.undo()
    assert session.recipe == before


def test_stars_rejecting_and_deleting_many_are_one_undo_step_each(window, session):
    ids = put(window, 3)
    grid, library = open_table(window), window.library
    click(grid, ids[0])
    press(window, Qt.Key.Key_A, CTRL)
    steps = session.undo_stack.count()
    press(window, Qt.Key.Key_4)
    press(window, Qt.Key.Key_X)
    assert all((library.face(id).stars, library.face(id).rejected) == (4, True) for id in ids)
    press(window, Qt.Key.Key_Delete)
    assert window.faces.table.faces.ids == ()
    assert session.undo_stack.count() - steps == 3
    press(window, Qt.Key.Key_Z, CTRL)
    assert window.faces.table.faces.ids == ids
    for _ in range(2):
        press(window, Qt.Key.Key_Z, CTRL)
    assert all((library.face(id).stars, library.face(id).rejected) == (0, False) for id in ids)


def test_faces_are_dragged_to_another_place_and_undo_puts_them_back(window, session):
    ids = put(window, 5)
    grid = open_table(window)
    card = grid.visualRect(grid.faces.index(1))
    assert drop(grid, (ids[4], ids[3]), card.topLeft() + QPoint(10, 20))
    assert window.faces.table.faces.ids == (ids[0], ids[3], ids[4], ids[1], ids[2])
    session.undo_stack.undo()
    assert window.faces.table.faces.ids == ids


def test_faces_can_be_put_between_the_same_two_without_end(window):
    first, last, *others = put(window, 2) + put(window, 1)
    for _ in range(200):
        window.faces.editing.move((others[0],), last)
        window.faces.editing.move((last,), others[0])
        order = window.faces.table.faces.ids
        assert (order.index(last) + 1, order.index(first)) == (order.index(others[0]), 0)


@pytest.mark.parametrize(
    ("key", "typed", "field", "value"),
    [
        (Qt.Key.Key_F2, "Anna", "name", ("Anna 1", "Anna 2")),
        (Qt.Key.Key_T, "old,  new hair ,old", "tags", (("new hair", "old"), ("new hair", "old"))),
    ],
)
def test_names_and_tags_are_given_to_all_that_are_marked(window, session, key, typed, field, value):
    ids = put(window, 2)
    grid = open_table(window)
    click(grid, ids[1])
    click(grid, ids[0], CTRL)
    press(window, key)
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue(typed)
    dialog.accept()
    assert tuple(getattr(window.library.face(id), field) for id in ids) == value


def test_a_duplicate_stands_behind_its_face(window):
    ids = put(window, 3)
    click(open_table(window), ids[0])
    press(window, Qt.Key.Key_D, CTRL)
    order = window.faces.table.faces.ids
    assert (order[0], order[2:]) == (ids[0], ids[1:])
    copy = window.library.face(order[1])
    assert (copy.recipe, copy.parent) == (window.library.face(ids[0]).recipe, ids[0])


def test_marked_faces_are_compared_and_escape_goes_back_to_the_table(window, controller):
    ids = put(window, 3)
    grid = open_table(window)
    click(grid, ids[0])
    click(grid, ids[2], CTRL)
    press(window, Qt.Key.Key_C)
    assert window.faces.compare.isVisible()
    assert window.faces.compare.ids == (ids[2], ids[0])
    wanted = submitted(controller, DrawPictures)[-1].faces
    assert [id for id, _ in wanted] == [ids[2], ids[0]]
    controller.picture_drawn.emit(PictureDrawn(*wanted[0], np.full((64, 64, 3), 200, np.uint8)))
    assert window.faces.compare.canvas.pictures.keys() == {ids[2]}
    press(window, Qt.Key.Key_Escape)
    assert grid.isVisible()
    assert set(grid.marked_ids) == {ids[0], ids[2]}


def test_the_full_screen_pass_goes_over_all_from_the_marked_one_and_its_stars_are_kept(window, qtbot):
    ids = put(window, 3)
    grid = open_table(window)
    click(grid, ids[1])
    press(window, Qt.Key.Key_F5)
    culling = window.faces.culling
    assert (culling.shown, culling.position) == (ids[1], "2 of 3")
    QTest.keyClick(culling, Qt.Key.Key_5)
    QTest.keyClick(culling, Qt.Key.Key_Right)
    QTest.keyClick(culling, Qt.Key.Key_X)
    assert [window.library.face(id).stars for id in ids] == [0, 5, 0]
    assert window.library.face(ids[2]).rejected
    QTest.keyClick(culling, Qt.Key.Key_Escape)
    assert window.faces.culling is None


def test_a_second_pass_ends_the_first(window, qtbot):
    ids = put(window, 2)
    click(open_table(window), ids[0])
    press(window, Qt.Key.Key_F5)
    first = window.faces.culling
    with qtbot.waitSignal(first.destroyed):
        window.faces.table.grid.wished.emit(Wish.CULL, ids)
    assert window.faces.culling.shown == ids[0]
    window.faces.culling.close()


def test_a_click_in_the_history_goes_back_and_one_on_a_kept_face_shows_it(window, session, qtbot):
    (old,), (kept,) = put(window, 1, Place.HISTORY), put(window, 1)
    window.docks.history.raise_()
    history = window.panels.history.strip
    qtbot.waitUntil(lambda: history.isVisible() and history.viewport().height() > 40)
    click(history, old)
    assert session.recipe.source == SeedSource(100 + old)
    window.docks.faces.raise_()
    strip = window.panels.faces.strip
    qtbot.waitUntil(lambda: strip.isVisible() and strip.viewport().height() > 40)
    click(strip, kept)
    assert session.recipe.source == SeedSource(100 + kept)
    assert window.library.marked == (kept,)


def test_peeking_changes_the_view_and_not_the_face(window, session, controller, monkeypatch):
    (old,) = put(window, 1, Place.HISTORY)
    monkeypatch.setattr(window.library, "thumbnail", lambda id: GREY)
    before, recipe = window.view.grab().toImage(), session.recipe
    window.panels.history.peeked.emit(old)
    assert window.view.grab().toImage() != before
    assert [id for id, _ in submitted(controller, DrawPictures)[-1].faces] == [old]
    window.panels.history.peeked.emit(None)
    assert window.view.grab().toImage() == before
    controller.picture_drawn.emit(PictureDrawn(old, recipe, np.full((64, 64, 3), 7, np.uint8)))  # late
    assert window.view.grab().toImage() == before
    assert session.recipe == recipe


def test_a_face_that_was_peeked_at_is_not_on_the_screen_after_the_light_table(window, monkeypatch):
    (old,) = put(window, 1, Place.HISTORY)
    monkeypatch.setattr(window.library, "thumbnail", lambda id: GREY)
    before = window.view.grab().toImage()
    window.panels.history.peeked.emit(old)
    press(window, Qt.Key.Key_L)
    window.panels.history.peeked.emit(None)
    press(window, Qt.Key.Key_L)
    assert window.view.grab().toImage() == before


def test_two_faces_of_the_history_are_wiped_against_each_other_until_a_is_pressed(window, controller, monkeypatch):
    first, second = put(window, 2, Place.HISTORY)
    monkeypatch.setattr(window.library, "thumbnail", lambda id: GREY if id == first else RED)
    window.panels.history.wipe.emit(first, second)
    tool = window.view.tool
    assert isinstance(tool, Wipe)
    image, stage = window.view.grab().toImage(), window.view.viewport.stage.toRect()
    assert image.pixelColor(stage.left() + 5, stage.center().y()).getRgb()[:3] == (128, 128, 128)
    assert image.pixelColor(stage.right() - 5, stage.center().y()).getRgb()[:3] == (255, 0, 0)
    press(window, Qt.Key.Key_A)
    controller.pinned_changed.emit(None)  # what "unpin" makes the controller announce
    assert not isinstance(window.view.tool, Wipe)
    assert ("unpin", ()) in controller.asked
    assert not window.menu_actions.compare.isChecked()


def test_an_edit_ends_the_wiping_of_two_faces(window, session):
    window.panels.history.wipe.emit(*put(window, 2, Place.HISTORY))
    session.edit("Seed", replace(session.recipe, source=SeedSource(9)))
    assert not isinstance(window.view.tool, Wipe)


def test_faces_of_the_history_are_kept_on_the_table(window, session):
    ids = put(window, 2, Place.HISTORY)
    window.panels.history.kept.emit(ids)
    table = [window.library.face(id) for id in window.faces.table.faces.ids]
    assert [face.parent for face in table] == list(ids)
    session.undo_stack.undo()
    assert window.faces.table.faces.ids == ()


def test_a_damaged_face_of_the_history_is_kept_as_it_is(window, notifier):
    damaged = Face(window.library.next_id(), PackedRecipe("{}", {}), Place.HISTORY)
    window.library.put(damaged)
    window.panels.history.kept.emit((damaged.id,))
    (face,) = window.library.faces(Place.TABLE)
    assert (face.packed, face.parent) == (damaged.packed, damaged.id)
    said: list[str] = []
    notifier.said.connect(said.append)
    window.faces.open(face.id)
    assert said


def test_a_face_of_another_model_opens_it_first_where_it_is_known(window, session, controller, notifier):
    said: list[str] = []
    notifier.said.connect(said.append)
    (foreign,) = put(window, 1, model=OTHER)
    grid, before = open_table(window), session.recipe
    double_click(grid, foreign)
    assert said == ["This face belongs to a model that was never open here; open that one first."]
    window._settings.remember_model(OTHER, "/models/ffhq.safetensors")
    double_click(grid, foreign)
    assert controller.asked[-1] == ("load_model", ("/models/ffhq.safetensors",))
    assert session.recipe == before
    session.set_model(replace(facts(), hash=OTHER))
    assert session.recipe == Recipe(OTHER, SeedSource(100 + foreign))


def test_a_fitted_picture_is_dragged_out_of_the_window_and_a_zoomed_one_moves(window, controller, monkeypatch):
    dragged: list[Any] = []
    monkeypatch.setattr(table_flow, "drag", lambda source, data, picture: dragged.append(data))
    view = window.view
    middle_of_view = view.rect().center()

    def pull() -> None:
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle_of_view)
        QTest.mouseMove(view, middle_of_view + QPoint(4, 0))
        assert dragged == [] or not view.viewport.is_fitted
        QTest.mouseMove(view, middle_of_view + QPoint(30, 10))
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle_of_view + QPoint(30, 10))

    pull()
    assert len(dragged) == 1
    (task,) = submitted(controller, WriteFaces)
    assert [name for name, _ in task.faces] == ["seed-85"]
    task.promise.keep(("/tmp/seed-85.png",))
    assert [url.toLocalFile() for url in dragged[0].urls()] == ["/tmp/seed-85.png"]
    press(window, Qt.Key.Key_Plus)
    pull()
    assert len(dragged) == 1


def test_marked_faces_are_dragged_out_under_their_names(window, controller, monkeypatch):
    dragged: list[Any] = []
    monkeypatch.setattr(face_list, "drag", lambda source, data, picture: dragged.append(data))
    ids = (*put(window, 2), *put(window, 1, model=OTHER))
    grid = open_table(window)
    click(grid, ids[0])
    press(window, Qt.Key.Key_A, CTRL)
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle(grid, ids[0]))
    QTest.mouseMove(grid.viewport(), middle(grid, ids[1]))
    QTest.mouseMove(grid.viewport(), middle(grid, ids[1]) + QPoint(9, 9))
    QTest.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=middle(grid, ids[1]))
    (task,) = submitted(controller, WriteFaces)
    assert sorted(name for name, _ in task.faces) == sorted(f"Face {id}" for id in ids[:2])
    assert len(dragged) == 1


def test_marks_are_the_same_on_the_table_and_in_the_strip(window, qtbot):
    ids = put(window, 3)
    grid = open_table(window)
    click(grid, ids[0])
    click(grid, ids[2], CTRL)
    assert window.library.marked == (ids[2], ids[0])
    assert window.panels.faces.strip.marked_ids == (ids[2], ids[0])


def test_the_tab_of_the_history_marks_the_face_on_the_screen(window: MainWindow, session: Session, qtbot: QtBot):
    session.edit("Seed", replace(session.recipe, source=SeedSource(3)))
    session.edit("Seed", replace(session.recipe, source=SeedSource(4)))
    strip = window.panels.history.strip
    qtbot.waitUntil(lambda: strip.marked_ids == (window.projects.recorder.current,) and len(strip.faces.ids) >= 2)
