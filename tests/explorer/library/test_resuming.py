"""What is there again at the next start, and that nothing damaged is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.library.kept_sessions import read_sessions, write_recipes, write_stored
from explorer.library.library import Library
from explorer.library.session_keeper import SessionKeeper
from explorer.messages import ModelFacts, SavedSession
from generator.config import GeneratorConfig
from generator.errors import LatentError, RecipeError
from generator.formats.open_face import check_shapes
from generator.motion.timeline import Timeline
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation
from tests.support.fake_project import FakeProject
from tests.support.library_fixtures import library_on, switch_to
from tests.support.panel_fixtures import facts_of
from tests.support.recipe_strategies import recipes

MODEL, OTHER, CONFIG = "a" * 64, "b" * 64, GeneratorConfig(256, z_dim=8, w_dim=8)
EDITED = Recipe(MODEL, SeedSource(7), Truncation(0.3))
STORED = (SeedSource(1), LatentSource.from_array("w+", np.ones((14, 8), np.float32), "mine"))


def facts(model: str = MODEL, config: GeneratorConfig = CONFIG) -> ModelFacts:
    return replace(facts_of(config), hash=model)


@pytest.fixture
def library(qtbot: QtBot) -> Iterator[Callable[..., Library]]:
    """Makes a library in which these sessions are kept."""
    made: list[Library] = []

    def make(*sessions: SavedSession) -> Library:
        made.append(library_on(qtbot, FakeProject()))
        for session in sessions:
            made[-1].keep_session(session)
        return made[-1]

    yield make
    for each in made:
        each.close()


def resuming(held: Library, seed: int = 3) -> Session:
    made = Session(Recipe(source=SeedSource(seed)), held.session_with)
    made.keeper = SessionKeeper(made, held)  # type: ignore[attr-defined]
    return made


def kept(held: Library, model: str = MODEL) -> SavedSession | None:
    return held.session_with(facts(model))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(recipe=recipes)
def test_any_face_comes_back_as_it_was(recipe: Recipe, library) -> None:
    project, session = FakeProject(), SavedSession(replace(recipe, model=MODEL), STORED)
    write_recipes(project, {MODEL: session.recipe})
    write_stored(project, {MODEL: session.stored})
    assert read_sessions(project) == {MODEL: session}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(recipe=recipes)
def test_what_the_model_cannot_render_is_not_continued(recipe: Recipe, library) -> None:
    session = SavedSession(replace(recipe, model=MODEL), STORED)
    held = library(session)
    try:
        check_shapes(session.recipe, CONFIG)
        expected = session
    except (RecipeError, LatentError):  # it has the sizes of another model
        expected = None
    assert kept(held) == expected
    assert kept(held, OTHER) is None


def test_what_does_not_fit_the_model_stays_in_the_file_under_another_name(qtbot: QtBot) -> None:
    project = FakeProject()
    held = library_on(qtbot, project)
    held.keep_session(SavedSession(EDITED, STORED))
    qtbot.waitUntil(lambda: f"session:{MODEL}" in project.states)
    assert held.session_with(facts(config=GeneratorConfig(512, z_dim=8, w_dim=8))) is None
    held.close()
    assert project.states[f"damaged session:{MODEL}"] == project.states[f"session:{MODEL}"]


def test_a_session_whose_face_belongs_to_another_model_counts_as_none() -> None:
    project = FakeProject()
    write_recipes(project, {MODEL: replace(EDITED, model=OTHER)})
    assert read_sessions(project) == {}


def test_stored_faces_that_would_fill_the_file_are_kept_as_far_as_they_fit() -> None:
    project = FakeProject()
    large = tuple(LatentSource.from_array("w+", np.full((18, 512), k, np.float32), str(k)) for k in range(400))
    write_recipes(project, {MODEL: EDITED})
    write_stored(project, {MODEL: large})
    assert len(project.states[f"stored:{MODEL}"]) < 16_000_000
    found = read_sessions(project)[MODEL].stored
    assert found == large[-len(found) :]
    assert len(found) > 100


def test_a_session_goes_on_with_what_was_kept_of_its_first_model_if_it_is_to(library) -> None:
    fresh, session = Session(Recipe(source=SeedSource(3))), resuming(library(SavedSession(EDITED, STORED)))
    assert session.to_be_kept is None
    for made in (fresh, session):
        made.set_model(facts())
    assert (fresh.recipe.source, fresh.stored_sources) == (SeedSource(3), ())
    assert (session.recipe, session.stored_sources) == (EDITED, STORED)
    assert session.has_unsaved_work
    assert session.to_be_kept == SavedSession(EDITED, STORED)


def test_a_face_without_edits_is_the_first_one_at_the_next_start_as_well(library) -> None:
    held = library()
    session = resuming(held)
    session.set_model(facts())
    session.new_face()
    held.leaving.emit()
    again = resuming(held)
    again.set_model(facts())
    assert again.recipe == session.recipe


def test_what_was_made_with_a_model_is_kept_when_another_is_opened(library) -> None:
    held = library()
    session = resuming(held)
    session.set_model(facts())
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.3)))
    session.store_source(STORED[1])
    left = session.recipe
    session.set_model(facts(OTHER))
    assert kept(held) == SavedSession(left, (STORED[1],))
    assert session.stored_sources == ()


def test_a_model_opened_later_brings_its_stored_faces_but_leaves_the_face_that_is_shown(library) -> None:
    session = resuming(library(SavedSession(EDITED, STORED)))
    session.set_model(facts(OTHER))
    session.store_source(SeedSource(5))
    session.set_model(facts())
    assert session.recipe.source == SeedSource(3)
    assert session.stored_sources == STORED


@pytest.mark.parametrize("psi", [0.7, 0.5])  # as it is at first, and as another model had it
def test_only_a_face_that_was_edited_with_the_model_takes_the_place_of_one_that_is_kept(psi: float, library) -> None:
    held = library(SavedSession(EDITED, STORED))
    session = resuming(held)
    session.set_model(facts(OTHER))
    session.edit("Psi", replace(session.recipe, truncation=Truncation(psi)))
    session.set_model(facts())
    session.new_face()
    held.leaving.emit()
    assert kept(held) == SavedSession(EDITED, STORED)
    session.set_model(facts(OTHER))
    session.set_model(facts())
    held.leaving.emit()
    assert kept(held) == SavedSession(EDITED, STORED)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.9)))
    held.leaving.emit()
    assert kept(held) == SavedSession(session.recipe, STORED)


def test_what_changed_is_kept_some_moments_later_and_only_what_changed(qtbot: QtBot) -> None:
    project = FakeProject()
    held = library_on(qtbot, project)
    session = resuming(held)
    session.set_model(facts())
    qtbot.waitUntil(lambda: f"session:{MODEL}" in project.states)
    before = project.states[f"session:{MODEL}"]
    session.edit("Psi", replace(session.recipe, truncation=Truncation(0.3)))
    qtbot.waitUntil(lambda: project.states[f"session:{MODEL}"] != before)
    held.close()
    assert read_sessions(project)[MODEL] == SavedSession(session.recipe)
    assert f"stored:{MODEL}" not in project.states


def test_the_gui_thread_never_waits_for_the_disk_until_the_window_closes(qtbot: QtBot) -> None:
    project = FakeProject()
    held = library_on(qtbot, project)
    session = resuming(held)
    project.hold()
    session.set_model(facts())
    for seed in range(20):
        session.edit("Seed", session.face_of(seed))
        held.leaving.emit()  # comes back, though nothing can be written
    project.release()
    held.close()
    assert read_sessions(project)[MODEL].recipe == session.recipe


def test_another_project_keeps_its_own_session(qtbot: QtBot) -> None:
    first, second = FakeProject("a.outis"), FakeProject("b.outis")
    write_recipes(second, {MODEL: EDITED})
    held = library_on(qtbot, first)
    session = resuming(held)
    session.set_model(facts())
    left = session.recipe
    held.reset.connect(session.begin_again)
    switch_to(qtbot, held, second)
    assert session.recipe == EDITED
    held.close()
    assert read_sessions(first)[MODEL].recipe == left
    assert read_sessions(second)[MODEL].recipe == EDITED


def test_a_timeline_is_kept_and_one_that_is_damaged_is_put_aside(qtbot: QtBot) -> None:
    project = FakeProject()
    held = library_on(qtbot, project)
    session = resuming(held)
    session.set_model(facts())
    timeline = Timeline().with_face(session.recipe).with_face(session.face_of(9))
    session.edit_timeline("Add face", timeline)
    qtbot.waitUntil(lambda: f"timeline:{MODEL}" in project.states)
    assert read_sessions(project)[MODEL].timeline == timeline
    held.close()
    project.states[f"timeline:{MODEL}"] = damaged = project.states[f"timeline:{MODEL}"][:-9]
    assert read_sessions(project)[MODEL] == SavedSession(session.recipe)
    assert project.states[f"damaged timeline:{MODEL}"] == damaged
