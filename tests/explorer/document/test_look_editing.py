"""Looks and copied edits on the face shown and on all that are marked with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.document.gestures import new_gesture
from explorer.document.look_commands import ChangeLooks, free_name
from explorer.document.look_editing import LookEditing, paste, remark
from explorer.document.session import Session
from generator.config import GeneratorConfig
from generator.errors import RecipeError
from generator.project.look import Look, Part, take
from generator.recipe.recipe import LatentSource, Mix, Recipe, SeedSource, Truncation
from tests.support.fake_library import FakeLibrary
from tests.support.panel_fixtures import NAMED, facts

AGE, HAIR = NAMED[0].direction, NAMED[2].direction
MODEL = facts().hash
CALM = take("calm", Recipe(truncation=Truncation(0.5)).with_amount(AGE, 2.0), {Part.DIRECTIONS, Part.TRUNCATION})


def face(seed: int) -> Recipe:
    return Recipe(MODEL, SeedSource(seed))


@pytest.fixture
def session() -> Session:
    made = Session(face(1))
    made.set_model(facts())
    return made


def test_a_strength_that_is_dragged_is_one_step_and_starts_from_the_same_face(session: Session) -> None:
    editing, gesture = LookEditing(session), new_gesture()
    for strength in (0.25, 1.0, 0.5):
        editing.apply(CALM, strength, gesture)
    assert session.recipe.amount(AGE) == 1.0
    assert session.recipe.truncation.psi == pytest.approx(0.6)
    assert session.undo_stack.count() == 1
    session.undo_stack.undo()
    assert session.recipe == face(1)


def test_a_second_strength_of_the_same_look_is_no_second_helping(session: Session) -> None:
    editing = LookEditing(session)
    editing.apply(CALM, 0.5, new_gesture())
    editing.apply(CALM, 0.5, new_gesture())
    assert session.recipe.truncation.psi == pytest.approx(0.6)
    editing.apply(CALM, 0.0, new_gesture())
    assert session.recipe == face(1)


def test_a_look_after_another_edit_starts_from_that(session: Session) -> None:
    editing = LookEditing(session)
    editing.apply(CALM, 0.5)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(1.0)))
    editing.apply(CALM, 0.5)
    assert session.recipe.truncation.psi == 0.75


def test_a_look_is_applied_to_every_marked_face_in_one_step(session: Session) -> None:
    other = replace(face(2), truncation=Truncation(1.0)).with_amount(HAIR, 3.0)
    session.set_companions(7, ((8, other),))
    LookEditing(session).apply(CALM, 0.5)
    ((id, made),) = session.companions
    assert (id, made.amount(AGE), made.amount(HAIR), made.truncation.psi) == (8, 1.0, 3.0, 0.75)
    session.undo_stack.undo()
    assert session.companions == ((8, other),)


def test_pasted_edits_replace_those_of_the_same_parts_and_leave_the_others(session: Session) -> None:
    own = replace(face(2), truncation=Truncation(1.0)).with_amount(HAIR, 3.0)
    session.set_companions(7, ((8, own),))
    paste(session, take("", Recipe().with_amount(AGE, 2.0), {Part.DIRECTIONS}))
    assert session.recipe == face(1).with_amount(AGE, 2.0)
    assert session.companions == ((8, replace(face(2), truncation=Truncation(1.0)).with_amount(AGE, 2.0)),)
    session.undo_stack.undo()
    assert (session.recipe, session.companions) == (face(1), ((8, own),))


def other_model(w_dim: int = 8, resolution: int = 256) -> object:
    return replace(facts(), hash="b" * 64, config=GeneratorConfig(resolution, z_dim=8, w_dim=w_dim))


def test_a_look_of_another_w_dim_is_refused_in_a_sentence_and_changes_nothing(session: Session) -> None:
    session.set_model(other_model(w_dim=16))  # type: ignore[arg-type]
    before = session.recipe
    with pytest.raises(RecipeError, match="'calm' does not fit this model"):
        LookEditing(session).apply(CALM)
    assert (session.recipe, session.undo_stack.count()) == (before, 0)
    sentence, fits = remark(CALM, session.facts)
    assert "has shape [8], and the model takes [16]" in sentence
    assert not fits


def test_a_look_on_a_model_with_fewer_layers_mixes_those_there_are_and_says_so(session: Session) -> None:
    mixed = take("mixed", Recipe(mix=Mix(SeedSource(5), (0.0,) * 12 + (1.0, 1.0))), {Part.MIX})
    assert remark(mixed, session.facts) == ("", True)
    session.set_model(other_model(resolution=64))  # type: ignore[arg-type]
    assert remark(mixed, session.facts) == (
        "It mixes 14 layers and this model has 10: the rest is left out.",
        True,
    )
    LookEditing(session).apply(mixed)
    assert session.recipe.mix == Mix(SeedSource(5), (0.0,) * 10)


def test_a_second_face_as_w_plus_of_more_layers_is_refused(session: Session) -> None:
    second = LatentSource.from_array("w+", np.ones((18, 8), np.float32))
    sentence, fits = remark(take("mixed", Recipe(mix=Mix(second, (1.0,)))), session.facts)
    assert "its second face has shape [18, 8], and the model takes [14, 8]" in sentence
    assert not fits


def test_directions_of_another_model_are_allowed_with_a_remark(session: Session) -> None:
    foreign = take("calm", Recipe("c" * 64).with_amount(AGE, 1.0))
    assert remark(foreign, session.facts) == (
        "It was made with another model: its directions may do something else here.",
        True,
    )


def test_without_a_model_a_look_waits(session: Session) -> None:
    assert remark(CALM, None) == ("No model is open yet; open one first.", False)


def test_changes_to_the_looks_can_be_undone(session: Session) -> None:
    library = FakeLibrary()
    stack = session.undo_stack
    stack.push(ChangeLooks(library, "Save look", (), (CALM,)))
    renamed = replace(CALM, name="quiet")
    stack.push(ChangeLooks(library, "Rename look", (CALM,), (renamed,)))
    assert library.looks == (renamed,)
    stack.undo()
    assert library.looks == (CALM,)
    other = Look("calm", Recipe(), frozenset({Part.NOISE}))
    stack.push(ChangeLooks(library, "Save look", (CALM,), (other,)))
    assert library.looks == (other,)
    stack.undo()
    assert library.looks == (CALM,)
    stack.undo()
    assert library.looks == ()


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert [free_name("calm", names) for names in ((), ("calm",), ("calm", "calm 2"))] == ["calm", "calm 2", "calm 3"]
