"""Copied edits and looks in the window, on a controller that only writes down what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import ExportLook
from explorer.dialogs.parts import PartsDialog
from explorer.dialogs.shortcuts import shortcuts_text
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.project.look import Part, take
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.library_fixtures import keep
from tests.support.panel_fixtures import NAMED, click
from tests.support.window_fixtures import FakeController, press

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
AGE, HAIR = NAMED[0].direction, NAMED[2].direction
MODEL = "f" * 64
CALM = take("calm", Recipe(truncation=Truncation(0.5)), {Part.TRUNCATION})


@pytest.fixture
def mark(window: MainWindow, qtbot) -> Callable[..., tuple[int, ...]]:
    """Keeps faces and marks all of them, as the light table does."""

    def keep_and_mark(*recipes: Recipe) -> tuple[int, ...]:
        ids = tuple(keep(window.library, recipe).id for recipe in recipes)
        window.library.mark(ids)
        qtbot.waitUntil(lambda: window.edits.marked.count == len(ids))
        return ids

    return keep_and_mark


def face(seed: int, age: float = 0.0) -> Recipe:
    return Recipe(MODEL, SeedSource(seed)).with_amount(AGE, age)


def edited(session: Session) -> None:
    recipe = session.recipe.with_amount(AGE, 2.0)
    session.edit("Edit", replace(recipe, truncation=Truncation(0.5)))


def copy(window: MainWindow, qtbot: QtBot, unticked: Part | None = None) -> None:
    """Copy the edits of the face shown, without one part."""
    press(window, Qt.Key.Key_C, CTRL_ALT)
    dialog = window.findChild(PartsDialog)
    if unticked is not None:
        QTest.keyClick(dialog.ticks[unticked], Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_edits_are_copied_with_ticks_and_pasted_into_another_face(window, session, qtbot):
    edited(session)
    copy(window, qtbot, Part.TRUNCATION)
    session.edit("Other", replace(face(7), truncation=Truncation(0.9)).with_amount(HAIR, 1.0))
    press(window, Qt.Key.Key_V, CTRL_ALT)
    assert session.recipe == replace(face(7, 2.0), truncation=Truncation(0.9))
    session.undo_stack.undo()
    assert session.recipe.amount(HAIR) == 1.0


def test_the_ticks_are_remembered_also_by_the_next_window(window, qtbot):
    copy(window, qtbot, Part.NOISE)
    assert Settings().look_parts == frozenset(Part) - {Part.NOISE}


def test_pasting_before_copying_says_how_to_copy(window, session, notifier):
    said: list[str] = []
    notifier.said.connect(said.append)
    before = session.recipe
    press(window, Qt.Key.Key_V, CTRL_ALT)
    assert said == ["No edits are copied yet; Ctrl+Alt+C copies those of the face shown."]
    assert session.recipe == before


def test_edits_are_pasted_into_all_marked_faces_in_one_step(window, session, mark, qtbot):
    edited(session)
    copy(window, qtbot)
    ids = mark(face(1), face(2, 5.0), face(3))
    press(window, Qt.Key.Key_V, CTRL_ALT)
    assert [window.library.face(id).recipe.amount(AGE) for id in ids] == [2.0] * 3
    session.undo_stack.undo()
    assert [window.library.face(id).recipe.amount(AGE) for id in ids] == [0.0, 5.0, 0.0]


def test_the_picture_says_how_many_faces_are_edited_while_they_are(window, session, mark):
    mark(face(1), face(2))
    assert "Editing 2 faces" in window.view.accessibleDescription()
    session.new_face()
    assert "Editing" not in window.view.accessibleDescription()
    assert window.library.marked == ()


def test_a_look_is_saved_listed_and_applied_to_all_marked_faces(window, session, mark):
    edited(session)
    press(window, Qt.Key.Key_S, CTRL_ALT)
    dialog = window.findChild(PartsDialog)
    dialog.name.selectAll()
    QTest.keyClicks(dialog.name, "calm")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert [look.name for look in window.library.looks] == ["calm"]
    panel = window.panels.looks
    assert panel.isVisible()
    ids = mark(face(1), face(2))
    click(panel.apply)
    assert [window.library.face(id).recipe.amount(AGE) for id in ids] == [2.0, 2.0]
    session.undo_stack.undo()
    assert [window.library.face(id).recipe for id in ids] == [face(1), face(2)]


def test_deleting_a_look_can_be_undone(window, session):
    window.library.put_look(CALM)
    panel = window.panels.looks
    panel.select("calm")
    next(action for action in panel.menu().actions() if action.text() == "Delete").trigger()
    assert window.library.looks == ()
    session.undo_stack.undo()
    assert window.library.looks == (CALM,)


def test_a_look_from_a_file_is_listed_once_under_a_free_name_and_selected(window, controller: FakeController):
    window.library.put_look(replace(CALM, recipe=Recipe()))
    controller.look_read.emit(CALM)
    controller.look_read.emit(replace(CALM, name="calm 2"))
    assert [look.name for look in window.library.looks] == ["calm", "calm 2"]
    assert window.panels.looks.selected == replace(CALM, name="calm 2")


def test_a_look_is_exported_under_its_name(window, controller: FakeController, tmp_path: Path):
    window.library.put_look(replace(CALM, name="calm: a/b"))
    window.edits.export_look(window.library.looks[0])
    dialog = window.findChild(QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "calm- a-b.look.json"
    path = str(tmp_path / "x.look.json")
    dialog.fileSelected.emit(path)
    assert ("submit", (ExportLook(path, window.library.looks[0]),)) in controller.asked


def test_the_shortcuts_are_listed(window):
    text = shortcuts_text(window.actions())
    for line in ("| Ctrl+Alt+C | Copy edits |", "| Ctrl+Alt+V | Paste edits |", "| Ctrl+Alt+S | Save look |"):
        assert line in text
