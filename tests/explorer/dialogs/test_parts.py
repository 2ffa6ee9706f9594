"""The dialog with a tick for every part of a face's edits."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.dialogs.parts import PartsDialog
from generator.project.look import ALL_PARTS, Part


def opened(qtbot: QtBot, ticked: frozenset[Part] = ALL_PARTS) -> PartsDialog:
    dialog = PartsDialog("Copy edits", "Copy", ticked)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_return_takes_the_ticked_parts(qtbot: QtBot) -> None:
    dialog = opened(qtbot, frozenset({Part.DIRECTIONS, Part.NOISE}))
    assert not dialog.name.isVisible()
    QTest.keyClick(dialog.ticks[Part.NOISE], Qt.Key.Key_Space)
    QTest.keyClick(dialog.ticks[Part.MIX], Qt.Key.Key_Space)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == ["", frozenset({Part.DIRECTIONS, Part.MIX})]


def test_without_any_part_there_is_nothing_to_take(qtbot: QtBot) -> None:
    dialog = opened(qtbot, frozenset({Part.NOISE}))
    QTest.keyClick(dialog.ticks[Part.NOISE], Qt.Key.Key_Space)
    assert not dialog.go_on.isEnabled()
    assert dialog.verdict.text() == "Tick at least one part."


def test_a_look_needs_a_name_and_one_that_exists_is_said_to_be_replaced(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    dialog.ask_name("calm", ("calm", "bright"))
    assert dialog.verdict.text() == "The look of this name will be replaced."
    QTest.keyClick(dialog.name, Qt.Key.Key_Backspace)
    assert not dialog.go_on.isEnabled()
    QTest.keyClicks(dialog.name, "  bold ")
    assert dialog.verdict.text() == ""
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert chosen.args == ["bold", ALL_PARTS]
