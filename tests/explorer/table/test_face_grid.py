"""The grid of faces under real mice and keyboards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from explorer.table import face_list
from explorer.table.drag_out import FACES, FILES, DraggedFaces
from explorer.table.face_delegate import LARGEST, SMALLEST
from explorer.table.face_grid import FaceGrid
from explorer.table.face_menu import give_menu
from explorer.table.face_model import FaceModel
from explorer.table.face_order import Filter, Sort
from explorer.table.wishes import Wish
from generator.project.face import Place
from tests.support.fake_library import FakeLibrary, some
from tests.support.table_fixtures import (
    CTRL,
    LEFT,
    PLAIN,
    SHIFT,
    click,
    double_click,
    drop,
    heard,
    middle,
    shown,
    wheel,
)


@pytest.fixture
def library() -> FakeLibrary:
    return some(20)


@pytest.fixture
def grid(qtbot: QtBot, library: FakeLibrary) -> FaceGrid:
    """Four faces to a line."""
    made = FaceGrid(FaceModel(library, Place.TABLE))
    give_menu(made)
    shown(qtbot, made, 4 * made.gridSize().width() + 24)
    return made


def test_clicks_with_ctrl_and_shift_mark_several_and_the_last_one_leads(grid):
    said = heard(grid.marked)
    click(grid, 2)
    click(grid, 5, CTRL)
    click(grid, 7, SHIFT)
    assert said == [(2,), (5, 2), (7, 2, 5, 6)]


def test_the_keyboard_goes_over_the_end_of_a_line_and_marks_all(grid):
    click(grid, 4)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.marked_ids == (5,)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert grid.marked_ids == (1,)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert grid.marked_ids == (1,)
    QTest.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert grid.marked_ids == (5, 1, 2, 3, 4)
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.marked_ids == (20,)
    QTest.keyClick(grid, Qt.Key.Key_A, CTRL)
    assert sorted(grid.marked_ids) == list(range(1, 21))


def test_a_rubber_band_marks_what_it_touches(grid):
    viewport = grid.viewport()
    start = grid.visualRect(grid.faces.index(2)).topRight() + QPoint(3, 20)
    QTest.mousePress(viewport, LEFT, PLAIN, start)
    QTest.mouseMove(viewport, middle(grid, 2))
    QTest.mouseMove(viewport, middle(grid, 6))
    QTest.mouseRelease(viewport, LEFT, PLAIN, middle(grid, 6))
    assert sorted(grid.marked_ids) == [2, 3, 6, 7]


def test_a_double_click_and_enter_open_a_face(grid):
    said = heard(grid.opened)
    double_click(grid, 3)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert said == [3, 4]


def test_keys_give_stars_reject_and_delete_all_that_are_marked(grid, library):
    stars, rejected, deleted = heard(grid.stars_given), heard(grid.rejecting), heard(grid.deleting)
    QTest.keyClick(grid, Qt.Key.Key_4)
    click(grid, 1)
    click(grid, 2, CTRL)
    QTest.keyClick(grid, Qt.Key.Key_4)
    QTest.keyClick(grid, Qt.Key.Key_0)
    QTest.keyClick(grid, Qt.Key.Key_X)
    library.change(1, rejected=True)
    QTest.keyClick(grid, Qt.Key.Key_X)
    library.change(2, rejected=True)
    QTest.keyClick(grid, Qt.Key.Key_X)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert stars == [((2, 1), 4), ((2, 1), 0)]
    assert rejected == [((2, 1), True), ((2, 1), True), ((2, 1), False)]
    assert deleted == [(2, 1)]


def test_these_keys_mean_the_faces_even_where_the_window_has_shortcuts_of_them(grid, qtbot):
    pressed = []
    for key in ("X", "1", "Return", "C"):
        action = QAction(grid, shortcut=key)
        action.triggered.connect(lambda: pressed.append(1))
        grid.addAction(action)
    click(grid, 1)
    click(grid, 2, CTRL)
    wishes, opened = heard(grid.wished), heard(grid.opened)
    for key in (Qt.Key.Key_X, Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_C):
        QTest.keyClick(grid.windowHandle(), key)
    assert (pressed, wishes, opened) == ([], [(Wish.COMPARE, (2, 1))], [2])


def test_in_a_project_that_is_only_read_keys_change_nothing(grid):
    grid.may_write = False
    stars, deleted = heard(grid.stars_given), heard(grid.deleting)
    click(grid, 1)
    QTest.keyClick(grid, Qt.Key.Key_4)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert (stars, deleted) == ([], [])


def test_a_pointer_that_rests_peeks_and_one_that_leaves_no_longer_does(grid, qtbot):
    said = heard(grid.peeked)
    QTest.mouseMove(grid.viewport(), middle(grid, 2))
    assert said == []
    qtbot.waitUntil(lambda: said == [2])
    QTest.mouseMove(grid.viewport(), middle(grid, 3))
    assert said == [2, 3]
    QTest.mousePress(grid.viewport(), LEFT, PLAIN, middle(grid, 3))
    assert said == [2, 3, None]


def test_ctrl_and_the_wheel_change_the_size_within_bounds(grid):
    sides = heard(grid.side_changed)
    wheel(grid.viewport(), 1, CTRL)
    assert sides == [147]
    for _ in range(20):
        wheel(grid.viewport(), -1, CTRL)
    assert sides[-1] == SMALLEST
    for _ in range(20):
        wheel(grid.viewport(), 2, CTRL)
    assert sides[-1] == LARGEST
    assert grid.visualRect(grid.faces.index(0)).width() >= LARGEST


@pytest.mark.parametrize(
    ("ids", "before", "share", "said"),
    [
        ((1,), 6, 0.2, ((1,), 6)),  # the left half of a face: before it
        ((1,), 6, 0.8, ((1,), 7)),  # the right half: after it
        ((9, 3, 5), 2, 0.2, ((3, 5, 9), 2)),  # in the order shown
        ((5, 6), 6, 0.2, ((5, 6), 7)),  # onto themselves: they stay
        ((1,), 20, 0.8, ((1,), None)),  # the end
    ],
)
def test_faces_dropped_between_others_go_there(grid, ids, before, share, said):
    moved = heard(grid.moved)
    grid.scrollTo(grid.faces.index(before - 1))
    card = grid.visualRect(grid.faces.index(before - 1))
    assert drop(grid, ids, card.topLeft() + QPoint(int(card.width() * share), 20))
    assert moved == [said]


def test_faces_that_are_sorted_cannot_be_dragged_to_another_place(grid):
    grid.arranged_by_user = False
    moved = heard(grid.moved)
    assert not drop(grid, (1,), middle(grid, 6))
    assert moved == []


def test_a_drag_carries_the_marked_faces_and_the_files_that_are_written_meanwhile(grid, monkeypatch):
    carried: list[DraggedFaces] = []
    monkeypatch.setattr(face_list, "drag", lambda source, data, picture: carried.append(data))
    wanted = heard(grid.files_wanted)
    click(grid, 2)
    click(grid, 3, CTRL)
    QTest.mousePress(grid.viewport(), LEFT, PLAIN, middle(grid, 3))
    QTest.mouseMove(grid.viewport(), middle(grid, 7))
    QTest.mouseMove(grid.viewport(), middle(grid, 8))
    QTest.mouseRelease(grid.viewport(), LEFT, PLAIN, middle(grid, 8))
    (ids, promise), data = wanted[0], carried[0]
    assert (ids, data.formats()) == ((3, 2), [FACES, FILES])
    promise.keep(["/tmp/anna.png", "/tmp/berta.png"])
    assert [url.toLocalFile() for url in data.urls()] == ["/tmp/anna.png", "/tmp/berta.png"]


def menu_of(grid: FaceGrid) -> QMenu:
    """The context menu of the marked faces."""
    at = middle(grid, grid.marked_ids[0])
    QApplication.sendEvent(grid.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, grid.mapToGlobal(at)))
    return next(menu for menu in grid.findChildren(QMenu) if menu.isVisible())


def named(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().split("\t")[0] == text)


def test_the_menu_offers_what_one_or_many_faces_can_do(grid):
    click(grid, 1)
    menu = menu_of(grid)
    assert not named(menu, "Compare").isEnabled()
    assert named(menu, "Copy edits").isEnabled()
    menu.close()
    click(grid, 2, CTRL)
    menu, said, stars = menu_of(grid), heard(grid.wished), heard(grid.stars_given)
    assert not named(menu, "Copy edits").isEnabled()
    named(menu, "Compare").trigger()
    named(menu, "Stars").menu().actions()[3].trigger()
    assert (said, stars) == ([(Wish.COMPARE, (2, 1))], [((2, 1), 3)])


def test_the_menu_brings_deleted_faces_back(grid, library):
    for id in (1, 2):
        library.change(id, place=Place.DELETED)
    grid.faces.show(Sort.ORDER, Filter(deleted=True))
    click(grid, 1)
    back = heard(grid.bringing_back)
    named(menu_of(grid), "Bring back").trigger()
    assert back == [(1,)]


def test_marks_stay_with_their_faces_while_others_come_and_go(grid, library):
    click(grid, 5)
    click(grid, 7, CTRL)
    said = heard(grid.marked)
    library.change(7, order=0.5)
    library.change(2, place=Place.DELETED)
    library.change(20, order=0.1)
    assert (grid.marked_ids, said) == ((7, 5), [])
    library.change(7, place=Place.DELETED)
    assert grid.marked_ids == (5,)
    assert said[-1] == (5,)


def test_faces_marked_elsewhere_are_marked_here_without_an_echo(grid):
    said = heard(grid.marked)
    grid.mark((6, 2, 99, 4))
    assert (grid.marked_ids, said) == ((6, 2, 4), [])
    click(grid, 6)
    assert said == [(6,)]
