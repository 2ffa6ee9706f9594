"""The timeline of a session: undo steps, one for each model, kept with the rest of the session."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.messages import SavedSession
from generator.motion.timeline import Timeline
from tests.support.sessions import facts_of, move


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_model(facts_of())
    return made


def two_faces(session: Session) -> Timeline:
    return Timeline().with_face(session.recipe, "one").with_face(session.face_of(9), "two")


def test_edits_of_the_timeline_and_of_the_face_are_undone_in_their_order(session: Session) -> None:
    first, timeline = session.recipe, two_faces(session)
    session.edit_timeline("Add face", timeline)
    move(session, 0.3)
    session.undo_stack.undo()
    assert (session.recipe, session.timeline) == (first, timeline)
    session.undo_stack.undo()
    assert session.timeline == Timeline()
    session.undo_stack.redo()
    assert session.timeline == timeline


def test_a_drag_is_one_step_and_one_that_ends_where_it_began_is_none(session: Session) -> None:
    timeline, gesture = two_faces(session), new_gesture()
    session.edit_timeline("Add face", timeline)
    for time in (2.5, 3.0, 3.5):
        session.edit_timeline("Move face", timeline.moved(1, time), gesture)
    assert session.undo_stack.count() == 2
    gesture = new_gesture()
    session.edit_timeline("Move face", timeline.moved(1, 5.0), gesture)
    session.edit_timeline("Move face", timeline.moved(1, 3.5), gesture)
    assert session.undo_stack.count() == 2


def test_an_edit_that_changes_nothing_is_no_step(session: Session) -> None:
    session.edit_timeline("Loop", replace(session.timeline))
    assert session.undo_stack.count() == 0


def test_what_is_measured_on_the_timeline_is_no_step(session: Session) -> None:
    told: list[Timeline] = []
    session.edit_timeline("Add face", two_faces(session))
    session.timeline_changed.connect(told.append)
    session.set_pace(b"\0\0\0\0\0\0\x80?")
    assert told == [session.timeline]
    assert session.undo_stack.count() == 1


def test_every_model_has_a_timeline_of_its_own(session: Session) -> None:
    timeline = two_faces(session)
    session.edit_timeline("Add face", timeline)
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.timeline == Timeline()
    session.set_model(facts_of(epoch=3))
    assert session.timeline == timeline


def test_a_session_goes_on_with_the_timeline_that_was_kept(session: Session) -> None:
    session.edit_timeline("Add face", two_faces(session))
    left = session.to_be_kept
    assert left is not None

    def kept(_: object) -> SavedSession | None:
        return left

    again = Session(kept=kept)
    again.set_model(facts_of())
    assert again.timeline == session.timeline
