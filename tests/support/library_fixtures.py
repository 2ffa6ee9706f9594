"""A library on a project in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytestqt.qtbot import QtBot

from explorer.library.library import Library
from explorer.library.project_thread import ProjectThread
from explorer.messages import Pixels
from generator.project.face import Face
from generator.recipe.recipe import Recipe
from tests.support.fake_project import FakeProject


def library_on(qtbot: QtBot, project: FakeProject | None = None) -> Library:
    """It, with the faces of `project`."""
    made = Library(ProjectThread(("model", "picture of"), retry_seconds=1000.0))
    switch_to(qtbot, made, project or FakeProject())
    return made


def keep(library: Library, recipe: Recipe, pixels: Pixels | None = None, **rest: Any) -> Face:
    """A new face at the end of the table. pixels: of the whole face, for its thumbnail."""
    face = replace(library.new_face(recipe), **rest)
    library.put(face)
    if pixels is not None:
        library.set_thumbnail(face.id, pixels)
    return face


def switch_to(qtbot: QtBot, library: Library, project: Any) -> None:
    """Open `project` as `Library.open` does."""
    with qtbot.waitSignal(library.opened):
        library._ask(lambda: library._thread.open(lambda: project))
