"""Full pictures of faces, for the screen and as files to drag away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawPictures, WriteFaces
from explorer.messages import PictureDrawn
from explorer.table.drag_out import DraggedFaces, FilePromise
from generator.formats.open_face import read_file
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.controller_rig import Rig


def recipe(rig: Rig, seed: int, model: str | None = None) -> Recipe:
    return Recipe(rig.session.recipe.model if model is None else model, SeedSource(seed))


def test_pictures_are_drawn_one_by_one_and_not_those_of_another_model(qtbot: QtBot, rig: Rig) -> None:
    drawn: list[PictureDrawn] = []
    rig.controller.picture_drawn.connect(drawn.append)
    rig.controller.submit(DrawPictures(((1, recipe(rig, 5)), (2, recipe(rig, 6, "b" * 64)), (3, recipe(rig, 7)))))
    qtbot.waitUntil(lambda: len(drawn) == 2)
    assert [(picture.id, int(picture.pixels[0, 0, 0])) for picture in drawn] == [(1, 5), (3, 7)]


def test_faces_are_written_with_their_recipes_each_under_a_name_of_its_own(qtbot: QtBot, rig: Rig) -> None:
    promise = FilePromise()
    rig.controller.submit(WriteFaces((("anna", recipe(rig, 5)), ("anna", recipe(rig, 6))), promise))
    qtbot.waitUntil(lambda: promise.paths is not None)
    assert promise.paths is not None
    assert [Path(path).name for path in promise.paths] == ["anna.png", "anna-2.png"]
    for path, seed in zip(promise.paths, (5, 6), strict=True):
        assert read_file(path).recipe.source == SeedSource(seed)
        assert Image.open(path).getpixel((0, 0)) == (seed, seed, seed)


def test_a_drop_waits_for_files_that_are_still_being_written(qtbot: QtBot, rig: Rig) -> None:
    promise = FilePromise()
    data = DraggedFaces((), promise)
    rig.controller.submit(WriteFaces((("anna", recipe(rig, 5)),), promise))
    assert promise.paths is None
    urls = data.urls()
    assert [url.fileName() for url in urls] == ["anna.png"]
    assert Path(urls[0].toLocalFile()).is_file()


def test_a_drop_of_files_that_cannot_be_written_carries_none_and_the_user_is_told(qtbot: QtBot, rig: Rig) -> None:
    promise = FilePromise()
    data = DraggedFaces((), promise)
    rig.controller.submit(WriteFaces((("anna", recipe(rig, 5, "b" * 64)),), promise))
    assert data.urls() == []
    assert len(rig.failures) == 1


def test_a_drop_of_files_whose_writing_was_cancelled_carries_none(qtbot: QtBot, rig: Rig) -> None:
    promise = FilePromise()
    rig.engine.gate.shut()
    rig.controller.submit(WriteFaces((("anna", recipe(rig, 5)), ("berta", recipe(rig, 6))), promise))
    rig.engine.gate.wait_reached()
    rig.controller.cancel(WriteFaces)
    rig.engine.gate.open()
    assert promise.wait() == ()


@pytest.mark.parametrize(("count", "title"), [(1, ""), (3, "Writing 3 faces")])
def test_only_many_files_show_a_progress_bar(rig: Rig, count: int, title: str) -> None:
    assert WriteFaces((("anna", recipe(rig, 5)),) * count, FilePromise()).title == title
