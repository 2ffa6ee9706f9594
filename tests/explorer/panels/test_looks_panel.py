"""The list of looks, and the strength that is tried on the face shown."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.panels.looks_panel import LooksPanel
from generator.config import GeneratorConfig
from generator.project.look import Look, Part, take
from generator.recipe.recipe import Recipe, Truncation
from tests.support.panel_fixtures import NAMED, click, facts, session, type_number

AGE = NAMED[0].direction
CALM = take("calm", Recipe(truncation=Truncation(0.5)).with_amount(AGE, 2.0), {Part.DIRECTIONS, Part.TRUNCATION})
BOLD = take("bold", Recipe(truncation=Truncation(1.0)), {Part.TRUNCATION})


@pytest.fixture
def doc() -> Session:
    return session()


@pytest.fixture
def panel(qtbot: QtBot, doc: Session) -> LooksPanel:
    made = LooksPanel(doc)
    qtbot.addWidget(made)
    made.resize(300, 400)
    made.set_looks((BOLD, CALM))
    made.show()
    qtbot.waitExposed(made)
    return made


def changes(panel: LooksPanel) -> list[tuple[str, tuple[Look, ...], tuple[Look, ...]]]:
    seen: list[tuple[str, tuple[Look, ...], tuple[Look, ...]]] = []
    panel.changed.connect(lambda *change: seen.append(change))
    return seen


def test_apply_puts_the_selected_look_on_the_face_in_one_step(panel: LooksPanel, doc: Session) -> None:
    panel.select("calm")
    click(panel.apply)
    assert (doc.recipe.amount(AGE), doc.recipe.truncation.psi) == (2.0, 0.5)
    assert doc.undo_stack.undoText() == "Look calm"
    doc.undo_stack.undo()
    assert doc.recipe == doc.neutral


def test_the_strength_shows_its_effect_while_it_moves(panel: LooksPanel, doc: Session) -> None:
    panel.select("calm")
    type_number(panel.strength, "25")
    assert doc.recipe.amount(AGE) == 0.5
    type_number(panel.strength, "50")
    assert (doc.recipe.amount(AGE), doc.recipe.truncation.psi) == (1.0, pytest.approx(0.6))


def test_return_on_a_look_applies_it_and_f2_renames_it(panel: LooksPanel, doc: Session, qtbot: QtBot) -> None:
    seen = changes(panel)
    panel.select("calm")
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert doc.recipe.amount(AGE) == 2.0
    rename(qtbot, panel, "quiet")
    assert seen == [("Rename look", (CALM,), (replace(CALM, name="quiet"),))]


def rename(qtbot: QtBot, panel: LooksPanel, text: str) -> None:
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    editor = panel.list.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    with qtbot.waitSignal(editor.destroyed):
        QTest.keyClick(editor, Qt.Key.Key_Return)


def test_a_name_that_is_taken_or_empty_is_not_taken_over(panel: LooksPanel, qtbot: QtBot) -> None:
    seen = changes(panel)
    panel.select("calm")
    rename(qtbot, panel, "bold")
    rename(qtbot, panel, " ")
    assert seen == []
    assert [panel.list.item(row).text() for row in range(2)] == ["bold", "calm"]


def test_the_menu_deletes_and_exports_the_selected_look(panel: LooksPanel, qtbot: QtBot) -> None:
    seen = changes(panel)
    exported: list[Look] = []
    panel.export_asked.connect(exported.append)
    panel.select("bold")
    by_text = {action.text(): action for action in panel.menu().actions()}
    by_text["Export …"].trigger()
    by_text["Delete"].trigger()
    assert (exported, seen) == ([BOLD], [("Delete look", (BOLD,), ())])


def test_the_menu_comes_from_its_button_and_from_a_look(panel: LooksPanel, qtbot: QtBot) -> None:
    for where in (panel.more, panel.list.viewport()):
        if where is panel.more:
            click(panel.more)
        else:
            point = panel.list.visualItemRect(panel.list.item(0)).center()
            event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, where.mapToGlobal(point))
            QApplication.sendEvent(where, event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        expected = where.mapToGlobal(QPoint(0, 0) if where is panel.more else point)
        assert (menu.pos() - expected).manhattanLength() <= 4  # the frame of the list
        menu.close()


def test_the_selection_stays_with_its_look_when_others_come(panel: LooksPanel) -> None:
    panel.select("calm")
    panel.set_looks((replace(BOLD, name="aged"), BOLD, CALM))
    assert panel.selected == CALM
    panel.set_looks((BOLD,))
    assert panel.selected == BOLD


def test_a_look_that_does_not_fit_the_model_says_why_and_cannot_be_applied(panel: LooksPanel, doc: Session) -> None:
    panel.select("calm")
    assert panel.remark.isHidden()
    doc.set_model(replace(facts(), hash="b" * 64, config=GeneratorConfig(256, z_dim=8, w_dim=16)))
    assert "has shape [8], and the model takes [16]" in panel.remark.text()
    assert panel.remark.isVisible()
    assert not panel.apply.isEnabled()
    before = doc.recipe
    panel.list.itemActivated.emit(panel.list.currentItem())
    assert doc.recipe == before


def test_without_looks_the_panel_says_how_to_get_some(panel: LooksPanel) -> None:
    panel.set_looks(())
    assert panel.empty.isVisible()
    assert not panel.list.isVisible()
    assert not panel.apply.isEnabled()
    assert [action.text() for action in panel.menu().actions() if action.isEnabled() and action.text()] == ["Import …"]
