"""Projects in the window: opened, made, saved as another, and what K keeps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.messages import Failure
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.project.project import Project
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.window_fixtures import FakeController, press, result


@pytest.fixture
def kept(qtbot: QtBot, window: MainWindow, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The window, with a project open."""
    with qtbot.waitSignal(window.library.opened):
        window.library.new(str(tmp_path / "first.outis"))
    yield window
    window.library.close()


def frame(window: MainWindow) -> None:
    shown = result()
    window._controller.frame_ready.emit(replace(shown, request=replace(shown.request, recipe=window._session.recipe)))


def test_k_keeps_the_face_and_undo_takes_it_back(qtbot: QtBot, kept: MainWindow) -> None:
    frame(kept)
    with qtbot.waitSignal(kept.library.thumbnail_ready):
        press(kept, Qt.Key.Key_K)
    (face,) = kept.library.faces(Place.TABLE)
    assert face.recipe == kept._session.recipe
    assert face.parent == kept.library.faces(Place.HISTORY)[0].id
    assert kept.undo_notice.isVisible()
    kept.undo_notice.undo.click()
    assert kept.library.faces(Place.TABLE) == ()
    kept._session.undo_stack.redo()
    assert kept.library.faces(Place.TABLE) == (face,)


def test_every_gesture_is_in_the_history_of_the_file(kept: MainWindow, session: Session, tmp_path: Path) -> None:
    for psi in (0.5, 0.4):
        session.edit("Psi", replace(session.recipe, truncation=Truncation(psi)))
    kept.library.close()
    project = Project.open(tmp_path / "first.outis")
    assert [face.recipe.truncation.psi for face in project.faces()] == [0.7, 0.5, 0.4]
    project.close()


def test_another_project_is_in_the_title_and_the_recents_and_no_undo_step_leads_back(
    qtbot: QtBot, kept: MainWindow, controller: FakeController, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "Anna.outis"
    project = Project.open(path, create=True)
    project.put([Face.of(1, Recipe(source=SeedSource(5)), name="Anna", place=Place.TABLE)])
    project.close()
    press(kept, Qt.Key.Key_K)
    with qtbot.waitSignal(kept.library.opened):
        controller.project_found.emit(str(path))
    assert "— Anna —" in kept.windowTitle()
    assert Settings().recent[0] == str(path)
    assert [face.name for face in kept.library.faces(Place.TABLE)] == ["Anna"]
    assert not session.undo_stack.canUndo()
    first = Project.open(tmp_path / "first.outis")
    assert len([face for face in first.faces() if face.place is Place.TABLE]) == 1
    first.close()


def test_saving_as_another_goes_on_there_with_all_faces(qtbot: QtBot, kept: MainWindow, tmp_path: Path) -> None:
    press(kept, Qt.Key.Key_K)
    with qtbot.waitSignal(kept.library.opened):
        kept.library.save_as(str(tmp_path / "copy.outis"))
    press(kept, Qt.Key.Key_K)
    kept.library.close()
    counts = []
    for name in ("first", "copy"):
        project = Project.open(tmp_path / f"{name}.outis")
        counts.append(len([face for face in project.faces() if face.place is Place.TABLE]))
        project.close()
    assert counts == [1, 2]


def test_a_project_that_is_in_use_is_read_only_and_keeps_its_changes_for_save_as(
    qtbot: QtBot, kept: MainWindow, notifier: Notifier, tmp_path: Path
) -> None:
    said: list[Failure] = []
    notifier.failed.connect(said.append)
    other = Project.open(tmp_path / "used.outis", create=True)
    with qtbot.waitSignal(kept.library.opened):
        kept.library.open(str(tmp_path / "used.outis"))
    assert kept.library.read_only
    assert "read" in said[-1].sentence
    press(kept, Qt.Key.Key_K)
    with qtbot.waitSignal(kept.library.opened):
        kept.library.save_as(str(tmp_path / "mine.outis"))
    assert not kept.library.read_only
    kept.library.close()
    other.close()
    mine = Project.open(tmp_path / "mine.outis")
    assert [face.place for face in mine.faces() if face.place is Place.TABLE] == [Place.TABLE]
    mine.close()


@pytest.mark.parametrize("content", [b"no project at all", b"SQLite format 3\0" + bytes(200)])
def test_what_is_no_project_is_refused_in_a_sentence_and_the_open_one_stays(
    qtbot: QtBot, kept: MainWindow, notifier: Notifier, tmp_path: Path, content: bytes
) -> None:
    said: list[Failure] = []
    notifier.failed.connect(said.append)
    path = tmp_path / "cake.outis"
    path.write_bytes(content)
    with qtbot.waitSignal(kept.library.failed):
        kept.projects.open(str(path))
    assert len(said) == 1
    assert kept.library.name == "first"
    assert path.read_bytes() == content
