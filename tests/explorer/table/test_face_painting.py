"""What faces look like in a grid, and what painting them takes."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from explorer.table import face_delegate
from explorer.table.face_card import DIM, RIM
from explorer.table.face_grid import FaceGrid
from explorer.table.face_model import FaceModel
from explorer.table.face_strip import FaceStrip
from generator.project.face import Place
from generator.recipe.recipe import Truncation
from tests.support.fake_library import MODEL, OTHER, FakeLibrary, face, some
from tests.support.table_fixtures import shown


def grid_of(qtbot: QtBot, library: FakeLibrary, width: int = 640, height: int = 480) -> FaceGrid:
    grid = FaceGrid(FaceModel(library, Place.TABLE))
    shown(qtbot, grid, width, height)
    return grid


def card(grid: FaceGrid, id: int) -> QImage:
    """A face's card as it is on the screen."""
    rect = grid.visualRect(grid.faces.index(grid.faces.row(id)))
    return grid.viewport().grab(rect).toImage()


def colour(grid: FaceGrid, id: int) -> QColor:
    """The colour of the middle of a face's picture."""
    image = card(grid, id)
    return image.pixelColor(image.width() // 2, RIM + grid.cards.side // 2)


def test_a_face_shows_its_picture_once_it_is_there(qtbot):
    library = FakeLibrary(face(1), face(2))
    grid = grid_of(qtbot, library)
    before = colour(grid, 1)
    assert library.asked[:2] == [1, 2]
    library.draw(1, colour="#ff0000")
    assert colour(grid, 1) == QColor("#ff0000")
    assert colour(grid, 2) == before


def test_only_faces_in_sight_ask_for_their_pictures(qtbot):
    library = FakeLibrary(*(face(id) for id in range(1, 10_001)))
    grid_of(qtbot, library)
    assert 0 < len(set(library.asked)) < 40


def test_a_rejected_face_is_dimmed_and_has_a_cross(qtbot):
    library = some(3)
    grid = grid_of(qtbot, library)
    bright, corner = colour(grid, 1).saturation(), card(grid, 1).pixelColor(RIM + grid.cards.side - 14, RIM + 14)
    library.change(1, rejected=True)
    assert colour(grid, 1).saturation() < bright * (DIM + 0.2)
    assert card(grid, 1).pixelColor(RIM + grid.cards.side - 14, RIM + 14) != corner


@pytest.mark.parametrize("change", [{"stars": 3}, {"name": "Zoe"}])
def test_stars_and_the_name_are_seen(qtbot, change):
    library = some(3)
    grid = grid_of(qtbot, library)
    before = card(grid, 1)
    library.change(1, **change)
    assert card(grid, 1) != before


def test_an_edit_needs_no_new_card_until_its_picture_is_there(qtbot):
    library = some(3)
    grid = grid_of(qtbot, library)
    card(grid, 2)
    drawn = []
    grid.cards._keep = lambda key, card: drawn.append(key)
    library.put(library.face(2).with_recipe(replace(library.face(2).recipe, truncation=Truncation(0.1))))
    card(grid, 2)
    assert drawn == []
    library.draw(2, colour="#ff0000")
    assert colour(grid, 2) == QColor("#ff0000")


def test_a_marked_face_is_framed(qtbot):
    grid = grid_of(qtbot, some(3))
    grid.mark((2,))
    edges = [card(grid, id).pixelColor(60, 1) for id in (1, 2)]
    assert edges[1] == grid.palette().highlight().color()
    assert edges[0] == grid.palette().base().color()


def test_a_face_of_another_model_says_which_one_opens_it(qtbot):
    library = FakeLibrary(face(1), face(2, OTHER), face(3, ""))
    library.draw(1, 2, 3)
    grid = grid_of(qtbot, library)
    before = card(grid, 2)
    grid.cards.set_model(MODEL, lambda hash: "ffhq-1024")
    assert [grid.cards.opened_by(library.face(id)) for id in (1, 2, 3)] == ["", "ffhq-1024", ""]
    assert card(grid, 2) != before


def test_cards_that_one_painting_has_no_time_for_come_in_the_next(qtbot, monkeypatch):
    monkeypatch.setattr(face_delegate, "DRAWING_S", -1.0)
    library = some(3)
    grid = grid_of(qtbot, library)
    base = grid.palette().base().color()
    assert colour(grid, 3) == base
    monkeypatch.undo()
    qtbot.waitUntil(lambda: colour(grid, 3) != base)


HAPPENINGS = {
    "a picture arrives": lambda library: library.draw(1, 2, 9_000),
    "one comes": lambda library: library.put(face(10_001)),
    "one goes": lambda library: library.forget(5_000),
    "one moves": lambda library: library.change(6_000, order=0.5),
    "one is deleted": lambda library: library.change(7_000, place=Place.DELETED),
}


@pytest.mark.parametrize("kind", [FaceGrid, FaceStrip])
def test_one_of_ten_thousand_faces_lays_nothing_out_again(qtbot, qapp, kind):
    """As counted by how often the view asks the model, which it once did for every face."""
    library = some(10_000)
    faces = kind(FaceModel(library, Place.TABLE))
    shown(qtbot, faces)
    asked: list[int] = []
    counted = faces.faces.rowCount
    faces.faces.rowCount = lambda *parent: asked.append(1) or counted(*parent)
    for what, happens in HAPPENINGS.items():
        asked.clear()
        happens(library)
        qapp.processEvents()
        assert len(asked) < 1000, what


def test_what_is_scrolled_into_sight_is_painted(qtbot, qapp):
    library = FakeLibrary(*(face(id) for id in range(1, 10_001)))
    grid = grid_of(qtbot, library)
    qapp.processEvents()
    library.asked.clear()
    grid.verticalScrollBar().setValue(50 * grid.gridSize().height())
    qapp.processEvents()
    assert library.asked
    assert min(library.asked) > 100


def test_scrolling_among_ten_thousand_faces_paints_as_soon_as_among_two_hundred(qtbot, qapp):
    def scrolling(count):
        """Seconds of this thread for one move of 60 px."""
        grid, spent = grid_of(qtbot, some(count), 1320, 720), []
        for _ in range(20):
            grid.verticalScrollBar().setValue(grid.verticalScrollBar().value() + 60)
            start = time.thread_time()
            qapp.processEvents()
            spent.append(time.thread_time() - start)
        return median(spent)

    assert scrolling(10_000) < 4 * scrolling(200)
