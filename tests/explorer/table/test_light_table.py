"""The bar of the light table: what it sorts, filters, sizes and counts."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from explorer.table.face_order import Sort
from explorer.table.light_table import EMPTY, NONE_FOUND, LightTable
from generator.project.face import Place
from tests.support.fake_library import MODEL, OTHER, FakeLibrary, face
from tests.support.table_fixtures import CTRL, click, heard, shown, wheel


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary(
        face(1, name="Cleo", stars=2, tags=("old",)),
        face(2, name="Anna", stars=5),
        face(3, name="Bert", rejected=True, note="a queen"),
        face(4, name="Dora", place=Place.DELETED),
    )


@pytest.fixture
def table(qtbot: QtBot, library: FakeLibrary) -> LightTable:
    made = LightTable(library)
    shown(qtbot, made, 1000, 500)
    return made


def choose(box: QComboBox, text: str) -> None:
    """With the keyboard, as everyone can."""
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(text)):
        QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == text


def test_faces_are_sorted_and_only_in_my_order_they_can_be_dragged_about(table):
    choose(table.order, "Name")
    assert (table.faces.ids, table.grid.arranged_by_user) == ((2, 3, 1), False)
    choose(table.order, "Stars")
    assert table.faces.ids == (2, 1, 3)
    choose(table.order, "My order")
    assert (table.faces.ids, table.grid.arranged_by_user) == ((1, 2, 3), True)


def test_faces_are_filtered_by_each_control_and_by_all_together(table):
    choose(table.stars, "★★")
    assert table.faces.ids == (1, 2)
    choose(table.tag, "old")
    assert table.faces.ids == (1,)
    choose(table.shown, "Rejected")
    assert table.faces.ids == ()
    for box, text in ((table.stars, "Any stars"), (table.tag, "Any tag"), (table.shown, "All")):
        choose(box, text)
    assert table.faces.ids == (1, 2, 3)
    choose(table.shown, "Not rejected")
    assert table.faces.ids == (1, 2)
    choose(table.shown, "Deleted")
    assert table.faces.ids == (4,)


def test_typing_finds_names_tags_and_notes_and_escape_shows_all_again(table):
    QTest.keyClicks(table.search, "queen")
    assert table.faces.ids == (3,)
    QTest.keyClick(table.search, Qt.Key.Key_Return)
    assert table.grid.hasFocus()
    table.search.setFocus()
    QTest.keyClick(table.search, Qt.Key.Key_Escape)
    assert table.faces.ids == (1, 2, 3)


def test_it_counts_what_is_shown_and_marked(table, library):
    assert table.count.text() == "3 faces"
    click(table.grid, 1)
    click(table.grid, 2, CTRL)
    assert table.count.text() == "2 of 3 marked"
    library.change(3, place=Place.DELETED)
    assert table.count.text() == "2 of 2 marked"


def test_the_slider_and_the_wheel_are_one_size(table):
    sides = heard(table.grid.side_changed)
    table.zoom.setFocus()
    QTest.keyClick(table.zoom, Qt.Key.Key_PageUp)
    assert (table.grid.cards.side, sides) == (160, [160])
    wheel(table.grid.viewport(), 1, CTRL)
    assert table.zoom.value() == table.grid.cards.side == 184


def test_an_empty_table_says_where_faces_come_from(qtbot, library):
    table = LightTable(FakeLibrary())
    shown(qtbot, table)
    assert table._empty.isVisible()
    assert table._empty.text() == EMPTY
    table._library.put(face(1))
    assert table.grid.isVisible()
    QTest.keyClicks(table.search, "nobody")
    assert table._empty.text() == NONE_FOUND


def test_tags_and_models_are_offered_as_faces_get_them(table, library):
    names = {MODEL: "faces", OTHER: "ffhq-1024"}
    table.set_model(MODEL, lambda hash: names.get(hash, ""))
    assert not table.model.isVisible()
    library.put(face(5, OTHER))
    library.change(2, tags=("Young",))
    assert [table.tag.itemText(row) for row in range(table.tag.count())] == ["Any tag", "old", "Young"]
    choose(table.model, "ffhq-1024")
    assert table.faces.ids == (5,)


def test_a_tag_that_no_face_has_any_more_stays_chosen(table, library):
    choose(table.tag, "old")
    library.change(1, tags=())
    assert (table.tag.currentText(), table.faces.ids) == ("old", ())
    choose(table.tag, "Any tag")
    assert table.faces.ids == (1, 2, 3)


def test_a_change_among_ten_thousand_faces_takes_less_than_a_frame_of_the_whole_table(qtbot, qapp):
    library = FakeLibrary(*(face(id, stars=id % 6, tags=(f"tag {id % 9}",)) for id in range(1, 10_001)))
    library.draw(*range(1, 200))
    table = LightTable(library)
    shown(qtbot, table, 1320, 720)
    table.order.setCurrentIndex(table.order.findData(Sort.STARS))
    spent = []
    for id in range(100, 120):
        start = time.thread_time()
        library.change(id, stars=(id + 1) % 6)
        qapp.processEvents()
        spent.append(time.thread_time() - start)
    assert sorted(spent)[10] < 0.03  # a tenth of it; laying all out again took more
