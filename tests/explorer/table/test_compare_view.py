"""Faces side by side, and the pass over all of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from explorer.table.compare_view import CompareView
from explorer.table.culling_view import CullingView
from generator.project.face import Place
from tests.support.fake_library import FakeLibrary, some
from tests.support.table_fixtures import LEFT, PLAIN, heard, shown, wheel


@pytest.fixture
def library() -> FakeLibrary:
    return some(6)


@pytest.fixture
def compare(qtbot: QtBot, library: FakeLibrary) -> CompareView:
    made = CompareView(library)
    shown(qtbot, made, 900, 400)
    return made


def picture(red: int) -> np.ndarray:
    """A picture of four colours, 512 px."""
    pixels = np.full((512, 512, 3), red, np.uint8)
    pixels[:256] //= 2
    return pixels


def seen(view, place: int) -> list[QColor]:
    """Colours of one face, at the same points of each pane."""
    canvas = view.canvas
    image, pane = canvas.grab().toImage(), canvas.pane(place)
    points = [pane.topLeft() + QPointF(x, y) for x in (40, 150, 220) for y in (60, 180, 300)]
    return [image.pixelColor(point.toPoint()) for point in points]


def test_full_pictures_are_asked_for_and_thumbnails_stand_in_until_they_come(compare):
    wanted = heard(compare.pictures_wanted)
    compare.show_faces((2, 5, 3))
    assert wanted == [(2, 5, 3)]
    before = seen(compare, 1)
    compare.show_picture(5, picture(200))
    assert seen(compare, 1) != before
    compare.show_picture(6, picture(200))  # of a face that is not compared: late
    assert compare.ids == (2, 5, 3)


def test_no_more_than_four_are_compared(compare):
    compare.show_faces(range(1, 7))
    assert compare.ids == (1, 2, 3, 4)


def test_all_zoom_and_move_together(compare):
    compare.show_faces((1, 2))
    for id in (1, 2):
        compare.show_picture(id, picture(200))
    fitted = seen(compare, 0)
    wheel(compare.canvas, 4)
    assert not compare.canvas.viewport.is_fitted
    assert seen(compare, 0) == seen(compare, 1)
    before = compare.canvas.viewport.y
    QTest.mousePress(compare.canvas, LEFT, PLAIN, QPoint(600, 150))
    QTest.mouseMove(compare.canvas, QPoint(600, 210))
    QTest.mouseRelease(compare.canvas, LEFT, PLAIN, QPoint(600, 210))
    assert compare.canvas.viewport.y < before
    assert seen(compare, 0) == seen(compare, 1) != fitted
    QTest.mouseDClick(compare.canvas, LEFT, PLAIN, QPoint(600, 150))
    assert compare.canvas.viewport.is_fitted


def test_enter_opens_the_face_that_the_arrow_keys_went_to(compare):
    compare.show_faces((2, 5, 3))
    opened = heard(compare.opened)
    for _ in range(2):
        QTest.keyClick(compare.canvas, Qt.Key.Key_Right)
    QTest.keyClick(compare.canvas, Qt.Key.Key_Return)
    assert opened == [3]


def test_escape_goes_back_even_where_the_window_uses_it(qtbot, library):
    window, view = QMainWindow(), CompareView(library)
    window.setCentralWidget(view)
    action = QAction(window, shortcut="Esc")
    window.addAction(action)
    shown(qtbot, window, 900, 400)
    view.setFocus()
    closed = heard(view.closed)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert len(closed) == 1


@pytest.fixture
def culling(qtbot: QtBot, library: FakeLibrary) -> CullingView:
    made = CullingView(library, may_write=True)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    shown(qtbot, made, 700, 600)
    made.begin(range(1, 7))
    return made


def test_the_pass_goes_from_face_to_face_and_says_where_it_is(culling):
    assert (culling.shown, culling.position) == (1, "1 of 6")
    for _ in range(3):
        QTest.keyClick(culling, Qt.Key.Key_Right)
    QTest.keyClick(culling, Qt.Key.Key_Left)
    assert (culling.shown, culling.position) == (3, "3 of 6")
    QTest.keyClick(culling, Qt.Key.Key_End)
    QTest.keyClick(culling, Qt.Key.Key_Right)
    assert culling.position == "6 of 6"


def test_the_pass_begins_at_the_marked_face(culling):
    culling.begin((4, 2, 6), at=2)
    assert culling.position == "2 of 3"


def test_pictures_are_asked_for_ahead_and_each_once(culling):
    wanted = heard(culling.pictures_wanted)
    culling.begin(range(1, 7))
    assert wanted == [(1, 2, 3)]
    for id in (1, 2, 3):
        culling.show_picture(id, picture(90))
    QTest.keyClick(culling, Qt.Key.Key_Right)
    assert wanted[1:] == [(4,)]


def test_stars_and_rejecting_are_seen_at_once(culling, library):
    culling.stars_given.connect(lambda ids, stars: library.change(ids[0], stars=stars))
    culling.rejecting.connect(lambda ids, rejected: library.change(ids[0], rejected=rejected))
    before = culling.grab().toImage()
    QTest.keyClick(culling, Qt.Key.Key_4)
    assert library.face(1).stars == 4
    assert culling.grab().toImage() != before
    assert "4 of 5 stars" in culling.accessibleDescription()
    QTest.keyClick(culling, Qt.Key.Key_X)
    assert library.face(1).rejected
    QTest.keyClick(culling, Qt.Key.Key_X)
    assert not library.face(1).rejected


def test_a_deleted_face_leaves_the_pass_and_the_last_one_ends_it(culling, library):
    culling.deleting.connect(lambda ids: library.change(ids[0], place=Place.DELETED))
    closed = heard(culling.closed)
    culling.begin((1, 2), at=2)
    QTest.keyClick(culling, Qt.Key.Key_Delete)
    assert (culling.shown, culling.position) == (1, "1 of 1")
    QTest.keyClick(culling, Qt.Key.Key_Delete)
    assert closed == [None]


def test_escape_ends_the_pass_at_the_face_shown(culling):
    closed = heard(culling.closed)
    QTest.keyClick(culling, Qt.Key.Key_Right)
    QTest.keyClick(culling, Qt.Key.Key_Escape)
    assert closed == [2]
    assert not culling.isVisible()


def test_in_a_project_that_is_only_read_the_pass_only_looks(qtbot, library):
    view = CullingView(library, may_write=False)
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    shown(qtbot, view)
    view.begin((1, 2))
    stars = heard(view.stars_given)
    QTest.keyClick(view, Qt.Key.Key_4)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert (stars, view.shown) == ([], 2)
    QApplication.processEvents()


def test_faces_that_are_gone_for_good_leave_the_comparison_and_the_pass(compare, culling, library):
    compare.show_faces((1, 2))
    culling.begin((1, 2, 3), at=2)
    library.forget(1)
    assert (compare.ids, culling.shown, culling.position) == ((2,), 2, "1 of 2")
    compare.grab()


def test_another_project_ends_the_comparison_and_the_pass(compare, culling, library):
    compare.show_faces((1, 2))
    closed = heard(compare.closed)
    library.all.clear()
    library.reset.emit()
    assert (len(closed), compare.ids, culling.isVisible()) == (1, (), False)


def test_four_faces_stand_where_they_are_largest_and_the_arrows_go_between_lines(compare):
    compare.show_faces((1, 2, 3, 4))
    compare.resize(900, 250)
    in_a_line = {compare.canvas.pane(place).top() for place in range(4)}
    compare.resize(600, 560)
    corners = [compare.canvas.pane(place).topLeft() for place in range(4)]
    assert in_a_line == {0}
    assert len({corner.x() for corner in corners}) == len({corner.y() for corner in corners}) == 2
    opened = heard(compare.opened)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(compare.canvas, key)
    assert opened == [4]  # the last of them has none below it
    QTest.mouseClick(compare.canvas, LEFT, PLAIN, compare.canvas.pane(2).center().toPoint())
    QTest.keyClick(compare.canvas, Qt.Key.Key_Return)
    assert opened == [4, 3]
