"""A character sheet in the window: the states are asked for, and each becomes a face with its name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import MakeCharacter
from explorer.dialogs.character import CharacterDialog
from explorer.document.session import Session
from explorer.messages import CharacterMade, StateDrawn
from explorer.window.main_window import MainWindow
from generator.project.face import Place
from generator.project.look import Look, Part, take
from generator.recipe.recipe import Recipe
from generator.wishes.states import State
from tests.support.panel_fixtures import click, facts
from tests.support.table_fixtures import CTRL, open_table, put
from tests.support.table_fixtures import click as click_face
from tests.support.window_fixtures import FakeController, press

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> CharacterDialog:
    press(window, Qt.Key.Key_P, CTRL_SHIFT)
    (made,) = window.findChildren(CharacterDialog)
    qtbot.waitUntil(made.isActiveWindow)
    return made


def asked(controller: FakeController) -> list[MakeCharacter]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if isinstance(task, MakeCharacter)]


def bring(controller: FakeController, task: MakeCharacter, *states: str) -> None:
    for state in states:
        controller.state_drawn.emit(StateDrawn(task.number, state, task.recipe, np.zeros((8, 8, 3), np.uint8)))


def write(dialog: CharacterDialog, text: str) -> None:
    dialog.table.selectAll()
    QTest.keyClicks(dialog.table, text)


def test_only_states_of_which_the_model_has_the_directions_are_offered(dialog: CharacterDialog) -> None:
    names = [state.name for state in dialog.states()]
    assert {"neutral", "looking-left", "older", "fair-hair"} <= set(names)
    assert "smiling" not in names  # this model has no such direction


def test_the_face_shown_is_made_in_the_states_that_are_written(
    dialog: CharacterDialog, controller: FakeController, session: Session
) -> None:
    write(dialog, "sly, yaw=1.5, age=-1")
    click(dialog.make)
    (task,) = asked(controller)
    assert task.recipe == session.recipe
    assert task.states == (State("sly", (("yaw", 1.5), ("age", -1.0))),)


@pytest.mark.parametrize("text", ["sly, smirk=2", "sly, yaw=much", " "])
def test_what_cannot_be_made_is_said(dialog: CharacterDialog, text: str) -> None:
    write(dialog, text)
    assert dialog.verdict.text()
    assert not dialog.make.isEnabled()


def test_every_state_is_a_face_with_tags_and_all_are_one_undo_step(
    dialog: CharacterDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    click(dialog.make)
    (task,) = asked(controller)
    bring(controller, task, "neutral", "older")
    faces = window.library.faces(Place.TABLE)
    assert [(face.name, face.tags) for face in faces] == [
        ("neutral", ("character 1", "neutral")),
        ("older", ("character 1", "older")),
    ]
    assert window.faces.stage.currentWidget() is window.faces.table
    session.undo_stack.undo()
    assert window.library.faces(Place.TABLE) == ()


def test_another_model_gives_up_the_rest(
    dialog: CharacterDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    click(dialog.make)
    (task,) = asked(controller)
    session.set_model(replace(facts(), hash="e" * 64))
    bring(controller, task, "neutral")
    assert ("cancel", (MakeCharacter,)) in controller.asked
    assert window.library.faces(Place.TABLE) == ()


def yawed(amount: float) -> Look:
    """The look that a state becomes, of the model of the window."""
    yaw = next(entry.direction for entry in facts().named if entry.direction.name == "yaw")
    return take("sly", Recipe().with_amount(yaw, amount), frozenset({Part.DIRECTIONS}))


def test_the_states_become_looks_that_are_given_to_marked_faces(
    dialog: CharacterDialog, window: MainWindow, controller: FakeController, session: Session, qtbot: QtBot
) -> None:
    library, panel = window.library, window.panels.looks
    library.put_look(replace(yawed(0.5), name="sly"))
    write(dialog, "sly, yaw=1.5")
    QTest.keyClick(dialog.looks, Qt.Key.Key_Space)
    click(dialog.make)
    (task,) = asked(controller)
    assert (task.keeps_looks, task.sheet) == (True, "")
    controller.character_made.emit(CharacterMade(task.number, (yawed(1.5),)))
    assert [look.name for look in library.looks] == ["sly", "sly 2"]  # the user's own of that name stays
    session.undo_stack.undo()
    assert [look.name for look in library.looks] == ["sly"]
    session.undo_stack.redo()
    crowd = put(window, 2, model=session.recipe.model)
    grid = open_table(window)
    click_face(grid, crowd[0])
    click_face(grid, crowd[1], CTRL)
    qtbot.waitUntil(lambda: session.lead == crowd[1])
    window.docks.open(window.docks.looks)
    panel.select("sly 2")
    click(panel.apply)
    amounts = [[edit.amount for edit in library.face(id).recipe.directions] for id in crowd]
    assert amounts == [[1.5], [1.5]]


def test_states_that_are_looks_already_and_those_of_a_character_that_was_given_up_are_not_kept(
    dialog: CharacterDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    window.library.put_look(yawed(1.5))
    click(dialog.make)
    (task,) = asked(controller)
    controller.character_made.emit(CharacterMade(task.number, (yawed(1.5),)))
    controller.character_made.emit(CharacterMade(task.number - 1, (yawed(2.5),)))
    assert window.library.looks == (yawed(1.5),)
    assert not session.undo_stack.canUndo()


def test_all_states_go_into_one_picture_whose_place_is_asked_for(
    dialog: CharacterDialog, window: MainWindow, controller: FakeController, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.table.setPlainText("neutral\nsly, yaw=1.5")
    QTest.keyClick(dialog.sheet, Qt.Key.Key_Space)
    click(dialog.make)
    (chooser,) = window.findChildren(QFileDialog)
    qtbot.waitUntil(chooser.isVisible)
    assert asked(controller) == []
    chooser.setDirectory(str(tmp_path))
    chooser.selectFile("anna.webp")
    chooser.accept()
    (task,) = asked(controller)
    assert task.sheet == str(tmp_path / "anna.webp")
    assert [state.name for state in task.states] == ["neutral", "sly"]
