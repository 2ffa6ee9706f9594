"""The class of the face: picked by typing and with arrow keys, any class for new faces, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import BringClassNames, LoadModel
from explorer.compute.model_host import ModelHost
from explorer.control.notify import Notifier
from explorer.document.face_names import file_stem, title_of
from explorer.document.session import Session
from explorer.panels.common.labels import source_name
from explorer.panels.source_panel import SourcePanel
from generator import checkpoint
from generator.config import GeneratorConfig
from generator.errors import ClassError
from generator.progress import finish
from generator.recipe.class_names import ClassNames
from generator.recipe.recipe import Mix, Recipe, SeedSource
from tests.support.models import random_generator, save_generator
from tests.support.panel_fixtures import click, facts
from tests.support.window_fixtures import FakeController
from tests.support.window_fixtures import shown as window_shown

PETS = ("tench, Tinca tinca", "goldfish", "crane", "golden retriever", "9 lives")


@pytest.fixture
def doc() -> Session:
    """A session with a model of five classes, of which none is chosen."""
    model = replace(facts(c_dim=5), class_names=PETS)
    made = Session(Recipe(model.hash))
    made.set_model(model)
    return made


@pytest.fixture
def panel(qtbot: QtBot, doc: Session) -> SourcePanel:
    made = SourcePanel(doc)
    qtbot.addWidget(made)
    made.resize(264, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def typed(panel: SourcePanel, text: str) -> QLineEdit:
    line = panel.label.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    return line


def enter(panel: SourcePanel, text: str) -> None:
    """Type and press Enter, which goes to the list where one is open."""
    line = typed(panel, text)
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup or line, Qt.Key.Key_Return)
    if popup is not None and popup.isVisible():
        QTest.keyClick(line, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "label"),
    [("retr", 3), ("GOLDFISH", 1), ("gold", 1), ("2", 2), ("Tinca tinca", 0), ("lives", 4), ("4 9 lives", 4)],
)
def test_a_class_is_picked_by_a_part_of_its_name_or_by_its_number(
    doc: Session, panel: SourcePanel, text: str, label: int
) -> None:
    enter(panel, text)
    assert doc.recipe.source == SeedSource(0, label)
    assert panel.label.currentText() == f"{label} {PETS[label]}"
    doc.undo_stack.undo()
    assert doc.recipe.source == SeedSource(0)
    assert panel.label.currentText() == "no class"


def test_typing_lists_the_classes_that_contain_it_and_one_of_them_is_picked(doc: Session, panel: SourcePanel) -> None:
    typed(panel, "gold")
    completer = panel.label.completer()
    assert completer is not None
    popup = completer.popup()
    assert popup.isVisible()
    rows = [popup.model().index(row, 0).data() for row in range(popup.model().rowCount())]
    assert rows == ["1 goldfish", "3 golden retriever"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(popup, key)
    assert doc.recipe.source == SeedSource(0, 3)
    assert doc.undo_stack.count() == 1


@pytest.mark.parametrize("text", ["ostrich", "5", "-1"])
def test_what_means_no_class_changes_nothing(doc: Session, panel: SourcePanel, text: str) -> None:
    enter(panel, "crane")
    enter(panel, text)
    assert doc.recipe.source == SeedSource(0, 2)
    assert panel.label.currentText() == "2 crane"


@pytest.mark.parametrize("text", ["", "No class"])
def test_no_class_can_be_typed_as_well(doc: Session, panel: SourcePanel, text: str) -> None:
    enter(panel, "crane")
    line = typed(panel, text)
    if not text:
        QTest.keyClick(line, Qt.Key.Key_Backspace)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert doc.recipe.source == SeedSource(0)


def test_arrow_keys_step_through_the_classes_live(doc: Session, panel: SourcePanel) -> None:
    seen: list[int | None] = []
    doc.recipe_changed.connect(lambda recipe: seen.append(recipe.source.label))
    panel.label.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(panel.label, key)
    assert seen == [0, 1, 2, 1]


def test_where_no_class_is_chosen_a_sentence_says_what_is_drawn(doc: Session, panel: SourcePanel) -> None:
    assert "zero class is drawn, which is none of the 5" in panel.hint.text()
    assert panel.hint.isVisible()
    enter(panel, "crane")
    assert not panel.hint.isVisible()
    doc.set_model(facts())
    assert not any(each.isVisible() for each in (panel.hint, panel.any_class, panel.names, panel.label))


def test_names_that_are_not_used_are_explained(doc: Session, panel: SourcePanel) -> None:
    enter(panel, "crane")
    doc.set_model(replace(facts(c_dim=5), epoch=2, class_fault="x.classes.txt has 2 names."))
    assert panel.hint.text() == "x.classes.txt has 2 names."
    assert panel.label.currentText() == "2"


def test_new_faces_keep_the_class_unless_it_may_be_any(doc: Session, panel: SourcePanel) -> None:
    enter(panel, "crane")
    click(panel.dice)
    assert doc.recipe.source.label == 2
    panel.any_class.setFocus()
    QTest.keyClick(panel.any_class, Qt.Key.Key_Space)
    seen = set()
    for _ in range(40):
        upcoming = doc.next_face
        click(panel.dice)
        assert doc.recipe == upcoming
        assert doc.face_of(doc.recipe.source.seed) == doc.recipe  # as the gallery shows it
        seen.add(doc.recipe.source.label)
    assert seen == {0, 1, 2, 3, 4}


def test_faces_are_called_by_the_name_of_their_class(qtbot: QtBot, doc: Session, panel: SourcePanel) -> None:
    enter(panel, "crane")
    assert title_of(doc.recipe) == "Seed 0, class 2 crane"
    assert file_stem(doc.recipe) == "seed-0-class-2"
    assert source_name(doc.recipe.source, doc.recipe.model) == "seed 0, class 2 crane"
    doc.set_class_names(ClassNames(("a", "b", "c", "d", "e")))
    assert title_of(doc.recipe) == "Seed 0, class 2 c"
    assert panel.label.currentText() == "2 c"


def test_a_model_with_as_many_classes_as_any_has_is_picked_from(doc: Session, panel: SourcePanel) -> None:
    doc.set_model(replace(facts(c_dim=65_536), epoch=2, hash="e" * 64))
    enter(panel, "65535")
    assert doc.recipe.source.label == 65_535


def test_names_that_are_brought_are_kept_beside_the_model(tmp_path: Path) -> None:
    small = {"z_dim": 8, "w_dim": 8, "mapping_layers": 1, "channel_base": 64, "channel_max": 8}
    model = save_generator(random_generator(GeneratorConfig(16, c_dim=5, **small)), tmp_path / "pets.safetensors")
    host = ModelHost()
    finish(LoadModel(str(model), "cpu").run(host))
    (tmp_path / "names.txt").write_text("\n".join(PETS))
    made = finish(BringClassNames(str(tmp_path / "names.txt")).run(host))  # type: ignore[arg-type]
    assert made.names.names == PETS
    assert checkpoint.load(model).class_names == PETS
    (tmp_path / "names.txt").write_text("tench")
    with pytest.raises(ClassError, match="1 names and the model 5 classes"):
        finish(BringClassNames(str(tmp_path / "names.txt")).run(host))  # type: ignore[arg-type]


def test_a_model_with_classes_begins_with_the_first_one_and_keeps_a_face_of_none() -> None:
    model = facts(c_dim=5)
    doc = Session(Recipe(source=SeedSource(3), mix=Mix(SeedSource(4), (1.0,))))
    doc.set_model(model)
    assert doc.recipe.source == SeedSource(3, 0)
    assert doc.recipe.mix is not None
    assert doc.recipe.mix.source == SeedSource(4, 0)
    kept = Session(Recipe(model.hash, SeedSource(3)))
    kept.set_model(model)
    assert kept.recipe.source == SeedSource(3)


def test_keys_that_mean_something_to_the_window_are_typed_into_the_picker(qtbot: QtBot) -> None:
    doc, controller = Session(), FakeController()
    window = window_shown(qtbot, doc, controller, Notifier())
    doc.set_model(replace(facts(c_dim=3), epoch=2, hash="e" * 64, class_names=("cat", "black bear", "grey rabbit")))
    line = window.panels.source.label.lineEdit()
    assert line is not None
    line.setFocus()
    line.selectAll()
    controller.asked.clear()
    for character in "BLACK B":  # hold B: before the edits, K: keep, L: the light table, A: pin, Space: another face
        QTest.keyClick(window.windowHandle(), character)
    assert line.text() == "BLACK B"
    QTest.keyClick(line, Qt.Key.Key_Escape)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert doc.recipe.source == SeedSource(0, 1)
    assert [name for name, _ in controller.asked if name in ("new_face", "hold_before", "pin")] == []
    assert "Seed 0, class 1 black bear" in window.windowTitle()
