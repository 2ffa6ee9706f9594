"""What is done to the faces of the light table, one or many: edits, looks, names, exports."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from explorer.dialogs.parts import PartsDialog
from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.project.look import take
from generator.project.rows import MAX_NAME, clean
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.table_fixtures import click, open_table, put
from tests.support.window_fixtures import press

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def test_several_marked_faces_follow_a_slider_as_one_undo_step(window, session, qtbot):
    ids = put(window, 2)
    grid = open_table(window)
    click(grid, ids[0])
    click(grid, ids[1], CTRL)
    qtbot.waitUntil(lambda: session.lead == ids[1])
    psi = session.recipe.truncation.psi
    truncated = replace(session.recipe, truncation=replace(session.recipe.truncation, psi=0.3))
    session.edit("Truncation", truncated)
    assert [window.library.face(id).recipe.truncation.psi for id in ids] == [0.3, 0.3]
    session.undo_stack.undo()
    assert [window.library.face(id).recipe.truncation.psi for id in ids] == [psi, psi]


def test_edits_copied_from_one_face_of_the_table_are_pasted_into_another(window, session):
    first, second = put(window, 2)
    library = window.library
    edited = replace(library.face(first).recipe, truncation=replace(session.recipe.truncation, psi=0.25))
    library.put(library.face(first).with_recipe(edited))
    grid = open_table(window)
    click(grid, first)
    press(window, Qt.Key.Key_C, CTRL | ALT)
    window.findChild(PartsDialog).accept()
    assert session.recipe.source == SeedSource(100 + first)
    click(grid, second)
    press(window, Qt.Key.Key_V, CTRL | ALT)
    assert library.face(second).recipe.truncation.psi == 0.25
    assert library.face(second).recipe.source == SeedSource(100 + second)
    session.undo_stack.undo()
    assert library.face(second).recipe.truncation.psi != 0.25


def heard_exports(window: MainWindow) -> list[tuple[tuple[Face, ...], str]]:
    """The faces that are to be exported from now on, each time with the look applied last; no dialog is shown."""
    wished: list[tuple[tuple[Face, ...], str]] = []
    window.faces.export_wished.disconnect()
    window.faces.export_wished.connect(lambda faces, look: wished.append((faces, look)))
    return wished


def test_the_look_that_was_applied_last_is_in_the_names_of_exported_files(window):
    put(window, 1)
    wished, panel = heard_exports(window), window.panels.looks
    window.menu_actions.export_faces.trigger()
    window.library.put_look(take("calm", Recipe(truncation=Truncation(0.5))))
    panel.apply.click()
    window.menu_actions.export_faces.trigger()
    assert [look for _, look in wished] == ["", "calm"]


def test_a_name_is_at_once_what_the_project_will_give_back(window):
    put(window, 1)
    window.faces.editing.ask_name(window.faces.table.faces.ids)
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("\x07" + "x" * 300)
    dialog.accept()
    (face,) = window.library.faces(Place.TABLE)
    assert face == clean(face)
    assert len(face.name) == MAX_NAME


def test_marked_faces_are_exported_and_all_of_the_table_where_none_is_marked(window):
    ids = put(window, 3)
    wished = heard_exports(window)
    window.menu_actions.export_faces.trigger()
    click(open_table(window), ids[1])
    window.menu_actions.export_faces.trigger()
    assert [[face.id for face in faces] for faces, _ in wished] == [list(ids), [ids[1]]]
