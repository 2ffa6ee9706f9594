"""The strips below the picture: the history and the kept faces."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from explorer.panels.faces_panel import FacesPanel
from explorer.panels.history_panel import HistoryPanel
from generator.project.face import Place
from tests.support.fake_library import FakeLibrary, face, some
from tests.support.table_fixtures import CTRL, LEFT, PLAIN, click, heard, middle, shown, wheel


def chain(count: int) -> FakeLibrary:
    """A history in which each face came from the one before."""
    faces = (face(id, place=Place.HISTORY, order=0.0, parent=id - 1 or None) for id in range(1, count + 1))
    library = FakeLibrary(*faces)
    library.draw(*library.all)
    return library


@pytest.fixture
def library() -> FakeLibrary:
    return chain(5)


@pytest.fixture
def history(qtbot: QtBot, library: FakeLibrary) -> HistoryPanel:
    made = HistoryPanel(library)
    shown(qtbot, made, 900, 150)
    return made


def test_a_click_goes_back_to_a_face_and_a_click_with_ctrl_only_marks_it(history):
    restored = heard(history.restore)
    click(history.strip, 2)
    click(history.strip, 4, CTRL)
    assert restored == [2]
    assert history.strip.marked_ids == (4, 2)


def test_a_press_that_ends_elsewhere_goes_back_to_nothing(history):
    restored = heard(history.restore)
    QTest.mousePress(history.strip.viewport(), LEFT, PLAIN, middle(history.strip, 2))
    QTest.mouseRelease(history.strip.viewport(), LEFT, PLAIN, middle(history.strip, 3))
    assert restored == []


def test_enter_goes_back_to_the_face_that_the_arrow_keys_went_to(history):
    history.strip.setFocus()
    restored = heard(history.restore)
    click(history.strip, 2)
    QTest.keyClick(history.strip, Qt.Key.Key_Left)
    QTest.keyClick(history.strip, Qt.Key.Key_Return)
    assert restored == [2, 1]


def test_two_marked_faces_are_wiped_the_earlier_one_first(history):
    wiped = heard(history.wipe)
    assert not history.wipe_button.isEnabled()
    click(history.strip, 4)
    click(history.strip, 2, CTRL)
    QTest.mouseClick(history.wipe_button, LEFT)
    assert wiped == [(2, 4)]
    click(history.strip, 3, CTRL)
    assert not history.wipe_button.isEnabled()


def test_the_menu_offers_the_same_and_keeping(history):
    click(history.strip, 4)
    click(history.strip, 2, CTRL)
    at = middle(history.strip, 2)
    QApplication.sendEvent(
        history.strip.viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, history.strip.viewport().mapToGlobal(at)),
    )
    menu, kept, wiped = history.findChild(QMenu), heard(history.kept), heard(history.wipe)
    back, wipe, keep = menu.actions()
    assert not back.isEnabled()
    wipe.trigger()
    keep.trigger()
    assert (wiped, kept) == ([(2, 4)], [(2, 4)])


def test_the_newest_face_is_at_the_right_end_and_in_sight(qtbot):
    library = chain(40)
    history = HistoryPanel(library)
    shown(qtbot, history, 500, 150)
    library.put(face(41, place=Place.HISTORY, parent=40))
    assert history.faces.ids[-1] == 41
    strip = history.strip
    qtbot.waitUntil(lambda: strip.viewport().rect().contains(middle(strip, 41)))
    wheel(strip.viewport(), 50)
    assert strip.viewport().rect().contains(middle(strip, 1))


def test_a_face_that_did_not_come_from_the_one_before_has_a_mark(history, library):
    library.put(face(6, place=Place.HISTORY, parent=2))
    library.draw(6)
    assert [row for row in range(6) if history.strip.cards.is_branch(row)] == [5]


def test_the_pictures_fill_the_height_of_the_dock(history):
    before = history.strip.cards.side
    history.resize(900, 190)
    QApplication.processEvents()
    assert history.strip.cards.side == before + 40


def test_an_empty_history_says_what_it_will_hold(qtbot):
    library = FakeLibrary()
    history = HistoryPanel(library)
    shown(qtbot, history)
    assert not history.strip.isVisible()
    library.put(face(1, place=Place.HISTORY))
    assert history.strip.isVisible()


@pytest.fixture
def kept(qtbot: QtBot) -> FacesPanel:
    made = FacesPanel(some(5))
    shown(qtbot, made, 900, 150)
    return made


def test_a_click_on_a_kept_face_marks_and_opens_it(kept):
    opened, marked = heard(kept.opened), heard(kept.marked)
    click(kept.strip, 3)
    click(kept.strip, 4, CTRL)
    assert (opened, marked) == ([3], [(3,), (4, 3)])


def test_a_pointer_that_rests_on_a_kept_face_peeks_at_it(kept, qtbot):
    peeked = heard(kept.peeked)
    QTest.mouseMove(kept.strip.viewport(), middle(kept.strip, 3))
    qtbot.waitUntil(lambda: peeked == [3])
    QApplication.sendEvent(kept.strip.viewport(), QEvent(QEvent.Type.Leave))
    assert peeked == [3, None]
