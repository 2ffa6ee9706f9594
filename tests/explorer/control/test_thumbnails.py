"""Thumbnails that the project lacks are rendered, the latest wishes first, for the open model alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawThumbnail
from explorer.control.thumbnails import ThumbnailRenderer
from explorer.library.library import Library
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.controller_rig import Rig
from tests.support.library_fixtures import keep, library_on


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
    faces = [keep(library, recipe(rig, seed)) for seed in (1, 2, 3)]
    ready: list[int] = []
    library.thumbnail_ready.connect(ready.append)
    for face in faces:
        library.thumbnail(face.id)
    qtbot.waitUntil(lambda: sorted(ready) == [face.id for face in faces])


def test_a_face_that_changes_is_rendered_again(qtbot: QtBot, rig: Rig, library: Library) -> None:
    face = keep(library, recipe(rig, 1))
    library.thumbnail(face.id)
    with qtbot.waitSignal(library.thumbnail_ready):
        pass
    with qtbot.waitSignal(library.thumbnail_ready) as ready:
        library.put(face.with_recipe(recipe(rig, 9)))
    assert ready.args == [face.id]
    assert rig.engine.seeds[-1] == 9


def test_faces_of_another_model_wait_until_it_is_open(qtbot: QtBot, rig: Rig, library: Library) -> None:
    face = keep(library, replace(recipe(rig, 1), model="b" * 64))
    own = keep(library, recipe(rig, 2))
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

    face = keep(library, recipe(rig, 1))
    rig.controller.thumbnail_drawn.emit(ThumbnailDrawn(face.id, recipe(rig, 5), result().pixels))
    rig.controller.thumbnail_drawn.emit(ThumbnailDrawn(99, recipe(rig, 5), result().pixels))
    rig.controller.cancel(DrawThumbnail)
    qtbot.wait(0)
    assert library.thumbnail(face.id) is None


class Drag:
    """Six marked faces that all change while any of them is drawn; `shown` are the faces that got a picture."""

    def __init__(self, qtbot: QtBot, rig: Rig, library: Library) -> None:
        self.qtbot, self.rig, self.library = qtbot, rig, library
        self.faces = [keep(library, recipe(rig, seed)) for seed in range(1, 7)]
        self.ids = [face.id for face in self.faces]
        self.shown: list[int] = []
        self._moves = 0
        library.thumbnail_ready.connect(self.shown.append)
        qtbot.waitUntil(lambda: bool(rig.engine.ahead))  # the next face is rendered in advance, once
        rig.engine.gate.shut()
        self.move()

    def move(self) -> None:
        self._moves += 1
        moved = zip(self.faces, self.seeds, strict=True)
        self.library.put(*(face.with_recipe(recipe(self.rig, seed)) for face, seed in moved))

    @property
    def seeds(self) -> list[int]:
        """What the faces should show now."""
        return [100 * id + self._moves for id in self.ids]

    def move_while_one_is_drawn(self) -> None:
        gate = self.rig.engine.gate
        self.qtbot.waitUntil(lambda: gate.reached.acquire(blocking=False))
        self.move()
        gate.let_one_through()


def test_all_marked_faces_follow_a_drag_though_none_is_drawn_before_it_changes_again(
    qtbot: QtBot, rig: Rig, library: Library
) -> None:
    drag = Drag(qtbot, rig, library)
    for _ in range(2 * len(drag.ids)):
        drag.move_while_one_is_drawn()
    qtbot.waitUntil(lambda: len(drag.shown) == 2 * len(drag.ids))
    assert sorted(drag.shown) == sorted(2 * drag.ids)
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: library.missing == ())
    assert sorted(rig.engine.seeds[-6:]) == sorted(drag.seeds)


def test_edits_that_keep_coming_do_not_put_off_the_first_thumbnail(qtbot: QtBot, rig: Rig, library: Library) -> None:
    drag = Drag(qtbot, rig, library)
    moving = QTimer(interval=1)
    moving.timeout.connect(drag.move)
    moving.start()
    qtbot.waitUntil(lambda: rig.engine.gate.reached.acquire(blocking=False))
    moving.stop()
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: library.missing == ())


def test_a_face_that_cannot_be_drawn_leaves_the_others_to_be_drawn(qtbot: QtBot, rig: Rig, library: Library) -> None:
    drag = Drag(qtbot, rig, library)
    rig.engine.errors.append(RuntimeError("no"))
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: len(rig.failures) == 1)
    drag.move()
    qtbot.waitUntil(lambda: library.missing == ())
