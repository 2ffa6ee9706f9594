"""Thumbnails that the project lacks are rendered, the latest wishes first, for the open model alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawThumbnails
from explorer.control.thumbnails import ThumbnailRenderer
from explorer.library.library import Library
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.controller_rig import Rig
from tests.support.library_fixtures import library_on


@pytest.fixture
def library(qtbot: QtBot, rig: Rig) -> Iterator[Library]:
    made = library_on(qtbot)
    made.renderer = ThumbnailRenderer(rig.controller, made)  # type: ignore[attr-defined]
    yield made
    made.close()


def recipe(rig: Rig, seed: int) -> Recipe:
    assert rig.session.facts is not None
    return Recipe(rig.session.facts.hash, SeedSource(seed))


def test_a_missing_thumbnail_is_rendered_when_it_is_looked_at(qtbot: QtBot, rig: Rig, library: Library) -> None:
    faces = [library.keep(recipe(rig, seed)) for seed in (1, 2, 3)]
    ready: list[int] = []
    library.thumbnail_ready.connect(ready.append)
    for face in faces:
        library.thumbnail(face.id)
    qtbot.waitUntil(lambda: sorted(ready) == [face.id for face in faces])


def test_a_face_that_changes_is_rendered_again(qtbot: QtBot, rig: Rig, library: Library) -> None:
    face = library.keep(recipe(rig, 1))
    library.thumbnail(face.id)
    with qtbot.waitSignal(library.thumbnail_ready):
        pass
    with qtbot.waitSignal(library.thumbnail_ready) as ready:
        library.put(face.with_recipe(recipe(rig, 9)))
    assert ready.args == [face.id]
    assert rig.engine.seeds[-1] == 9


def test_faces_of_another_model_wait_until_it_is_open(qtbot: QtBot, rig: Rig, library: Library) -> None:
    face = library.keep(replace(recipe(rig, 1), model="b" * 64))
    own = library.keep(recipe(rig, 2))
    for id in (face.id, own.id):
        library.thumbnail(id)
    with qtbot.waitSignal(library.thumbnail_ready) as ready:
        pass
    assert ready.args == [own.id]
    assert library.missing == (face.id,)
    rig.load_gate.open()
    with qtbot.waitSignal(library.thumbnail_ready) as ready:
        rig.controller.load_model("other")
    assert ready.args == [face.id]


def test_a_picture_of_what_a_face_was_before_is_not_shown(qtbot: QtBot, rig: Rig, library: Library) -> None:
    from explorer.messages import ThumbnailDrawn
    from tests.support.window_fixtures import result

    face = library.keep(recipe(rig, 1))
    rig.controller.thumbnail_drawn.emit(ThumbnailDrawn(face.id, recipe(rig, 5), result().pixels))
    rig.controller.thumbnail_drawn.emit(ThumbnailDrawn(99, recipe(rig, 5), result().pixels))
    rig.controller.cancel(DrawThumbnails)
    qtbot.wait(0)
    assert library.thumbnail(face.id) is None
