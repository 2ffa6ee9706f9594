"""Every face that was on the screen is in the history, once, and says which one it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.library.history_recorder import HistoryRecorder
from explorer.messages import Quality, RenderRequest, RenderResult
from generator.project.face import Face, Place
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.fake_project import FakeProject
from tests.support.library_fixtures import keep, library_on, switch_to
from tests.support.panel_fixtures import facts


class Rig:
    """A session whose faces are recorded."""

    def __init__(self, qtbot: QtBot, max_rows: int = 100) -> None:
        self.session = Session(Recipe(source=SeedSource(85)))
        self.library = library_on(qtbot)
        self.recorder = HistoryRecorder(self.session, self.library, max_rows)
        self.session.set_model(facts())

    def edit(self, psi: float, gesture: int | None = None) -> None:
        self.session.edit("Psi", replace(self.session.recipe, truncation=Truncation(psi)), gesture)

    def rows(self) -> list[tuple[float, int | None]]:
        """Psi and parent of every row."""
        self.recorder.write_now()
        return [(face.recipe.truncation.psi, face.parent) for face in self.library.faces(Place.HISTORY)]


@pytest.fixture
def rig(qtbot: QtBot) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []
    yield lambda *arguments: made.append(Rig(qtbot, *arguments)) or made[-1]
    for each in made:
        each.library.close()


def frame(recipe: Recipe, quality: Quality = Quality.FULL) -> RenderResult:
    return RenderResult(RenderRequest(1, 1, recipe, quality), np.full((64, 64, 3), 90, np.uint8), 1.0)


def test_each_face_is_a_row_that_comes_from_the_one_before(rig) -> None:
    one = rig()
    one.edit(0.5)
    one.edit(0.4)
    assert one.rows() == [(0.7, None), (0.5, 1), (0.4, 2)]
    assert one.recorder.current == 3


def test_the_edits_of_one_gesture_are_one_row_also_when_it_was_written_meanwhile(rig) -> None:
    one, gesture = rig(), new_gesture()
    for psi in (0.6, 0.5, 0.4):
        one.edit(psi, gesture)
        one.rows()
    one.edit(0.3, gesture)
    assert one.rows() == [(0.7, None), (0.3, 1)]
    one.edit(0.2, new_gesture())
    assert one.rows() == [(0.7, None), (0.3, 1), (0.2, 2)]


def test_a_row_is_written_some_moments_after_the_last_change(rig, qtbot: QtBot) -> None:
    one = rig()
    with qtbot.waitSignal(one.library.added):
        pass
    assert len(one.library.faces(Place.HISTORY)) == 1


def test_going_back_adds_nothing_and_editing_from_there_branches(rig) -> None:
    one = rig()
    one.edit(0.5, new_gesture())
    one.edit(0.4, new_gesture())
    one.session.undo_stack.undo()
    one.session.undo_stack.undo()
    assert one.rows() == [(0.7, None), (0.5, 1), (0.4, 2)]
    assert one.recorder.current == 1
    one.session.undo_stack.redo()
    one.edit(0.9)
    assert one.rows() == [(0.7, None), (0.5, 1), (0.4, 2), (0.9, 2)]


def test_undo_right_after_a_drag_keeps_what_the_drag_made(rig) -> None:
    one, gesture = rig(), new_gesture()
    one.edit(0.6, gesture)
    one.edit(0.5, gesture)
    one.session.undo_stack.undo()
    assert one.rows() == [(0.7, None), (0.5, 1)]


def test_a_gesture_that_ends_where_it_began_leaves_no_row(rig) -> None:
    one, gesture = rig(), new_gesture()
    one.edit(0.5, gesture)
    one.rows()
    one.edit(0.7, gesture)
    assert one.rows() == [(0.7, None)]


def test_what_is_under_way_is_written_when_the_project_is_left(rig) -> None:
    one = rig()
    one.edit(0.5, new_gesture())
    one.library.close()
    assert len(one.library.faces(Place.HISTORY)) == 2


def test_the_face_shown_goes_on_in_another_project(rig, qtbot: QtBot) -> None:
    one, other = rig(), FakeProject(faces=(Face.of(5, Recipe(), place=Place.HISTORY),))
    one.edit(0.5)
    switch_to(qtbot, one.library, other)
    assert one.rows() == [(0.7, None), (0.5, None)]
    assert one.recorder.current == 6


@pytest.mark.parametrize("frame_first", [True, False])
def test_the_thumbnail_is_the_full_frame_of_the_row(rig, qtbot: QtBot, frame_first: bool) -> None:
    one = rig()
    one.edit(0.5, new_gesture())
    one.recorder.take_frame(frame(one.session.recipe, Quality.PREVIEW))
    if not frame_first:
        one.rows()
    with qtbot.waitSignal(one.library.thumbnail_ready) as ready:
        one.recorder.take_frame(frame(one.session.recipe))
        one.rows()
    assert ready.args == [2]


def test_the_oldest_rows_that_nothing_kept_comes_from_are_dropped(rig) -> None:
    one = rig(3)
    one.rows()
    keep(one.library, one.session.recipe, parent=one.recorder.current)
    for psi in (0.6, 0.5, 0.4, 0.3):
        one.edit(psi)
    assert [psi for psi, _ in one.rows()] == [0.7, 0.4, 0.3]
    one.edit(0.6)
    assert [psi for psi, _ in one.rows()] == [0.7, 0.3, 0.6]
