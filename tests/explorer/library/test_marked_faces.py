"""Faces marked on the table are edited together, and their rows say so."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.library.marked_faces import MarkedFaces
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_library import FakeLibrary
from tests.support.panel_fixtures import NAMED, facts

AGE = NAMED[0].direction
MODEL = facts().hash


def face(seed: int, age: float = 0.0, model: str = MODEL) -> Recipe:
    return Recipe(model, SeedSource(seed)).with_amount(AGE, age)


def kept(*recipes: Recipe) -> FakeLibrary:
    """A library of these faces, by the numbers 1, 2, ..."""
    return FakeLibrary(*(Face.of(id, recipe, order=float(id)) for id, recipe in enumerate(recipes, 1)))


class Desk:
    """Three kept faces, and one of another model."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session = Session(Recipe(source=SeedSource(80)))
        self.session.set_model(facts())
        self.library = kept(face(1), face(2, 1.0), face(3), face(4, model="b" * 64))
        self.first = self.library.recipes()
        self.marked = MarkedFaces(self.library, self.session)
        self.said: list[str] = []
        self.counts: list[int] = []
        self.marked.said.connect(self.said.append)
        self.marked.count_changed.connect(self.counts.append)

    def mark(self, *ids: int) -> None:
        self.library.mark(ids)
        self.qtbot.waitUntil(lambda: not self.marked._soon.isActive())

    def age(self, amount: float, gesture: int | None = None) -> None:
        self.session.edit("Age", self.session.recipe.with_amount(AGE, amount), gesture)

    def ages(self) -> list[float]:
        return [recipe.amount(AGE) for recipe in self.library.recipes()]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_marked_faces_are_edited_together_and_one_undo_brings_all_back(desk: Desk) -> None:
    desk.mark(1, 2, 3)
    assert (desk.session.recipe, desk.counts) == (face(1), [3])
    gesture = new_gesture()
    for amount in (0.5, 1.0):
        desk.age(amount, gesture)
    assert desk.ages() == [1.0, 2.0, 1.0, 0.0]
    desk.session.undo_stack.undo()
    assert desk.library.recipes() == desk.first
    assert desk.counts == [3]


def test_the_lead_is_shown_as_it_is_kept_in_a_step_of_its_own(desk: Desk) -> None:
    desk.session.edit("Open", face(1, 3.0))
    desk.mark(1, 2)
    assert desk.session.recipe == face(1)
    desk.session.undo_stack.undo()
    assert desk.session.recipe == face(1, 3.0)
    assert (desk.library.marked, desk.counts) == ((), [2, 0])
    desk.age(4.0)
    assert desk.library.recipes() == desk.first


def test_marking_the_face_that_is_shown_is_no_step(desk: Desk) -> None:
    desk.session.edit("Open", face(1))
    steps = desk.session.undo_stack.count()
    desk.library.mark((1, 2))
    assert (desk.session.lead, desk.session.undo_stack.count()) == (1, steps)


def test_another_face_on_the_screen_unmarks(desk: Desk) -> None:
    desk.mark(1, 2)
    desk.session.new_face()
    assert (desk.library.marked, desk.counts) == ((), [2, 0])
    desk.age(4.0)
    assert desk.library.recipes() == desk.first


def test_one_marked_face_is_not_edited_by_exploring(desk: Desk) -> None:
    desk.mark(1, 2)
    desk.mark(1)
    desk.age(4.0)
    assert desk.library.recipes() == desk.first
    assert desk.library.marked == (1,)
    assert desk.counts == [2, 0]


def test_faces_of_another_model_are_left_out_with_a_sentence(desk: Desk) -> None:
    desk.mark(4, 1, 2)
    assert desk.said == ["1 of the 3 marked faces cannot be edited now; only kept faces of the open model can."]
    desk.age(1.0)
    assert desk.ages() == [1.0, 2.0, 0.0, 0.0]


def test_where_one_face_alone_could_be_edited_none_is_and_the_sentence_says_why(desk: Desk) -> None:
    desk.mark(4, 1)
    assert desk.said == ["1 of the 2 marked faces cannot be edited now; only kept faces of the open model can."]
    assert (desk.session.lead, desk.counts) == (None, [])


def test_a_face_that_fits_any_model_is_edited_with_the_others(desk: Desk) -> None:
    desk.library.all[2] = desk.library.all[2].with_recipe(replace(face(2), model=""))
    desk.mark(1, 2)
    desk.age(1.0)
    assert desk.library.face(2).recipe == face(2, 1.0)


def test_stars_given_meanwhile_stay(desk: Desk) -> None:
    desk.mark(1, 2)
    desk.age(1.0)
    desk.library.put(replace(desk.library.face(2), stars=4))
    desk.session.undo_stack.undo()
    assert (desk.library.face(2).recipe, desk.library.face(2).stars) == (face(2, 1.0), 4)


def test_rows_that_others_have_rewritten_are_edited_on_from_there(desk: Desk) -> None:
    desk.mark(1, 2, 3)
    desk.library.put(desk.library.face(2).with_recipe(face(2, 5.0)))
    desk.age(1.0)
    assert desk.ages()[:3] == [1.0, 6.0, 1.0]


def test_a_lead_that_others_have_rewritten_or_deleted_is_not_overwritten(desk: Desk) -> None:
    desk.mark(1, 2)
    desk.library.put(desk.library.face(1).with_recipe(face(1, 5.0)))
    desk.age(1.0)
    assert desk.ages()[:2] == [5.0, 1.0]
    desk.mark(2, 3)
    desk.library.put(replace(desk.library.face(2), place=Place.DELETED))
    desk.age(3.0)
    assert desk.ages()[:3] == [5.0, 1.0, 0.0]


def test_a_face_removed_for_good_is_skipped_by_undo(desk: Desk) -> None:
    desk.mark(1, 2, 3)
    desk.age(1.0)
    desk.library.forget(2)
    desk.session.undo_stack.undo()
    assert desk.library.recipes() == [face(1), face(3), desk.first[3]]


def test_another_project_ends_editing_together(desk: Desk) -> None:
    desk.mark(1, 2)
    desk.library.reset.emit()
    assert (desk.session.lead, desk.counts) == (None, [2, 0])


def test_fifty_marked_faces_cost_a_small_part_of_a_frame_and_are_not_packed_at_every_move(qtbot: QtBot) -> None:
    session = Session(face(1))
    session.set_model(facts())
    library = kept(*(face(seed, seed / 7) for seed in range(1, 51)))
    held = MarkedFaces(library, session)
    library.mark(tuple(library.all))
    qtbot.waitUntil(lambda: held.count == 50)
    gesture, spent = new_gesture(), []
    for move in range(20):
        start = time.thread_time()
        session.edit("Age", session.recipe.with_amount(AGE, move / 9 + 0.1), gesture)
        spent.append(time.thread_time() - start)
    assert sorted(spent)[10] < 0.016
    assert not any("_packed" in face.packed.__dict__ for face in library.all.values())
