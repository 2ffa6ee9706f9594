"""Directions and components, through the mouse and the keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.panels.direction_list import SLICE, DirectionList
from explorer.panels.directions_panel import NO_NAMES
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.slider_track import Groove
from generator.recipe.layers import Layers
from tests.support.panel_fixtures import (
    COMPONENTS,
    NAMED,
    Recipes,
    click,
    components,
    direction,
    directions_panel,
    drag,
    facts,
    session,
    type_number,
)

AGE, YAW, HAIR = (named.direction for named in NAMED)


def slider(directions: DirectionList, title: str) -> FloatSlider:
    return directions.sliders[[row.title for row in directions.rows].index(title)]


def visible_titles(directions: DirectionList) -> list[str]:
    pairs = zip(directions.rows, directions.sliders, strict=True)
    return [row.title for row, slider in pairs if slider.isVisibleTo(directions)]


# sliders --------------------------------------------------------------------------------------------------------


def test_dragging_age_edits_live_and_is_one_undo_step(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = directions_panel(qtbot, doc)
    groove = slider(panel.named, "Age").findChild(Groove)
    start = groove.handle_position().toPoint()
    drag(groove, start, *(start + QPoint(step, 0) for step in (5, 10, 15, 20)))
    amounts = [recipe.amount(AGE) for recipe in recipes.seen]
    assert len(amounts) == 4
    assert amounts == sorted(amounts)
    assert amounts[0] > 0
    assert doc.undo_stack.count() == 1
    assert doc.undo_stack.undoText() == "Age"


def test_undo_moves_the_slider_back_without_an_edit(qtbot: QtBot) -> None:
    doc = session()
    recipes = Recipes(doc)
    panel = directions_panel(qtbot, doc)
    type_number(slider(panel.named, "Age"), "2.5")
    doc.undo_stack.undo()
    assert slider(panel.named, "Age").value() == 0
    assert len(recipes.seen) == 2
    assert doc.undo_stack.canRedo()


@pytest.mark.parametrize(("typed", "amount"), [("12.345678", 12.345678), ("-20", -20.0), ("500", 20.0)])
def test_amounts_beyond_the_slider_can_be_typed_up_to_20_sigma(qtbot: QtBot, typed: str, amount: float) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    type_number(slider(panel.named, "Pose"), typed)
    assert doc.recipe.amount(YAW) == amount


def test_a_double_click_resets_one_direction_alone(qtbot: QtBot) -> None:
    doc = session()
    doc.edit("open", doc.recipe.with_amount(AGE, 1.0).with_amount(HAIR, 2.0))
    panel = directions_panel(qtbot, doc)
    groove = slider(panel.named, "Age").findChild(Groove)
    QTest.mouseDClick(groove, Qt.MouseButton.LeftButton, pos=groove.handle_position().toPoint())
    assert (doc.recipe.amount(AGE), doc.recipe.amount(HAIR)) == (0, 2.0)


def test_reset_takes_all_directions_out_and_nothing_else(qtbot: QtBot) -> None:
    doc = session()
    before = doc.recipe
    panel = directions_panel(qtbot, doc)
    assert not panel.reset.isEnabled()
    doc.edit("open", before.with_amount(AGE, 1.0).with_amount(direction("beard", 50), 2.0))
    click(panel.reset)
    assert doc.recipe == before


def test_a_tooltip_says_what_which_layers_and_from_where(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session())
    assert slider(panel.named, "Pose").toolTip() == "left ↔ right, layers 0–3"


def test_search_filters_by_name_and_description(qtbot: QtBot) -> None:
    doc = session()
    doc.set_components(components(20))
    panel = directions_panel(qtbot, doc)
    QTest.keyClicks(panel.search, "FOREHEAD")
    assert visible_titles(panel.named) == ["Hair colour"]
    panel.search.clear()
    QTest.keyClicks(panel.search, "pc 17")
    assert visible_titles(panel.named) == []
    assert visible_titles(panel.components.list) == ["PC 17"]
    panel.search.clear()
    assert len(visible_titles(panel.named)) == 3


def test_rows_built_after_a_search_obey_it(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    QTest.keyClicks(panel.search, "pc 17")
    doc.set_components(components(20))
    qtbot.waitUntil(lambda: panel.components.list.complete)
    assert visible_titles(panel.components.list) == ["PC 17"]


# directions that only the recipe knows --------------------------------------------------------------------------


def test_a_direction_that_no_library_has_is_shown_and_can_be_moved(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    assert not panel.foreign.isVisible()
    beard = direction("beard", 50, 0, 7)
    doc.edit("open", doc.recipe.with_amount(beard, 1.5))
    assert panel.foreign.isVisible()
    assert slider(panel.foreign, "beard").value() == 1.5
    type_number(slider(panel.foreign, "beard"), "-1")
    assert doc.recipe.amount(beard) == -1


def test_it_stays_at_hand_at_zero_until_something_else_is_edited(qtbot: QtBot) -> None:
    doc = session()
    beard = direction("beard", 50)
    doc.edit("open", doc.recipe.with_amount(beard, 1.5))
    panel = directions_panel(qtbot, doc)
    type_number(slider(panel.foreign, "beard"), "0")
    assert panel.foreign.isVisible()
    type_number(slider(panel.foreign, "beard"), "2")
    assert doc.recipe.amount(beard) == 2
    type_number(slider(panel.foreign, "beard"), "0")
    type_number(slider(panel.named, "Age"), "1")
    assert not panel.foreign.isVisible()


def test_a_component_moves_from_the_recipe_to_its_list_when_components_are_found(qtbot: QtBot) -> None:
    doc = session()
    found = components(8)
    doc.edit("open", doc.recipe.with_amount(found.directions[3], 1.0))
    panel = directions_panel(qtbot, doc, COMPONENTS)
    assert [row.title for row in panel.foreign.rows] == ["pc3"]
    doc.set_components(found)
    qtbot.waitUntil(lambda: panel.components.list.complete)
    assert not panel.foreign.isVisible()
    assert slider(panel.components.list, "PC 3").value() == 1.0


# components -----------------------------------------------------------------------------------------------------


def test_sixty_four_components_are_built_in_slices_between_events(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc, COMPONENTS)
    doc.set_components(components(64))
    assert len(panel.components.list.sliders) == SLICE
    qtbot.waitUntil(lambda: panel.components.list.complete)
    assert len(panel.components.list.sliders) == 64


def test_a_slider_built_late_shows_the_recipe_of_now(qtbot: QtBot) -> None:
    doc = session()
    found = components(64)
    panel = directions_panel(qtbot, doc, COMPONENTS)
    doc.set_components(found)
    doc.edit("PC 63", doc.recipe.with_amount(found.directions[63], 1.25))
    qtbot.waitUntil(lambda: panel.components.list.complete)
    assert slider(panel.components.list, "PC 63").value() == 1.25


def test_components_act_on_the_chosen_layers_and_earlier_edits_stay(qtbot: QtBot) -> None:
    doc = session()
    found = components(8)
    doc.set_components(found)
    panel = directions_panel(qtbot, doc, COMPONENTS)
    type_number(slider(panel.components.list, "PC 2"), "1")
    panel.components.first.setFocus()
    for _ in range(4):
        QTest.keyClick(panel.components.first, Qt.Key.Key_Up)
    assert slider(panel.components.list, "PC 2").value() == 0
    type_number(slider(panel.components.list, "PC 2"), "3")
    whole, part = found.directions[2], replace(found.directions[2], layers=Layers.span(4, 13))
    assert (doc.recipe.amount(whole), doc.recipe.amount(part)) == (1, 3)
    assert [row.title for row in panel.foreign.rows] == ["PC 2, all layers"]


def test_the_layer_range_keeps_its_order(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session(), COMPONENTS)
    type_number(panel.components.last.lineEdit(), "3")
    type_number(panel.components.first.lineEdit(), "9")
    assert panel.components.chosen_layers == (9, 9)


def test_until_components_are_found_the_tab_says_how_far_the_search_is(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc, COMPONENTS)
    panel.set_progress("Computing … 40 %")
    assert panel.components.waiting.isVisible()
    assert panel.components.waiting.text() == "Computing … 40 %"
    doc.set_components(components(4))
    assert not panel.components.waiting.isVisible()


def test_without_a_model_no_components_can_be_asked_for(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, Session())
    panel.set_progress("")
    assert not panel.refit.isVisible()


def test_finding_components_is_a_question_to_the_window(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session())
    with qtbot.waitSignal(panel.refit_asked):
        click(panel.refit)


def test_components_can_be_asked_for_only_while_there_are_none_and_no_search_runs(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    panel.set_progress("Computing … 40 %")
    assert not panel.refit.isVisible()
    panel.set_progress("")
    assert panel.refit.isVisible()
    doc.set_components(components(4))
    assert not panel.refit.isVisible()


def test_the_map_which_has_no_rows_has_no_search(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session(), COMPONENTS)
    assert panel.search.isEnabled()
    panel.tabs.setCurrentWidget(panel.map)
    assert not panel.search.isEnabled()
    assert panel.search.isVisible()  # so that the tabs stay where they are


def test_that_a_model_has_no_names_is_said_only_of_a_model_that_is_there(qtbot: QtBot) -> None:
    doc = Session()
    panel = directions_panel(qtbot, doc)

    def told() -> list[str]:
        return [label.text() for label in panel.named.findChildren(QLabel) if label.text()]

    assert told() == []
    doc.set_model(replace(facts(), named=()))
    qtbot.waitUntil(lambda: told() == [NO_NAMES])


def test_another_model_brings_its_own_directions(qtbot: QtBot) -> None:
    doc = session()
    doc.set_components(components(8))
    panel = directions_panel(qtbot, doc)
    doc.set_model(replace(facts(), hash="e" * 64, epoch=2, named=NAMED[1:]))
    assert [row.title for row in panel.named.rows] == ["Pose", "Hair colour"]
    assert panel.components.list.rows == ()


def test_words_that_stand_nowhere_leave_a_sentence_and_esc_takes_them_away(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session(), COMPONENTS)
    panel.search.setFocus()
    QTest.keyClicks(panel.search, "xyzzy")
    told = [label.text() for label in panel.named.findChildren(QLabel) if label.isVisibleTo(panel.named)]
    assert told == ["No matching directions."]
    QTest.keyClick(panel.search, Qt.Key.Key_Escape)
    assert panel.search.text() == ""
    assert all(slider.isVisibleTo(panel.named) for slider in panel.named.sliders)


def test_a_sliders_tooltip_is_one_short_line_and_its_description_stays_searchable(qtbot: QtBot) -> None:
    panel = directions_panel(qtbot, session())
    qtbot.waitUntil(lambda: panel.named.complete)
    slider = panel.named.sliders[0]
    assert slider.toolTip() == "younger ↔ older, all layers"
    assert slider.accessibleDescription().endswith("measured by a model of age")
    QTest.keyClicks(panel.search, "measured")
    assert [each.isHidden() for each in panel.named.sliders] == [False, True, True]


def test_sliders_reach_from_their_names_to_the_edge_of_the_panel(qtbot: QtBot) -> None:
    doc = session()
    doc.set_components(components(64))
    panel = directions_panel(qtbot, doc)
    qtbot.waitUntil(lambda: panel.named.complete)
    for width in (300, 700):
        panel.resize(width, 700)
        QApplication.processEvents()
        row = panel.named.sliders[0]
        groove, entry = row.findChild(Groove), row.findChild(NumberEntry)
        edge = panel.search.mapTo(panel, panel.search.rect().topRight()).x()
        assert entry.mapTo(panel, entry.rect().topRight()).x() == edge
        title = max(row.fontMetrics().horizontalAdvance(each.title) for each in panel.named.rows)
        assert groove.width() >= edge - title - entry.width() - 40


def test_a_name_longer_than_its_place_leaves_the_width_to_the_slider(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    long = direction("an outstandingly long name of a direction that somebody found", 50)
    doc.edit("open", doc.recipe.with_amount(long, 1.0))
    qtbot.waitUntil(lambda: panel.foreign.complete)
    row = panel.foreign.sliders[0]
    assert row.findChild(Groove).width() > row.findChild(ElidedLabel).width()
