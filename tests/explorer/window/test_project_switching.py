"""Projects that are opened twice, while another one is opening, over another one, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.messages import Failure
from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.project.project import Project
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.panel_fixtures import facts
from tests.support.project_files import kept as faces_in
from tests.support.project_files import written
from tests.support.window_fixtures import press

CTRL = Qt.KeyboardModifier.ControlModifier


NAMES = ["Anna", "Berta", "Clara"]


def named(name: str, id: int = 1, model: str = "") -> Face:
    return Face.of(id, Recipe(model, SeedSource(5)), name=name)


@pytest.fixture
def said(notifier: Notifier) -> list[str]:
    """Every sentence about a failure."""
    sentences: list[str] = []

    def hear(failure: Failure) -> None:
        sentences.append(failure.sentence)

    notifier.failed.connect(hear)
    return sentences


@pytest.fixture
def first(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Iterator[MainWindow]:
    """The window, with an empty project `first.outis` open."""
    with qtbot.waitSignal(window.library.opened):
        window.library.new(str(tmp_path / "first.outis"))
    yield window
    window.library.close()


@pytest.fixture
def anna(tmp_path: Path) -> Path:
    """A closed project with three faces."""
    return written(str(tmp_path / "Anna.outis"), *(named(name, id) for id, name in enumerate(NAMES, 1)))


def names(window: MainWindow) -> list[str]:
    return [face.name for face in window.library.faces(Place.TABLE)]


def kept_names(path: Path) -> list[str]:
    return [face.name for face in faces_in(path).values() if face.place is Place.TABLE]


def test_opening_the_project_that_is_open_leaves_it_writable_with_its_undo_steps(
    qtbot: QtBot, first: MainWindow, session: Session, tmp_path: Path
) -> None:
    press(first, Qt.Key.Key_K)
    first.library.open(str(tmp_path / "." / "first.outis"))
    with qtbot.waitSignal(first.library.opened):
        first.library.save_as(str(tmp_path / "copy.outis"))  # answered after the opening
    assert not first.library.read_only
    assert session.undo_stack.canUndo()
    assert len(first.library.faces(Place.TABLE)) == 1


def test_saving_while_another_project_opens_saves_the_one_that_is_open_then(
    qtbot: QtBot, first: MainWindow, anna: Path, tmp_path: Path
) -> None:
    first.library.open(str(anna))
    first.library.save_as(str(tmp_path / "copy.outis"))
    qtbot.waitUntil(lambda: first.library.path == str(tmp_path / "copy.outis"))
    press(first, Qt.Key.Key_K)
    first.library.close()
    assert kept_names(tmp_path / "copy.outis") == [*NAMES, ""]
    assert kept_names(anna) == NAMES


def test_saving_onto_the_open_project_itself_is_refused_in_a_sentence(
    qtbot: QtBot, first: MainWindow, said: list[str], tmp_path: Path
) -> None:
    press(first, Qt.Key.Key_K)
    with qtbot.waitSignal(first.library.failed):
        first.library.save_as(str(tmp_path / "first.outis"))
    assert "choose another name" in said[-1]
    first.library.close()
    assert kept_names(tmp_path / "first.outis") == [""]


def test_saving_onto_a_project_that_another_outis_has_open_is_refused_and_leaves_both(
    qtbot: QtBot, first: MainWindow, said: list[str], anna: Path
) -> None:
    other = Project.open(anna)
    with qtbot.waitSignal(first.library.failed):
        first.library.save_as(str(anna))
    assert "open in another Outis" in said[-1]
    assert first.library.name == "first"
    other.close()
    assert kept_names(anna) == NAMES


def test_undo_never_reaches_a_face_of_a_project_that_is_opened_later(
    qtbot: QtBot, window: MainWindow, session: Session, anna: Path, tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.library.failed):
        window.library.open(str(tmp_path / "missing.outis"))
    press(window, Qt.Key.Key_K)
    with qtbot.waitSignal(window.library.opened):
        window.library.open(str(anna))
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert names(window) == NAMES
    window.library.close()


def test_undo_of_what_was_kept_while_the_first_project_opened_leaves_the_faces_in_it(
    qtbot: QtBot, window: MainWindow, session: Session, anna: Path
) -> None:
    with qtbot.waitSignal(window.library.opened):
        window.library.open(str(anna))
        press(window, Qt.Key.Key_K)  # its faces are not read yet
    while session.undo_stack.canUndo():
        session.undo_stack.undo()
    assert names(window)[:3] == NAMES
    window.library.close()
    assert kept_names(anna)[:3] == NAMES


def test_faces_that_are_in_no_project_yet_can_be_saved_as_one(
    qtbot: QtBot, window: MainWindow, said: list[str], tmp_path: Path
) -> None:
    with qtbot.waitSignal(window.library.failed):
        window.library.open(str(tmp_path / "missing.outis"))
    press(window, Qt.Key.Key_K)
    assert "not saved" in window.undo_notice.sentence
    with qtbot.waitSignal(window.library.opened):
        window.library.save_as(str(tmp_path / "saved.outis"))
    press(window, Qt.Key.Key_K)
    assert "not saved" not in window.undo_notice.sentence
    window.library.close()
    assert kept_names(tmp_path / "saved.outis") == ["", ""]
    assert len(said) == 1


def test_closing_while_a_project_opens_gives_its_file_back(first: MainWindow, anna: Path) -> None:
    first.library.open(str(anna))
    first.library.close()
    assert [path.name for path in anna.parent.glob("Anna*")] == ["Anna.outis"]
    project = Project.open(anna)
    assert not project.read_only
    project.close()


def test_in_a_read_only_project_keeping_and_deleting_say_that_nothing_is_saved(
    qtbot: QtBot, first: MainWindow, said: list[str], anna: Path
) -> None:
    other = Project.open(anna)
    with qtbot.waitSignal(first.library.opened):
        first.library.open(str(anna))
    before = len(said)
    press(first, Qt.Key.Key_K)
    assert first.undo_notice.isVisible()
    assert "not saved" in first.undo_notice.sentence
    press(first, Qt.Key.Key_L)
    press(first, Qt.Key.Key_A, CTRL)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_3, Qt.Key.Key_F2):
        first.statusBar().clearMessage()
        press(first, key)
        assert "read" in first.statusBar().currentMessage()
    assert names(first)[:3] == NAMES
    assert first.findChild(QInputDialog) is None
    assert len(said) == before
    other.close()


def test_a_name_that_is_asked_for_is_not_given_to_a_face_of_another_project(
    qtbot: QtBot, first: MainWindow, anna: Path
) -> None:
    press(first, Qt.Key.Key_K)
    press(first, Qt.Key.Key_L)
    press(first, Qt.Key.Key_A, CTRL)
    press(first, Qt.Key.Key_F2)
    dialog = first.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Zoe")
    with qtbot.waitSignal(dialog.rejected):
        first.library.open(str(anna))
    assert names(first) == NAMES


def test_a_face_that_waits_for_its_model_is_not_looked_for_in_another_project(
    qtbot: QtBot, first: MainWindow, session: Session, anna: Path, tmp_path: Path
) -> None:
    other = "e" * 64
    first._settings.remember_model(other, "other.pt")
    written(str(tmp_path / "other.outis"), named("Other", model=other))
    first.library.put(named("Here", id=1, model=other))
    first.faces.open(1)
    with qtbot.waitSignal(first.library.opened):
        first.library.open(str(tmp_path / "other.outis"))
    before = session.recipe
    session.set_model(replace(facts(), hash=other))
    assert session.recipe.source == before.source


def test_projects_that_are_opened_at_once_are_opened_in_turn_and_the_last_one_stays(
    qtbot: QtBot, first: MainWindow, anna: Path, tmp_path: Path
) -> None:
    other = written(str(tmp_path / "other.outis"), named("Other"))
    for path in (anna, other, anna, other):
        first.library.open(str(path))
    opened: list[str] = []
    first.library.opened.connect(lambda project: opened.append(project.name))
    qtbot.waitUntil(lambda: len(opened) == 4)
    assert opened == ["Anna", "other"] * 2
    assert (names(first), first.library.read_only) == (["Other"], False)
    first.library.close()
    assert not list(tmp_path.glob("*-lock"))


def test_a_face_that_the_history_has_dropped_is_not_gone_back_to(first: MainWindow, session: Session) -> None:
    before = session.recipe
    first.panels.history.restore.emit(999)
    first.panels.history.peeked.emit(999)
    first.panels.history.wipe.emit(998, 999)
    assert session.recipe == before
