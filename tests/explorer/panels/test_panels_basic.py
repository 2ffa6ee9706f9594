"""The panels of the left dock, through the mouse and the keyboard."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from explorer.messages import RenderRequest, RenderResult
from explorer.panels.mixing_panel import MixingPanel
from explorer.panels.model_panel import ModelPanel
from explorer.panels.noise_panel import NoisePanel
from explorer.panels.source_panel import SourcePanel
from explorer.panels.transform_panel import TransformPanel
from explorer.panels.truncation_panel import TruncationPanel
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.slider_track import Groove
from generator.recipe.recipe import LatentSource, Noise, Recipe, SeedSource, Truncation
from generator.recipe.stored_noise import StoredNoise
from tests.support.panel_fixtures import NAMED, Recipes, click, drag, facts, session, type_number

LATENT = LatentSource.from_array("w", np.ones((1, 8), np.float32), "ulysses")


def shown(qtbot: QtBot, panel: QWidget) -> QWidget:
    qtbot.addWidget(panel)
    panel.resize(300, 240)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


# source ---------------------------------------------------------------------------------------------------------


def test_the_largest_seed_is_taken_exactly(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    type_number(panel.field.seed, "4294967295")
    assert doc.recipe.source == SeedSource(2**32 - 1)


def test_a_stored_latent_is_named_and_the_seed_is_one_click_away(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    type_number(panel.field.seed, "85")
    doc.edit("open", replace(doc.recipe, source=LATENT))
    assert panel.field.latent.isVisible()
    assert panel.field.latent.text() == "Stored latent: ulysses"
    click(panel.field.seeds)
    assert doc.recipe.source == SeedSource(85)
    assert panel.field.seed.isVisible()


def test_dice_and_steps_change_the_seed_and_a_lock_stops_the_dice(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    click(panel.field.up)
    assert doc.recipe.source == SeedSource(1)
    click(panel.field.down)
    click(panel.field.down)
    assert doc.recipe.source == SeedSource(0)
    click(panel.lock)
    click(panel.dice)
    assert doc.locked
    assert doc.recipe.source == SeedSource(0)
    click(panel.lock)
    click(panel.dice)
    assert doc.recipe.source != SeedSource(0)


def test_back_and_forward_walk_through_the_faces_seen(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    assert not panel.back.isEnabled()
    for seed in ("7", "8"):
        type_number(panel.field.seed, seed)
    walk = []
    for button in (panel.back, panel.back, panel.forward, panel.forward):
        click(button)
        walk.append(panel.field.seed.value())
    assert walk == [7, 0, 7, 8]
    assert not panel.forward.isEnabled()


def test_back_is_offered_only_where_it_leads_to_another_face(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    doc.new_face()
    doc.undo_stack.undo()
    assert not panel.back.isEnabled()  # the only face seen before is this one
    doc.undo_stack.redo()
    assert panel.back.isEnabled()


def test_a_stored_source_can_be_chosen_again(qtbot: QtBot) -> None:
    doc = session(recipe=Recipe(source=LATENT))
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    assert not panel.stored.isEnabled()
    click(panel.store)
    click(panel.field.seeds)
    panel.stored.menu().actions()[0].trigger()
    assert doc.recipe.source == LATENT


def test_an_edited_face_is_stored_by_its_w_plus_and_comes_back_as_it_was(qtbot: QtBot) -> None:
    doc = session()
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    doc.edit("Age", doc.recipe.with_amount(NAMED[0].direction, 1.5))
    assert not panel.store.isEnabled()
    w_plus = np.arange(14 * 8, dtype=np.float32).reshape(14, 8)
    panel.set_frame(RenderResult(RenderRequest(1, 1, doc.recipe), np.zeros((1, 1, 3), np.uint8), 1.0, None, w_plus))
    click(panel.store)
    assert panel.stored.menu().actions()[0].text() == "seed 0, age +1.5"
    click(panel.dice)
    panel.stored.menu().actions()[0].trigger()
    assert np.array_equal(doc.recipe.source.array, w_plus)
    assert (doc.recipe.directions, doc.recipe.truncation) == ((), Truncation(1.0))


@pytest.mark.parametrize(("c_dim", "visible"), [(0, False), (10, True)])
def test_the_class_is_asked_for_only_by_a_conditional_model(qtbot: QtBot, c_dim: int, visible: bool) -> None:
    panel = SourcePanel(session(c_dim))
    shown(qtbot, panel)
    assert panel.label.isVisible() is visible


def test_a_class_is_part_of_the_source_and_a_new_seed_keeps_it(qtbot: QtBot) -> None:
    doc = session(c_dim=10)
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    panel.label.setFocus()
    QTest.keyClick(panel.label, Qt.Key.Key_Up)
    assert doc.recipe.source == SeedSource(0, 0)
    type_number(panel.field.seed, "5")
    assert doc.recipe.source == SeedSource(5, 0)
    panel.label.setFocus()
    QTest.keyClick(panel.label, Qt.Key.Key_Down)
    assert doc.recipe.source == SeedSource(5)


# truncation -----------------------------------------------------------------------------------------------------


def test_psi_is_exact(qtbot: QtBot) -> None:
    doc = session()
    panel = TruncationPanel(doc)
    shown(qtbot, panel)
    type_number(panel.psi, "0.123456789")
    assert doc.recipe.truncation == Truncation(0.123456789)


def test_a_psi_beyond_the_slider_is_shown_and_left_as_it_is(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = TruncationPanel(doc)
    shown(qtbot, panel)
    wild = replace(doc.recipe, truncation=Truncation(3.25))
    doc.edit("open", wild)
    assert panel.psi.value() == 3.25
    assert recipes.seen == [wild]


def test_dragging_psi_is_one_undo_step_and_undo_moves_the_slider_silently(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = TruncationPanel(doc)
    shown(qtbot, panel)
    groove = panel.psi.findChild(Groove)
    start = groove.handle_position().toPoint()
    drag(groove, start, start + QPoint(10, 0), start + QPoint(20, 0), start + QPoint(30, 0))
    assert len(recipes.seen) == 3
    assert doc.undo_stack.count() == 1
    doc.undo_stack.undo()
    assert panel.psi.value() == 0.7
    assert len(recipes.seen) == 4
    assert doc.undo_stack.count() == 1


def test_the_cutoff_goes_from_no_layer_to_all_layers(qtbot: QtBot) -> None:
    doc = session()
    panel = TruncationPanel(doc)
    shown(qtbot, panel)
    assert panel.cutoff.text() == "all layers"
    panel.cutoff.setFocus()
    QTest.keyClick(panel.cutoff, Qt.Key.Key_Down)
    assert doc.recipe.truncation.cutoff == 13
    QTest.keyClick(panel.cutoff, Qt.Key.Key_Up)
    assert doc.recipe.truncation.cutoff is None
    panel.cutoff.selectAll()
    QTest.keyClicks(panel.cutoff, "8")
    QTest.keyClick(panel.cutoff, Qt.Key.Key_Return)
    assert doc.recipe.truncation.cutoff == 8


# noise ----------------------------------------------------------------------------------------------------------


def test_stored_noise_is_a_choice_while_the_face_has_some(qtbot: QtBot) -> None:
    doc = session()
    panel = NoisePanel(doc)
    shown(qtbot, panel)
    noise = Noise("stored", 0, StoredNoise.of([np.ones((4, 4))]))
    doc.edit("Open", replace(doc.recipe, noise=noise))
    assert (panel.mode.count(), panel.mode.currentText()) == (4, "Stored with the face")
    QTest.keyClick(panel.mode, Qt.Key.Key_Home)
    assert doc.recipe.noise == replace(noise, mode="const")
    QTest.keyClick(panel.mode, Qt.Key.Key_End)
    assert doc.recipe.noise == noise
    for _ in range(3):
        doc.undo_stack.undo()
    assert (panel.mode.count(), doc.recipe.noise) == (3, Noise())
    doc.undo_stack.redo()
    assert doc.recipe.noise == noise


def test_noise_modes_are_chosen_by_keyboard_and_only_random_has_a_seed(qtbot: QtBot) -> None:
    doc = session()
    panel = NoisePanel(doc)
    shown(qtbot, panel)
    assert not panel.seed.isEnabled()
    panel.mode.setFocus()
    QTest.keyClick(panel.mode, Qt.Key.Key_Down)
    assert doc.recipe.noise == Noise("random")
    type_number(panel.seed, "9")
    assert doc.recipe.noise == Noise("random", 9)
    click(panel.reroll)
    assert doc.recipe.noise.seed != 9
    QTest.keyClick(panel.mode, Qt.Key.Key_Down)
    assert doc.recipe.noise.mode == "none"
    assert not panel.reroll.isEnabled()


# model ----------------------------------------------------------------------------------------------------------


def test_the_model_is_described_in_its_own_words(qtbot: QtBot) -> None:
    doc = session()
    panel = ModelPanel(doc)
    shown(qtbot, panel)
    assert panel.facts["Size"].text() == "256 px, 14 layers"
    assert not panel.notice.isVisible()
    card = "# faces\n**Terms.** <b>free</b> ![](file:///etc/hostname) [more](https://example.org)"
    doc.set_model(replace(facts(), notice="The GPU drew grey; the CPU draws now.", description=card, origin="a pickle"))
    assert panel.notice.isVisible()
    assert panel.facts["Origin"].text() == "a pickle"


def test_open_model_is_a_question_to_the_window(qtbot: QtBot) -> None:
    panel = ModelPanel(session())
    shown(qtbot, panel)
    with qtbot.waitSignal(panel.open_model_asked):
        click(panel.open)


# all ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", [SourcePanel, TruncationPanel, NoisePanel, ModelPanel])
def test_a_panel_stands_without_a_model_and_names_its_controls(qtbot: QtBot, panel: type[QWidget]) -> None:
    from explorer.document.session import Session

    made = panel(Session())
    qtbot.addWidget(made)
    buttons = made.findChildren(QToolButton)
    assert all(button.accessibleName() or button.text() for button in buttons)
    assert made.findChildren(QLabel)


@pytest.mark.parametrize("panel", [SourcePanel, TruncationPanel, NoisePanel])
def test_a_recipe_from_elsewhere_is_shown_without_an_echo(qtbot: QtBot, panel: type[QWidget]) -> None:
    doc = session(c_dim=4)
    recipes = Recipes(doc)
    qtbot.addWidget(panel(doc))
    other = Recipe(doc.recipe.model, SeedSource(9, 2), Truncation(0.3, 5), noise=Noise("random", 3))
    doc.edit("open", other)
    doc.undo_stack.undo()
    doc.undo_stack.redo()
    assert doc.recipe == other
    assert len(recipes.seen) == 3


def test_panels_bring_in_neither_torch_nor_the_plotting_library() -> None:
    """A plot brings the library, in a thread, when it is first looked at."""
    code = "import sys, explorer.window.docks; print(sorted({'torch', 'pyqtgraph'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", [SourcePanel, MixingPanel, NoisePanel, TransformPanel])
def test_what_is_typed_stays_while_something_else_is_edited(qtbot: QtBot, kind: type[QWidget]) -> None:
    doc = session()
    doc.edit("Noise", replace(doc.recipe, noise=Noise("random", 1)))
    panel = kind(doc)
    panel.setEnabled(True)  # that of transforms is not, for this model
    qtbot.addWidget(panel)
    panel.show()
    entry = next(entry for entry in panel.findChildren(NumberEntry) if entry.isVisible() and entry.isEnabled())
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "12")
    doc.edit("Truncation", replace(doc.recipe, truncation=Truncation(0.3)))
    assert entry.text() == "12"
    assert entry.isModified()


def test_names_of_strangers_are_no_markup_in_tooltips_and_no_mnemonics_in_menus(qtbot: QtBot) -> None:
    hostile = LatentSource.from_array("w", np.zeros((1, 8), np.float32), "<h1>Tom & Ann</h1>")
    doc = session(recipe=Recipe(source=hostile))
    panel = SourcePanel(doc)
    shown(qtbot, panel)
    click(panel.store)
    assert panel.field.latent.toolTip() == "<span>Stored latent: &lt;h1&gt;Tom &amp; Ann&lt;/h1&gt;</span>"
    assert [action.text() for action in panel.stored.menu().actions()] == ["<h1>Tom && Ann</h1>"]
