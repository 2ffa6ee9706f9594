"""Shortcuts of the window and keys of its fields: each goes where it is meant."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.search_line import SearchLine
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, Truncation
from tests.support.window_fixtures import press

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def field(window: MainWindow, place: str) -> QLineEdit:
    if place == "search":
        return window.panels.directions.search
    entry = window.panels.truncation.psi.findChild(NumberEntry)
    return entry


@pytest.fixture
def claiming_fields(monkeypatch) -> None:
    """Lines of text take every Ctrl chord for themselves, as X11 and macOS let them do with some."""
    for kind in (SearchLine, NumberEntry):
        own = kind.event

        def event(self: QLineEdit, event: QEvent, own=own) -> bool:
            if event.type() is QEvent.Type.ShortcutOverride and event.modifiers() & CTRL:
                event.accept()
                return True
            return own(self, event)

        monkeypatch.setattr(kind, "event", event)


@pytest.mark.parametrize("place", ["search", "psi"])
def test_shortcuts_with_ctrl_work_in_every_field(window, claiming_fields, place):
    for action in window.actions():
        sequence = action.shortcut()
        if "Ctrl" not in sequence.toString() or sequence.toString() in ("Ctrl+V", "Ctrl+C", "Ctrl+Q"):
            continue
        seen = []
        action.triggered.disconnect()
        action.triggered.connect(lambda *_, seen=seen: seen.append(True))
        action.setEnabled(True)
        field(window, place).setFocus()
        press(window, sequence[0].key(), sequence[0].keyboardModifiers())
        assert seen == [True], sequence.toString()


def test_ctrl_c_copies_the_picture_unless_words_are_selected(window, controller):
    search = window.panels.directions.search
    search.setFocus()
    press(window, Qt.Key.Key_C, CTRL)
    assert controller.asked == [("copy_image", ())]
    search.setText("smile")
    search.selectAll()
    press(window, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "smile"
    assert len(controller.asked) == 1


def test_ctrl_z_in_the_search_undoes_an_edit_where_nothing_was_typed(window, session):
    session.edit("Truncation", Recipe(session.recipe.model, session.recipe.source, Truncation(0.3)))
    search = window.panels.directions.search
    search.setFocus()
    press(window, Qt.Key.Key_A)
    press(window, Qt.Key.Key_Z, CTRL)
    assert (search.text(), session.recipe.truncation.psi) == ("", 0.3)
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.recipe.truncation.psi == 0.7


def test_typed_words_are_no_shortcuts(window, controller, session):
    session.edit("Truncation", Recipe(session.recipe.model, session.recipe.source, Truncation(0.3)))
    search = window.panels.directions.search
    search.setFocus()
    for key in (Qt.Key.Key_F, Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_B):
        press(window, key)
    assert search.text() == "farb"
    assert (controller.asked, session.recipe.truncation.psi) == ([], 0.3)


def test_a_letter_in_a_number_half_typed_is_a_slip_and_no_shortcut(window, controller, session):
    session.edit("Truncation", Recipe(session.recipe.model, session.recipe.source, Truncation(0.3)))
    for line in (field(window, "psi"), window.panels.truncation.cutoff):
        line.setFocus()
        for key in (Qt.Key.Key_5, Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_B):
            press(window, key)
        assert (controller.asked, session.recipe.truncation.psi) == ([], 0.3)
        press(window, Qt.Key.Key_Escape)


@pytest.mark.parametrize("place", ["view", "psi", "cutoff"])
def test_slash_puts_the_cursor_into_the_search_of_directions(window, place):
    window.panels.directions.search.setText("smile")
    places = {"view": window.view, "psi": field(window, "psi"), "cutoff": window.panels.truncation.cutoff}
    places[place].setFocus()
    press(window, Qt.Key.Key_Slash)
    search = window.panels.directions.search
    assert search.hasFocus()
    assert search.selectedText() == "smile"
    press(window, Qt.Key.Key_Slash)
    assert search.text() == "/"


def test_slash_opens_a_directions_dock_that_is_closed_and_leaves_the_map_which_has_no_rows(window):
    panel = window.panels.directions
    panel.tabs.setCurrentWidget(panel.map)
    window.docks.directions.close()
    press(window, Qt.Key.Key_Slash)
    assert not window.docks.directions.isHidden()
    assert panel.search.hasFocus()
    assert panel.tabs.currentWidget() is panel.named


def test_ctrl_1_shows_the_image_at_its_actual_size_and_ctrl_0_fits_it(window):
    press(window, Qt.Key.Key_1, CTRL)
    assert window.view.viewport.scale == 1.0
    press(window, Qt.Key.Key_0, CTRL)
    assert window.view.viewport.is_fitted
    press(window, Qt.Key.Key_1, CTRL)
    press(window, Qt.Key.Key_F)
    assert window.view.viewport.is_fitted
