"""The document when another model is opened: what it takes over, and what comes back with the model before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer.document.model_switch import carry_over
from explorer.document.session import Session
from explorer.messages import SavedSession
from generator.recipe.recipe import Direction, Mix, Recipe, SeedSource, Truncation, pack
from tests.support.r3gan_cases import PLAIN
from tests.support.sessions import AGE, W_DIM, facts_of, move, w_of


@pytest.fixture
def session() -> Session:
    made = Session()
    made.set_model(facts_of())
    return made


def test_a_model_of_other_layers_drops_the_directions_with_a_row_for_each_layer(session: Session) -> None:
    face = Direction("face", pack(np.ones((14, W_DIM), np.float32)), rows=14)
    recipe = replace(session.recipe.with_amount(AGE, 1.0).with_amount(face, 1.0), model="")
    assert carry_over(recipe, facts_of()).directions == recipe.directions
    assert [edit.direction for edit in carry_over(recipe, facts_of(resolution=128)).directions] == [AGE]


def test_another_model_keeps_the_seed_and_drops_directions_and_undo(session: Session) -> None:
    session.edit("Seed", replace(session.recipe, source=SeedSource(5)))
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.recipe == Recipe(model="b" * 64, source=SeedSource(5))
    assert not session.undo_stack.canUndo()
    assert session.earlier_sources == (SeedSource(0),)


def test_after_a_model_without_w_another_one_begins_with_its_default_truncation(session: Session) -> None:
    move(session, 0.4)
    without = replace(facts_of("b" * 64, epoch=2), config=PLAIN)
    session.set_model(without)
    assert session.recipe.truncation == Truncation(1.0)
    session.set_model(facts_of("c" * 64, epoch=3))
    assert session.recipe.truncation == Truncation()
    session.set_model(facts_of(epoch=4))
    assert session.recipe.truncation == Truncation(0.4)  # as it was left


def test_a_truncation_that_was_chosen_goes_along_to_another_model(session: Session) -> None:
    move(session, 1.0)
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.recipe.truncation == Truncation(1.0)


def test_another_model_takes_no_w_of_the_one_before(session: Session) -> None:
    session.edit("Latent", replace(session.recipe, source=w_of(1), mix=Mix(w_of(2), (1.0,) * 14)))
    session.edit("Seed", replace(session.recipe, source=SeedSource(3)))
    session.edit("Latent", replace(session.recipe, source=w_of(1)))
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.recipe == Recipe(model="b" * 64, source=SeedSource(0))
    assert session.earlier_sources == (SeedSource(3),)


def test_a_model_that_is_opened_again_is_as_it_was_left(session: Session) -> None:
    edited = session.recipe.with_amount(AGE, 2.0)
    session.edit("Latent", replace(edited, source=w_of(1), mix=Mix(w_of(2), (1.0,) * 14), truncation=Truncation(0.4)))
    session.store_source(w_of(3))
    left = session.recipe
    session.set_model(facts_of("b" * 64, epoch=2))
    session.edit("Seed", replace(session.recipe, source=SeedSource(9), truncation=Truncation(0.9)))
    other = session.recipe
    session.set_model(facts_of(epoch=3))
    assert session.recipe == left
    assert session.second_source == w_of(2)
    assert (session.stored_sources, session.earlier_sources) == ((w_of(3),), (SeedSource(0),))
    session.set_model(facts_of("b" * 64, epoch=4))
    assert session.recipe == other


def test_what_was_not_saved_when_a_model_was_left_is_not_saved_when_it_is_back(session: Session) -> None:
    move(session, 0.2)
    session.set_model(facts_of("b" * 64, epoch=2))
    session.mark_saved(session.recipe)
    session.set_model(facts_of(epoch=3))
    assert session.has_unsaved_work
    session.mark_saved(session.recipe)
    session.set_model(facts_of("b" * 64, epoch=4))
    session.set_model(facts_of(epoch=5))
    assert not session.has_unsaved_work


def test_what_is_on_its_way_to_the_disk_never_takes_the_place_of_what_was_left() -> None:
    kept: list[SavedSession] = []
    session = Session(kept=lambda _: kept[0] if kept else None)
    session.set_model(facts_of())
    move(session, 0.2)
    session.store_source(SeedSource(5))
    left = session.recipe
    session.set_model(facts_of("b" * 64, epoch=2))
    old = SavedSession(Recipe("a" * 64, SeedSource(77)), (SeedSource(78),))  # read before the writer was done
    kept.append(old)
    session.set_model(facts_of(epoch=3))
    assert (session.recipe, session.stored_sources) == (left, (SeedSource(5),))


def test_with_another_project_the_session_goes_on_with_what_that_one_has_kept() -> None:
    kept: list[SavedSession] = []
    session, seen = Session(kept=lambda _: kept[0] if kept else None), []
    session.set_model(facts_of())
    move(session, 0.2)
    session.store_source(SeedSource(5))
    before = session.recipe
    session.recipe_changed.connect(seen.append)
    session.begin_again()
    assert (session.recipe, session.stored_sources, session.undo_stack.count()) == (before, (), 0)
    kept.append(SavedSession(Recipe("a" * 64, SeedSource(77)), (SeedSource(78),)))
    session.begin_again()
    assert (session.recipe, session.stored_sources) == (kept[0].recipe, kept[0].stored)
    assert seen == [kept[0].recipe]


def test_seeds_stored_with_one_model_are_not_offered_with_another_and_come_back(session: Session) -> None:
    told: list[tuple[object, ...]] = []
    session.stored_changed.connect(lambda: told.append(session.stored_sources))
    session.store_source(SeedSource(5))
    session.set_model(facts_of("b" * 64, epoch=2))
    assert session.stored_sources == ()
    session.store_source(SeedSource(6))
    session.set_model(facts_of(epoch=3))
    assert session.stored_sources == (SeedSource(5),)
    assert told == [(SeedSource(5),), (), (SeedSource(6),), (SeedSource(5),)]


def test_a_smaller_model_trims_mix_and_cutoff(session: Session) -> None:
    mix = Mix(SeedSource(1), (0.5,) * 14)
    session.edit("Mix", replace(session.recipe, mix=mix, truncation=Truncation(0.5, cutoff=12)))
    session.set_model(facts_of("b" * 64, resolution=64, epoch=2))
    assert session.recipe.mix == Mix(SeedSource(1), (0.5,) * 10)
    assert session.recipe.truncation == Truncation(0.5, cutoff=None)


def test_the_same_weights_on_another_device_keep_everything(session: Session) -> None:
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    before = session.recipe
    session.set_model(facts_of(epoch=2))
    assert session.recipe == before
    assert session.undo_stack.canUndo()
    assert session.facts is not None
    assert session.facts.epoch == 2


def test_the_first_model_takes_a_latent_that_fits_it() -> None:
    fitting, other = Session(Recipe(source=w_of(1))), Session(Recipe(source=w_of(1, w_dim=4)))
    fitting.set_model(facts_of())
    other.set_model(facts_of())
    assert fitting.recipe.source == w_of(1)
    assert other.recipe.source == SeedSource(0)


def test_listeners_to_a_new_model_find_a_recipe_that_fits_it(session: Session) -> None:
    session.edit("Age", session.recipe.with_amount(AGE, 2.0))
    found: list[str] = []
    session.model_changed.connect(lambda facts: found.append(session.recipe.model))
    session.set_model(facts_of("b" * 64, epoch=2))
    assert found == ["b" * 64]
