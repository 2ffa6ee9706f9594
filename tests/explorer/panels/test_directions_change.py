"""The panel of directions when the library of the open model changes."""

from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from tests.support.panel_fixtures import NAMED, directions_panel, facts, session


def test_another_library_is_listed_at_once_and_what_left_it_is_shown_as_the_recipes_own(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    qtbot.waitUntil(lambda: panel.named.complete)
    doc.edit("Age", doc.recipe.with_amount(NAMED[0].direction, 1.5))
    doc.set_model(replace(facts(), named=NAMED[1:]))
    assert [row.title for row in panel.named.rows] == ["Pose", "Hair colour"]
    assert [row.title for row in panel.foreign.rows] == ["age"]
    doc.set_model(facts())
    assert panel.foreign.rows == ()
    qtbot.waitUntil(lambda: panel.named.complete)
    assert panel.named.sliders[0].value() == 1.5


def test_a_hidden_direction_has_no_slider_unless_the_recipe_contains_it(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    doc.set_own_directions((replace(NAMED[0], hidden=True),))
    assert [row.title for row in panel.named.rows] == ["Pose", "Hair colour"]
    assert panel.foreign.rows == ()
    doc.edit("Age", doc.recipe.with_amount(NAMED[0].direction, 1.5))
    assert [(row.direction, row.title) for row in panel.foreign.rows] == [(NAMED[0].direction, "Age")]
