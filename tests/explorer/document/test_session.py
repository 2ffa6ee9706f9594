"""The document: undo by gesture, earlier faces, unsaved work, another model."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from explorer.document.face_names import OpenedFile
from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from generator.recipe.recipe import Mix, Recipe, SeedSource, Truncation
from tests.support.sessions import AGE, facts_of, move


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_model(facts_of())
    return made


@pytest.fixture
def announced(session: Session) -> list[Recipe]:
    seen: list[Recipe] = []
    session.recipe_changed.connect(seen.append)
    return seen


def test_a_drag_is_one_undo_step(session: Session, announced: list[Recipe]) -> None:
    gesture = new_gesture()
    for psi in (0.6, 0.5, 0.4):
        move(session, psi, gesture)
    assert (session.undo_stack.count(), len(announced)) == (1, 3)
    session.undo_stack.undo()
    assert session.recipe.truncation.psi == 0.7
    session.undo_stack.redo()
    assert session.recipe.truncation.psi == 0.4


def test_two_drags_are_two_undo_steps(session: Session) -> None:
    move(session, 0.6, new_gesture())
    move(session, 0.5, new_gesture())
    session.undo_stack.undo()
    assert session.recipe.truncation.psi == 0.6


def test_edits_without_a_gesture_never_merge(session: Session) -> None:
    move(session, 0.6)
    move(session, 0.5)
    assert session.undo_stack.count() == 2


def test_a_drag_that_returns_home_leaves_no_undo_step(session: Session) -> None:
    gesture = new_gesture()
    for psi in (0.6, 0.5, 0.7):
        move(session, psi, gesture)
    assert session.undo_stack.count() == 0
    assert session.recipe.truncation.psi == 0.7
    move(session, 0.3, gesture)
    session.undo_stack.undo()
    assert session.recipe.truncation.psi == 0.7


def test_a_drag_that_goes_on_after_undo_is_a_step_of_its_own(session: Session) -> None:
    gesture = new_gesture()
    move(session, 0.6, gesture)
    session.undo_stack.undo()
    move(session, 0.5, gesture)
    session.undo_stack.undo()
    assert session.recipe.truncation.psi == 0.7


def test_an_edit_that_changes_nothing_is_no_step(session: Session, announced: list[Recipe]) -> None:
    session.edit("Nothing", session.recipe)
    assert (session.undo_stack.count(), announced) == (0, [])


def test_ten_thousand_steps_can_be_undone(session: Session) -> None:
    before = session.recipe
    for step in range(10_000):
        move(session, step / 10_000)
    assert session.undo_stack.count() == 10_000
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert session.recipe == before


def test_reset_is_one_step_to_the_plain_face_of_the_same_source(session: Session) -> None:
    session.edit("Seed", replace(session.recipe, source=SeedSource(5)))
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    move(session, 1.2)
    session.reset()
    assert session.recipe == session.neutral == Recipe(model="a" * 64, source=SeedSource(5))
    session.undo_stack.undo()
    assert session.recipe.amount(AGE) == 2.0


def test_a_new_face_keeps_the_edits_and_can_be_undone(session: Session) -> None:
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    known = session.next_face
    session.new_face()
    assert session.recipe == known
    assert session.next_face.source != session.recipe.source != SeedSource(0)
    assert session.recipe.amount(AGE) == 2.0
    session.undo_stack.undo()
    assert session.recipe.source == SeedSource(0)


def test_a_locked_source_stays_when_a_new_face_is_asked_for(session: Session, announced: list[Recipe]) -> None:
    session.set_locked(True)
    session.new_face()
    assert announced == []


def test_one_gesture_through_many_seeds_is_one_earlier_face(session: Session) -> None:
    gesture = new_gesture()
    for seed in (1, 2, 3):
        session.edit("Seed", replace(session.recipe, source=SeedSource(seed)), gesture)
    session.edit("Seed", replace(session.recipe, source=SeedSource(9)), new_gesture())
    assert session.earlier_sources == (SeedSource(0), SeedSource(3))


def test_going_back_visits_the_earlier_faces_in_turn_and_is_undoable(session: Session) -> None:
    for seed in (1, 2):
        session.edit("Seed", replace(session.recipe, source=SeedSource(seed)))
    session.go_back()
    assert session.recipe.source == SeedSource(1)
    session.go_back()
    assert session.recipe.source == SeedSource(0)
    session.undo_stack.undo()
    assert session.recipe.source == SeedSource(1)


def test_an_earlier_face_comes_back_as_it_was_left_and_so_does_the_later_one(session: Session) -> None:
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    first = replace(session.recipe, mix=Mix(SeedSource(8), (1.0,)))
    session.edit("Mix", first)
    session.new_face()
    session.edit("Age", session.recipe.with_amount(AGE, -1.0))
    second = replace(session.recipe, mix=None, truncation=Truncation(0.3))
    session.edit("Off", second)
    session.go_back()
    assert session.recipe == first
    session.go_forward()
    assert session.recipe == second
    session.undo_stack.undo()
    assert session.recipe == first
    session.undo_stack.undo()
    assert session.recipe == second
    session.undo_stack.undo()
    assert session.recipe.truncation.psi == 0.7


def test_an_earlier_face_that_is_edited_again_comes_back_with_those_edits(session: Session) -> None:
    session.edit("Seed", replace(session.recipe, source=SeedSource(5)))
    session.go_back()
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    edited = session.recipe
    session.go_forward()
    assert session.recipe.amount(AGE) == 0
    session.go_back()
    assert session.recipe == edited


def test_undo_and_redo_lead_to_faces_that_have_their_neighbours(session: Session) -> None:
    for seed in (1, 2):
        session.edit("Seed", replace(session.recipe, source=SeedSource(seed)))
    session.go_back()
    session.undo_stack.undo()
    assert session.earlier_sources == (SeedSource(0), SeedSource(1))
    session.undo_stack.undo()
    assert (session.earlier_sources, session.later_sources) == ((SeedSource(0),), (SeedSource(2),))
    session.edit("Seed", replace(session.recipe, source=SeedSource(9)))
    assert (session.earlier_sources, session.later_sources) == ((SeedSource(0), SeedSource(1)), ())
    session.undo_stack.undo()
    session.go_forward()
    assert session.recipe.source == SeedSource(9)


def test_a_face_that_is_seen_again_is_the_latest(session: Session) -> None:
    for seed in (1, 2, 1):
        session.edit("Seed", replace(session.recipe, source=SeedSource(seed)))
    assert session.earlier_sources == (SeedSource(0), SeedSource(2))


def test_earlier_faces_lose_only_what_belongs_to_another_model(session: Session) -> None:
    edited = replace(session.recipe.with_amount(AGE, 2.0), truncation=Truncation(0.4))
    session.edit("Age", edited)
    session.edit("Seed", replace(session.recipe, source=SeedSource(5)))
    session.set_model(facts_of("b" * 64, epoch=2))
    session.go_back()
    assert session.recipe == Recipe("b" * 64, SeedSource(0), Truncation(0.4))
    session.set_model(facts_of(epoch=3))
    session.go_back()
    assert session.recipe == edited


def test_a_face_goes_by_the_name_of_the_file_that_it_is_in(session: Session) -> None:
    young, old = (session.recipe.with_amount(AGE, amount) for amount in (-2.0, 2.0))
    for name, recipe in (("young.png", young), ("old.png", old)):
        session.remember_file(name, recipe)
        session.edit(f"Open {name}", recipe)
    assert session.opened_file == OpenedFile("old.png", old)
    session.undo_stack.undo()
    assert session.opened_file == OpenedFile("young.png", young)
    session.edit("Age", session.recipe.with_amount(AGE, 1.0))
    assert session.opened_file == OpenedFile("old.png", old)
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.opened_file is None
    session.set_model(facts_of(epoch=3))
    session.remember_file("copy.png", old)
    session.edit("Age", old)
    assert session.opened_file == OpenedFile("copy.png", old)


def test_a_plain_face_is_no_unsaved_work_and_an_edited_one_is_until_it_is_saved(session: Session) -> None:
    session.new_face()
    assert not session.has_unsaved_work
    move(session, 0.2)
    assert session.has_unsaved_work
    session.mark_saved(session.recipe)
    assert not session.has_unsaved_work
    move(session, 0.3)
    assert session.has_unsaved_work
    session.undo_stack.undo()
    assert not session.has_unsaved_work


def test_saving_an_earlier_state_leaves_the_later_edits_unsaved(session: Session) -> None:
    move(session, 0.2)
    exported = session.recipe
    move(session, 0.3)
    session.mark_saved(exported)
    assert session.has_unsaved_work


def test_the_second_source_is_remembered_while_the_mix_is_off() -> None:
    session = Session()
    assert session.second_source == SeedSource(1)
    session.edit("Mix", replace(session.recipe, mix=Mix(SeedSource(8), (1.0,))))
    session.edit("Off", replace(session.recipe, mix=None))
    assert session.second_source == SeedSource(8)


def test_a_session_that_nobody_holds_is_gone_without_the_garbage_collector() -> None:
    """Which would take session, stack and commands apart in any order: the stack then deletes what is half gone."""
    session = Session()
    for seed in range(1, 4):
        session.edit("Seed", replace(session.recipe, source=SeedSource(seed)))
    session.undo_stack.undo()
    gone = weakref.ref(session)
    gc.disable()
    try:
        del session
        assert gone() is None
    finally:
        gc.enable()
