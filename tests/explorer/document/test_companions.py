"""Marked faces follow the edits of the one shown, in the same undo step, and are never left halfway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.document.gestures import new_gesture
from explorer.document.session import Session
from explorer.messages import ModelFacts
from generator.config import GeneratorConfig
from generator.recipe.recipe import Direction, Noise, Recipe, SeedSource, Truncation, pack
from tests.support.effort import tries

MODEL = "a" * 64
AGE = Direction("age", pack(np.arange(1, 9, dtype=np.float32)))
HAIR = Direction("hair", pack(np.arange(2, 10, dtype=np.float32)))


def facts_of(model: str = MODEL) -> ModelFacts:
    return ModelFacts(1, "m.safetensors", "m", model, GeneratorConfig(256, z_dim=8, w_dim=8), "cpu", "float32")


def face(seed: int, age: float = 0.0) -> Recipe:
    return Recipe(MODEL, SeedSource(seed)).with_amount(AGE, age)


class Table:
    """The rows of kept faces, written as the session announces them."""

    def __init__(self, *faces: Recipe) -> None:
        self.session = Session()
        self.session.set_model(facts_of())
        self.rows = dict(enumerate(faces, 1))
        self.first = dict(self.rows)
        self.written: list[tuple[int, ...]] = []
        self.released = 0
        self.session.companions_changed.connect(self._write)
        self.session.companions_released.connect(self._count)

    def mark(self, *ids: int) -> None:
        """Show the first and let the others follow it, as the light table does."""
        self.session.release_companions()
        self.session.edit("Show", self.rows[ids[0]])
        self.session.set_companions(ids[0], tuple((id, self.rows[id]) for id in ids[1:]))

    def move(self, age: float, gesture: int | None = None, direction: Direction = AGE) -> None:
        self.session.edit("Age", self.session.recipe.with_amount(direction, age), gesture)

    def ages(self) -> list[float]:
        return [recipe.amount(AGE) for recipe in self.rows.values()]

    def check(self) -> None:
        """What is shown and what follows is what the rows hold."""
        session = self.session
        if session.lead is not None:
            assert self.rows[session.lead] == session.recipe
        for id, recipe in session.companions:
            assert self.rows[id] == recipe

    def _write(self, faces: tuple[tuple[int, Recipe], ...]) -> None:
        self.written.append(tuple(id for id, _ in faces))
        self.rows.update(faces)

    def _count(self) -> None:
        self.released += 1


@pytest.fixture
def table() -> Table:
    return Table(face(1), face(2, 1.0), face(3, -2.0), face(4))


def test_a_drag_moves_every_marked_face_by_the_same_amount_in_one_step(table: Table) -> None:
    table.mark(1, 2, 3)
    steps, gesture = table.session.undo_stack.count(), new_gesture()
    for age in (0.5, 1.0, 1.5):
        table.move(age, gesture)
    assert table.ages() == [1.5, 2.5, -0.5, 0.0]
    assert table.session.undo_stack.count() == steps + 1
    table.session.undo_stack.undo()
    assert table.rows == table.first
    table.session.undo_stack.redo()
    assert table.ages() == [1.5, 2.5, -0.5, 0.0]
    assert set(table.written) == {(1, 2, 3)}


def test_a_drag_there_and_back_leaves_no_step_and_every_face_as_it_was(table: Table) -> None:
    table.rows[2] = table.first[2] = replace(face(2), truncation=Truncation(0.3))
    table.mark(1, 2)
    steps, gesture = table.session.undo_stack.count(), new_gesture()
    for psi in (0.6, 0.9, 0.7):
        table.session.edit("Psi", replace(table.session.recipe, truncation=Truncation(psi)), gesture)
    assert table.rows == table.first
    assert table.session.undo_stack.count() == steps


def test_what_is_no_amount_takes_the_new_value(table: Table) -> None:
    table.mark(1, 2)
    table.session.edit("Noise", replace(table.session.recipe, noise=Noise("random", 7)))
    assert table.rows[2] == replace(table.first[2], noise=Noise("random", 7))


@pytest.mark.parametrize("leave", ["new_face", "go_back", "choose", "model", "open"])
def test_another_face_on_the_screen_ends_the_marking_and_changes_no_row(table: Table, leave: str) -> None:
    table.session.edit("Seed", face(80))
    table.mark(1, 2)
    session = table.session
    ways = {
        "new_face": session.new_face,
        "go_back": session.go_back,
        "choose": lambda: session.edit("Choose a face", session.face_of(99)),
        "open": lambda: session.edit("Open x.png", face(98, 3.0)),
        "model": lambda: session.set_model(facts_of("b" * 64)),
    }
    ways[leave]()
    assert (session.lead, session.companions, table.released) == (None, (), 1)
    table.move(2.0)
    assert (table.rows, table.written) == (table.first, [])


def test_an_undone_new_face_shows_the_lead_again_and_the_step_before_it_still_moves_all(table: Table) -> None:
    table.mark(1, 2)
    table.move(2.0)
    table.session.new_face()
    table.session.undo_stack.undo()
    assert table.session.lead is None
    assert table.ages()[:2] == [2.0, 3.0]
    table.session.undo_stack.undo()
    assert table.rows == table.first
    assert table.session.recipe == face(1)


def test_an_undone_edit_of_the_face_alone_does_not_reach_its_row(table: Table) -> None:
    table.mark(1, 2)
    table.session.release_companions()
    table.move(3.0)  # alone
    table.session.set_companions(1, ((2, table.rows[2]),))
    table.session.undo_stack.undo()
    assert table.session.lead is None
    assert table.rows == table.first


def test_faces_marked_anew_within_a_gesture_begin_another_step(table: Table) -> None:
    table.mark(1, 2)
    gesture = new_gesture()
    table.move(1.0, gesture)
    table.session.set_companions(1, ((3, table.rows[3]),))
    table.move(2.0, gesture)
    assert table.ages() == [2.0, 2.0, -1.0, 0.0]
    table.session.undo_stack.undo()
    assert table.ages() == [1.0, 2.0, -2.0, 0.0]
    table.session.undo_stack.undo()
    assert table.rows == table.first


def test_others_may_be_given_where_each_is_edited_in_its_own_way(table: Table) -> None:
    table.mark(1, 2, 3)
    table.session.edit("Look", face(1, 4.0), others=((2, face(2, 4.0)), (3, face(3, 4.0))))
    assert table.ages() == [4.0, 4.0, 4.0, 0.0]
    table.session.undo_stack.undo()
    assert table.rows == table.first


def test_an_edit_of_the_others_alone_is_a_step(table: Table) -> None:
    table.mark(1, 2)
    table.session.edit("Look", face(1), others=((2, face(2, 4.0)),))
    assert table.ages()[:2] == [0.0, 4.0]
    table.session.undo_stack.undo()
    assert table.rows == table.first


amounts = st.integers(-4, 4).map(float)
steps = st.one_of(
    st.tuples(st.just("move"), amounts, st.sampled_from([AGE, HAIR]), st.integers(0, 3)),
    st.tuples(st.just("psi"), st.sampled_from([0.3, 0.7, 1.0]), st.integers(0, 3)),
    st.tuples(st.just("mark"), st.lists(st.integers(1, 4), min_size=2, max_size=4, unique=True)),
    st.tuples(st.sampled_from(["undo", "redo", "new face", "release", "back", "reset"])),
)


def take(table: Table, step: tuple, gestures: list[int | None]) -> None:
    session = table.session
    match step:
        case ("move", amount, direction, gesture):
            table.move(amount, gestures[gesture], direction)
        case ("psi", psi, gesture):
            edited = replace(session.recipe, truncation=Truncation(psi))
            session.edit("Psi", edited, gestures[gesture])
        case ("mark", ids):
            table.mark(*ids)
        case ("undo",):
            session.undo_stack.undo()
        case ("redo",):
            session.undo_stack.redo()
        case ("new face",):
            session.new_face()
        case ("release",):
            session.release_companions()
        case ("back",):
            session.go_back()
        case ("reset",):
            session.reset()


@settings(max_examples=tries(100))
@given(st.lists(steps, max_size=25))
def test_whatever_is_done_and_undone_the_rows_agree_with_what_is_shown_and_all_can_be_taken_back(
    done: list[tuple],
) -> None:
    table = Table(face(1), face(2, 1.0), face(3, -2.0), face(4))
    gestures: list[int | None] = [None, *(new_gesture() for _ in range(3))]
    for step in done:
        take(table, step, gestures)
        table.check()
    last = dict(table.rows), table.session.recipe
    steps_done = table.session.undo_stack.index()
    while table.session.undo_stack.canUndo():
        table.session.undo_stack.undo()
        table.check()
    assert table.rows == table.first
    assert table.session.recipe == Recipe(MODEL)
    for _ in range(steps_done):
        table.session.undo_stack.redo()
    assert (table.rows, table.session.recipe) == last
