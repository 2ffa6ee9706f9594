"""The list model of faces: what it shows, and that one change touches one row."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from explorer.table.face_model import FACE, FaceModel
from explorer.table.face_order import Filter, Rejected, Sort
from generator.project.face import Face, Place
from generator.project.packing import PackedRecipe
from generator.project.rows import MAX_TIME
from tests.support.fake_library import MODEL, OTHER, FakeLibrary, face, some


class Watched:
    """Every signal of a model about its rows."""

    def __init__(self, model: FaceModel) -> None:
        self.seen: list[str] = []
        for name in ("rowsInserted", "rowsRemoved", "rowsMoved", "dataChanged", "modelReset", "layoutChanged"):
            getattr(model, name).connect(lambda *_, name=name: self.seen.append(name))


def shown(library: FakeLibrary, sort: Sort = Sort.ORDER, **filters: Any) -> tuple[int, ...]:
    model = FaceModel(library, Place.TABLE)
    model.show(sort, Filter(**filters))
    return model.ids


def test_faces_of_one_place_are_shown_in_their_order(qapp):
    library = FakeLibrary(face(1, order=2.0), face(2, order=1.0), face(3, place=Place.HISTORY))
    model = FaceModel(library, Place.TABLE)
    assert model.ids == (2, 1)
    assert model.data(model.index(0), FACE) == library.face(2)
    assert model.data(model.index(0)) == "Face 2"
    assert FaceModel(library, Place.HISTORY).ids == (3,)


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort.ORDER, (1, 2, 3, 4)),
        (Sort.NAME, (3, 1, 2, 4)),
        (Sort.STARS, (2, 1, 3, 4)),
        (Sort.TIME, (4, 3, 2, 1)),
        (Sort.MODEL, (4, 1, 2, 3)),
        (Sort.TAGS, (3, 2, 1, 4)),
    ],
)
def test_every_order_sorts_and_leaves_the_rest_as_the_user_arranged_it(qapp, sort, order):
    library = FakeLibrary(
        face(1, name="berta", stars=1),
        face(2, name="Carl", stars=5, tags=("old", "young")),
        face(3, name="Anna", tags=("new",)),
        face(4, name="", model=OTHER),
    )
    assert shown(library, sort) == order


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"stars": 3}, (1, 2)),
        ({"tag": "old"}, (2, 3)),
        ({"model": MODEL}, (1, 2, 3)),
        ({"rejected": Rejected.HIDDEN}, (1, 2, 4)),
        ({"rejected": Rejected.ALONE}, (3,)),
        ({"deleted": True}, (5,)),
        ({"text": "AN old"}, (2,)),
        ({"text": "queen"}, (3,)),
        ({"stars": 3, "tag": "old"}, (2,)),
    ],
)
def test_every_filter_hides_the_others(qapp, filters, ids):
    library = FakeLibrary(
        face(1, stars=3, name="Anna"),
        face(2, stars=5, tags=("old",), name="Ann"),
        face(3, rejected=True, tags=("old",), note="a queen"),
        face(4, model=OTHER),
        face(5, place=Place.DELETED),
    )
    assert shown(library, **filters) == ids


def test_one_change_touches_one_row_and_indexes_keep_their_faces(qapp):
    library = some(10)
    model = FaceModel(library, Place.TABLE)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    watched, marks = Watched(model), QItemSelectionModel(model)
    marks.select(model.index(4), QItemSelectionModel.SelectionFlag.Select)
    library.put(face(11, order=2.5))
    library.change(9, order=0.5)
    library.change(5, order=0.2)
    library.change(7, stars=2)
    library.change(1, place=Place.DELETED)
    library.forget(2)
    assert watched.seen == [
        *("rowsInserted", "rowsMoved", "dataChanged", "rowsMoved", "dataChanged"),
        *("dataChanged", "rowsRemoved", "rowsRemoved"),
    ]
    assert model.ids == (5, 9, 11, 3, 4, 6, 7, 8, 10)
    assert [model.face(index.row()).id for index in marks.selectedIndexes()] == [5]
    assert all(model.row(id) == row for row, id in enumerate(model.ids))


def test_many_faces_that_stay_where_they_are_are_only_repainted(qapp):
    library = some(100)
    model = FaceModel(library, Place.TABLE)
    history = Watched(FaceModel(library, Place.HISTORY))
    watched = Watched(model)
    library.put(*(library.face(id).with_recipe(library.face(id).recipe) for id in range(1, 51)))
    assert (watched.seen, history.seen) == (["dataChanged"], [])
    library.put(*(face(id, order=200.0 - id) for id in range(1, 51)))
    assert watched.seen == ["dataChanged", "layoutChanged"]


def test_faces_of_another_place_change_nothing(qapp):
    library = some(3)
    model = FaceModel(library, Place.TABLE)
    watched = Watched(model)
    library.put(face(4, place=Place.HISTORY))
    library.draw(4)
    assert watched.seen == []


def test_a_thumbnail_that_arrives_repaints_its_face_alone(qapp):
    library = FakeLibrary(face(1), face(2))
    model, rows = FaceModel(library, Place.TABLE), []
    model.dataChanged.connect(lambda first, last: rows.append((first.row(), last.row())))
    assert model.image(2) is None
    library.draw(2)
    assert rows == [(1, 1)]
    assert model.image(2) is not None


def test_other_filters_and_orders_keep_the_indexes_of_the_faces_still_shown(qapp):
    library = FakeLibrary(*(face(id, stars=id % 3) for id in range(1, 101)))
    model = FaceModel(library, Place.TABLE)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    kept, lost = QPersistentModelIndex(model.index(49)), QPersistentModelIndex(model.index(50))
    model.show(Sort.TIME, Filter(stars=2))
    assert model.face(kept.row()).id == 50
    assert not lost.isValid()


def test_another_project_replaces_all(qapp):
    library = some(5)
    model = FaceModel(library, Place.TABLE)
    watched = Watched(model)
    library.all = {8: face(8)}
    library.reset.emit()
    assert (model.ids, watched.seen) == ((8,), ["modelReset"])


def test_a_face_without_a_name_is_called_by_its_seed_and_one_that_lies_is_damaged(qapp):
    library = FakeLibrary(face(85, name=""), Face(86, PackedRecipe("{", {}), order=99.0))
    model = FaceModel(library, Place.TABLE)
    assert [model.data(model.index(row)) for row in range(2)] == ["Seed 85", "Damaged"]


@pytest.fixture
def east_of_greenwich(monkeypatch):
    monkeypatch.setenv("TZ", "XYZ-14")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone is the system's here")
def test_a_time_that_no_calendar_has_is_not_said(qapp, east_of_greenwich):
    model = FaceModel(FakeLibrary(face(1, made=MAX_TIME, stars=2)), Place.TABLE)
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleDescriptionRole) == "2 of 5 stars"


def test_what_is_known_of_a_face_is_said_to_screen_readers_and_in_its_tip(qapp):
    library = FakeLibrary(face(1, stars=3, rejected=True, tags=("old",), note="a <b> queen", made=0.0))
    model = FaceModel(library, Place.TABLE)
    said = "3 of 5 stars · rejected · old · a <b> queen"
    assert model.data(model.index(0), Qt.ItemDataRole.AccessibleDescriptionRole) == said
    assert "&lt;b&gt;" in model.data(model.index(0), Qt.ItemDataRole.ToolTipRole)


def test_a_change_among_ten_thousand_faces_takes_less_than_half_a_frame(qapp):
    library = FakeLibrary(*(face(id, made=float(id)) for id in range(1, 10_001)))
    model = FaceModel(library, Place.TABLE)
    assert len(model.ids) == 10_000
    start = time.thread_time()
    for id in range(1, 101):
        library.change(id, order=10_000.5 - id)
    assert (time.thread_time() - start) / 100 < 0.008
