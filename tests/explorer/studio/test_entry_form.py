"""The form of one direction: what is being typed stays when news of the direction come."""

from __future__ import annotations

import numpy as np
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.studio.entry_form import EntryForm
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, pack

SMILE = NamedDirection(Direction("smile", pack(np.eye(1, 8, dtype=np.float32)), Layers.ALL), "Smile", "", "", "")


def test_a_group_that_is_being_typed_stays_when_the_effects_on_layers_come(qtbot: QtBot) -> None:
    form = EntryForm()
    qtbot.addWidget(form)
    form.show_entry(SMILE, 4, (), ["Face"])
    form.show()
    form.activateWindow()
    form.group_entry.setFocus()
    qtbot.waitUntil(form.group_entry.hasFocus)
    QTest.keyClicks(form.group_entry, "Mouth")
    form.show_entry(SMILE, 4, (1.0, 2.0, 3.0, 4.0), ["Face"])
    assert form.group.currentText() == "Mouth"
    with qtbot.waitSignal(form.changed) as said:
        form.layers.cells.setFocus()
    assert said.args is not None
    assert said.args[1].group == "Mouth"


def test_a_note_being_typed_about_a_direction_of_another_model_is_not_put_to_this_one(qtbot: QtBot) -> None:
    form = EntryForm()
    qtbot.addWidget(form)
    form.show_entry(SMILE, 4, (), [])
    form.show()
    form.activateWindow()
    form.note.setFocus()
    qtbot.waitUntil(form.note.hasFocus)
    QTest.keyClicks(form.note, "too broad")
    form.forget()
    form.show_entry(SMILE, 4, (), [])  # of the same name, with the model opened meanwhile
    with qtbot.assertNotEmitted(form.changed):
        form.layers.cells.setFocus()
    assert form.note.toPlainText() == ""
