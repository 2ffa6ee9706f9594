"""Two piles of faces, sorted by keys."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.messages import TileDrawn
from explorer.studio.piles_page import PilesPage
from explorer.studio.piles_view import Pile
from explorer.studio.wishes import PilesWish
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_library import OTHER, FakeLibrary, face
from tests.support.panel_fixtures import session
from tests.support.window_fixtures import LEFT

LEFT_KEY, RIGHT_KEY, BACK = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Backspace


@pytest.fixture
def doc() -> Session:
    return session(recipe=Recipe(source=SeedSource(85)))


@pytest.fixture
def page(qtbot: QtBot, doc: Session) -> PilesPage:
    made = PilesPage(doc, FakeLibrary())
    qtbot.addWidget(made)
    made.resize(460, 600)
    made.show()
    made.begin()
    return made


def press(page: PilesPage, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(page.view, key)


def test_arrows_sort_the_current_face_and_go_on_to_the_next(page: PilesPage) -> None:
    faces = page.view.recipes
    assert page.wish() is None
    press(page, LEFT_KEY, RIGHT_KEY, RIGHT_KEY)
    assert page.wish() == PilesWish(faces[1:3], faces[:1])
    assert page.view.currentRow() == 3
    assert page.state.text() == "1 less · 2 more"


def test_letters_and_buttons_sort_as_the_arrows_do(page: PilesPage) -> None:
    faces = page.view.recipes
    press(page, Qt.Key.Key_L, Qt.Key.Key_M)
    QTest.mouseClick(page.less, LEFT)
    QTest.mouseClick(page.more, LEFT)
    assert page.wish() == PilesWish((faces[1], faces[3]), (faces[0], faces[2]))


def test_backspace_takes_back_what_was_sorted_last_and_shows_it(page: PilesPage) -> None:
    press(page, LEFT_KEY, RIGHT_KEY, RIGHT_KEY, BACK, BACK)
    assert [len(page.view.pile(pile)) for pile in (Pile.LESS, Pile.MORE)] == [1, 0]
    assert page.view.currentRow() == 1
    press(page, BACK, BACK)
    assert len(page.view.pile(Pile.UNSORTED)) == 24


def test_a_face_that_is_clicked_can_change_its_pile(page: PilesPage) -> None:
    press(page, LEFT_KEY, RIGHT_KEY)
    QTest.mouseClick(page.view.viewport(), LEFT, pos=page.view.visualItemRect(page.view.item(0)).center())
    press(page, RIGHT_KEY)
    assert page.view.pile(Pile.MORE) == page.view.recipes[:2]
    assert page.view.currentRow() == 2


def test_sorting_the_last_face_goes_on_with_those_left_out(page: PilesPage) -> None:
    page.view.setCurrentRow(23)
    press(page, LEFT_KEY)
    assert page.view.currentRow() == 0


def test_a_screen_reader_hears_the_face_and_its_pile(page: PilesPage) -> None:
    press(page, RIGHT_KEY)
    item = page.view.item(0)
    assert item.data(Qt.ItemDataRole.AccessibleTextRole).startswith("seed ")
    assert item.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "more"


def test_images_come_later_and_only_to_their_own_faces(page: PilesPage) -> None:
    def shown(row: int) -> bool:
        return page.view.item(row).data(Qt.ItemDataRole.DecorationRole) is not None

    pixels = np.full((32, 32, 3), 90, np.uint8)
    page.view.show_tile(TileDrawn(2, page.view.recipes[2], pixels))
    page.view.show_tile(TileDrawn(3, page.view.recipes[2], pixels))  # of faces shown before
    assert [shown(row) for row in (2, 3)] == [True, False]


def test_other_faces_are_asked_for_without_the_edits_of_the_one_shown(page: PilesPage, doc: Session) -> None:
    asked: list[tuple[Recipe, ...]] = []
    page.tiles_wanted.connect(asked.append)
    doc.edit("Age", doc.recipe.with_amount(doc.directions[0].direction, 2.0))
    page.count.setCurrentIndex(3)
    QTest.mouseClick(page.others, LEFT)
    assert len(set(asked[0])) == 60
    assert {recipe.directions for recipe in asked[0]} == {()}
    assert page.wish() is None


def test_kept_faces_are_those_of_the_open_model_or_the_marked_ones(qtbot: QtBot, doc: Session) -> None:
    library = FakeLibrary(face(1), face(2), face(3, OTHER), face(4))
    page = PilesPage(doc, library)
    qtbot.addWidget(page)
    page.offer_kept()
    QTest.mouseClick(page.kept, LEFT)
    assert [recipe.source for recipe in page.view.recipes] == [SeedSource(seed) for seed in (1, 2, 4)]
    library.marked = (4, 1)
    QTest.mouseClick(page.kept, LEFT)
    assert [recipe.source for recipe in page.view.recipes] == [SeedSource(seed) for seed in (1, 4)]


def test_kept_faces_are_not_offered_where_there_are_none(page: PilesPage) -> None:
    page.offer_kept()
    assert not page.kept.isEnabled()
