"""The panel of directions when the library of the open model changes."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.support.panel_fixtures import NAMED, directions_panel, session


def test_another_library_is_listed_at_once_and_what_left_it_is_shown_as_the_recipes_own(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    qtbot.waitUntil(lambda: panel.named.complete)
    doc.edit("Age", doc.recipe.with_amount(NAMED[0].direction, 1.5))
    doc.set_directions(NAMED[1:])
    assert [row.title for row in panel.named.rows] == ["Pose", "Hair colour"]
    assert [row.title for row in panel.foreign.rows] == ["age"]
    doc.set_directions(NAMED)
    assert panel.foreign.rows == ()
    qtbot.waitUntil(lambda: panel.named.complete)
    assert panel.named.sliders[0].value() == 1.5
