"""The open project as the window sees it: at once in memory, in order on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.library.library import Library
from explorer.library.project_thread import ProjectThread
from explorer.library.thumbnails import ThumbnailCache
from explorer.messages import ModelFacts, SavedSession
from explorer.view.qimage import to_image
from generator.project.face import Face, Place
from generator.project.look import take
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.fake_project import FakeProject
from tests.support.library_fixtures import keep, library_on, switch_to
from tests.support.panel_fixtures import facts

MODEL = "f" * 64
GREY = np.full((64, 64, 3), 90, np.uint8)


def recipe(seed: int) -> Recipe:
    return Recipe(MODEL, SeedSource(seed))


def model(hash: str, resolution: int = 256) -> ModelFacts:
    return replace(facts(resolution=resolution), hash=hash)


@pytest.fixture
def library(qtbot: QtBot) -> Iterator[Callable[..., Library]]:
    made: list[Library] = []
    yield lambda project=None: made.append(library_on(qtbot, project)) or made[-1]
    for each in made:
        each.close()


def test_a_kept_face_is_on_the_table_at_once_and_in_the_file_at_the_end(library) -> None:
    project = FakeProject(faces=(Face.of(4, recipe(0), order=3.0),))
    held = library(project)
    project.hold()
    face = keep(held, recipe(1), GREY, name="Anna")
    assert held.faces(Place.TABLE) == (held.face(4), face)
    assert (face.id, face.name, face.place) == (5, "Anna", Place.TABLE)
    project.release()
    held.close()
    assert project.rows[5] == face
    assert set(project.webp) == {5}


def test_faces_are_announced_as_added_changed_and_removed(library, qtbot: QtBot) -> None:
    held, heard = library(), []
    held.added.connect(lambda faces: heard.append(("added", [face.id for face in faces])))
    held.changed.connect(lambda ids: heard.append(("changed", ids)))
    held.removed.connect(lambda ids: heard.append(("removed", ids)))
    face = keep(held, recipe(1))
    held.put(replace(face, stars=3), Face.of(held.next_id(), recipe(2), place=Place.HISTORY))
    held.forget(1)
    assert heard == [("added", [1]), ("added", [2]), ("changed", (1,)), ("removed", (1,))]
    assert [held.faces(place) for place in Place] == [(held.face(2),), (), ()]


def test_the_table_is_in_its_order_and_what_is_deleted_is_elsewhere(library) -> None:
    held = library()
    one, two, three = (keep(held, recipe(seed)) for seed in range(3))
    held.put(replace(one, order=9.0), replace(two, place=Place.DELETED))
    assert [face.id for face in held.faces(Place.TABLE)] == [three.id, one.id]
    assert [face.id for face in held.faces(Place.DELETED)] == [two.id]


def test_a_thumbnail_is_read_when_it_is_looked_at(library, qtbot: QtBot) -> None:
    project = FakeProject()
    first = library(project)
    keep(first, recipe(1), GREY)
    qtbot.waitUntil(lambda: 1 in project.webp)
    again = library(project_like(project))
    assert again.thumbnail(1) is None
    with qtbot.waitSignal(again.thumbnail_ready) as ready:
        pass
    assert ready.args == [1]
    assert again.thumbnail(1).width() == 64


def test_a_thumbnail_that_is_in_no_file_is_asked_for_once_until_it_is_drawn(library, qtbot: QtBot) -> None:
    held, missing = library(), []
    held.thumbnails_missing.connect(missing.append)
    face = keep(held, recipe(1))
    held.thumbnail(face.id)
    qtbot.waitUntil(lambda: missing == [(face.id,)])
    held.thumbnail(face.id)
    with qtbot.waitSignal(held.thumbnail_ready):
        held.set_thumbnail(face.id, GREY)
    assert held.thumbnail(face.id) is not None
    assert missing == [(face.id,)]


def test_a_face_with_another_recipe_shows_the_old_thumbnail_until_the_new_one_is_drawn(library, qtbot: QtBot) -> None:
    held, missing = library(), []
    with qtbot.waitSignal(held.thumbnail_ready):
        face = keep(held, recipe(1), GREY)
    held.thumbnails_missing.connect(missing.append)
    held.put(face.with_recipe(replace(recipe(1), truncation=Truncation(0.2))))
    held.put(replace(held.face(face.id), stars=2))
    assert missing == [(face.id,)]
    assert held.thumbnail(face.id) is not None


def test_a_thumbnail_of_an_earlier_recipe_does_not_come_back_with_the_file(library, qtbot: QtBot) -> None:
    project = FakeProject()
    held = library(project)
    face = keep(held, recipe(1), GREY)
    held.put(face.with_recipe(recipe(2)))
    held.close()
    again = library(project_like(project))
    again.thumbnail(face.id)
    with qtbot.waitSignal(again.thumbnails_missing):
        pass


def test_marks_are_of_faces_that_are_there(library) -> None:
    held, heard = library(), []
    held.marked_changed.connect(heard.append)
    one, two = keep(held, recipe(1)), keep(held, recipe(2))
    held.mark((two.id, one.id, 99))
    held.mark((two.id, one.id))
    held.forget(two.id)
    assert heard == [(2, 1), (1,)]


def test_looks_are_kept_by_their_name(library) -> None:
    project = FakeProject()
    held = library(project)
    for name in ("fair", "Dark"):
        held.put_look(take(name, recipe(1)))
    assert [look.name for look in held.looks] == ["Dark", "fair"]
    held.remove_look("fair")
    held.close()
    assert set(project.kept_looks) == {"Dark"}


def test_the_session_with_a_model_comes_back(library) -> None:
    project = FakeProject()
    held = library(project)
    sessions = [
        SavedSession(recipe(7), (SeedSource(1), SeedSource(2))),
        SavedSession(replace(recipe(1), model="a" * 64)),
    ]
    for session in sessions:
        held.keep_session(session)
    held.close()
    again = library(project_like(project))
    assert [again.session_with(model(session.recipe.model)) for session in sessions] == sessions
    assert again.session_with(model("b" * 64)) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"version": 9}', "null"])
def test_a_damaged_session_counts_as_none_and_stays_in_the_file(library, text: str) -> None:
    project = FakeProject()
    held = library(project)
    for name in (MODEL, "a" * 64):
        held.keep_session(SavedSession(replace(recipe(7), model=name)))
    held.close()
    project.states[f"session:{MODEL}"] = text
    reopened = project_like(project)
    again = library(reopened)
    assert again.session_with(model(MODEL)) is None
    assert again.session_with(model("a" * 64)) is not None
    assert reopened.states[f"damaged session:{MODEL}"] == text


def project_like(project: FakeProject) -> FakeProject:
    """The same file, opened again."""
    made = FakeProject(str(project.path), tuple(project.rows.values()))
    made.states, made.webp, made.shown = dict(project.states), dict(project.webp), project.shown
    return made


def test_another_project_brings_its_own_faces_and_nothing_goes_into_the_wrong_one(library, qtbot: QtBot) -> None:
    first, second = FakeProject("a.outis"), FakeProject("b.outis", (Face.of(7, recipe(7)),))
    held = library(first)
    keep(held, recipe(1))
    held.mark((1,))
    held.leaving.connect(lambda: keep(held, recipe(2)))
    switch_to(qtbot, held, second)
    assert [face.id for face in held.faces(Place.TABLE)] == [7]
    assert held.marked == ()
    assert (held.name, held.read_only) == ("b", False)
    keep(held, recipe(8))
    held.close()
    assert (sorted(first.rows), sorted(second.rows)) == ([1, 2], [7, 8, 9])


def test_what_is_made_before_the_file_is_read_gets_ids_that_are_free(qtbot: QtBot) -> None:
    project = FakeProject(faces=(Face.of(1, recipe(0)), Face.of(2, recipe(0))))
    held = Library(ProjectThread())
    early = keep(held, recipe(8), GREY)
    held.put(Face.of(held.next_id(), recipe(9), parent=early.id))
    held.set_state("model", "m.safetensors")
    switch_to(qtbot, held, project)
    held.close()
    assert [(face.id, face.recipe.source.seed, face.parent) for face in project.faces()] == [
        (1, 0, None),
        (2, 0, None),
        (3, 8, None),
        (4, 9, 3),
    ]
    assert (set(project.webp), project.states["model"]) == ({3}, "m.safetensors")


def test_the_images_looked_at_longest_ago_are_forgotten() -> None:
    cache, image = ThumbnailCache(max_images=2), to_image(GREY)
    for id in (1, 2):
        cache.put(id, image)
    cache.get(1)
    cache.put(3, image)
    assert [cache.get(id) is not None for id in (1, 2, 3)] == [True, False, True]


def test_faces_that_keep_changing_are_new_at_once_and_announced_together(library, qtbot: QtBot) -> None:
    held = library()
    faces = [keep(held, recipe(seed)) for seed in (1, 2)]
    changed: list[tuple[int, ...]] = []
    missing: list[tuple[int, ...]] = []
    held.changed.connect(changed.append)
    held.thumbnails_missing.connect(missing.append)
    for seed in range(10, 20):
        held.put_soon(*(face.with_recipe(recipe(seed)) for face in faces))
        assert [held.face(face.id).recipe for face in faces] == 2 * [recipe(seed)]
    assert changed == []
    qtbot.waitUntil(lambda: changed == [tuple(face.id for face in faces)])
    assert missing == changed


@pytest.mark.parametrize("what", ["put", "forget", "leave", "close"])
def test_a_face_that_changed_in_silence_is_told_before_anything_else_happens(library, qtbot: QtBot, what: str) -> None:
    project = FakeProject()
    held = library(project)
    moved, other = keep(held, recipe(1)), keep(held, recipe(2))
    changed: list[tuple[int, ...]] = []
    held.changed.connect(changed.append)
    held.put_soon(moved.with_recipe(recipe(9)))
    if what == "put":
        held.put(replace(other, stars=3))
    elif what == "forget":
        held.forget(other.id)
    elif what == "leave":
        switch_to(qtbot, held, FakeProject())
    assert what == "close" or moved.id in changed[0]
    held.close()
    assert project.rows[moved.id].recipe == recipe(9)
