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
