"""Sliders of the user's own directions: groups, limits that resist, ties, and favourites under the picture."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.panels.directions_panel import DirectionsPanel
from explorer.panels.favourites_bar import FavouritesBar
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.slider_track import Groove
from tests.support.panel_fixtures import NAMED, directions_panel, drag, facts, session, type_number

AGE, YAW, HAIR = (named.direction for named in NAMED)


def with_limits(qtbot: QtBot, limits: tuple[float, float]) -> tuple[FloatSlider, Groove]:
    slider = FloatSlider("Age", -4, 4)
    slider.set_limits(limits)
    qtbot.addWidget(slider)
    slider.resize(500, 24)
    slider.show()
    qtbot.waitExposed(slider)
    groove = slider.findChild(Groove)
    assert groove is not None
    return slider, groove


def at(groove: Groove, value: float) -> QPoint:
    return groove.handle_position((value + 4) / 8).toPoint()


# limits -----------------------------------------------------------------------------------------------------------


def test_beyond_a_limit_the_handle_follows_at_a_third_of_the_speed(qtbot: QtBot) -> None:
    slider, groove = with_limits(qtbot, (-1.0, 2.0))
    drag(groove, at(groove, 0.0), at(groove, 1.5))
    assert abs(slider.value() - 1.5) < 0.03
    drag(groove, at(groove, slider.value()), at(groove, 3.5))
    assert abs(slider.value() - 2.5) < 0.03
    drag(groove, at(groove, slider.value()), at(groove, 2.8))  # by 0.3 with the grip where it is
    assert abs(slider.value() - 2.6) < 0.03
    drag(groove, at(groove, slider.value()), at(groove, -4.0) - QPoint(9, 0))
    assert slider.value() > -2.5


def test_what_resists_the_hand_can_be_typed_and_stepped_to(qtbot: QtBot) -> None:
    slider, groove = with_limits(qtbot, (-1.0, 2.0))
    type_number(slider, "3.7")
    assert slider.value() == 3.7
    QTest.keyClick(groove, Qt.Key.Key_Right)
    assert slider.value() == 3.8
    QTest.keyClick(groove, Qt.Key.Key_Home)
    assert slider.value() == -4.0


def test_without_limits_nothing_resists(qtbot: QtBot) -> None:
    slider, groove = with_limits(qtbot, (-9.0, 9.0))
    drag(groove, at(groove, 0.0), at(groove, 4.0) + QPoint(5, 0))
    assert slider.value() == 4.0


# the list ---------------------------------------------------------------------------------------------------------


def test_directions_of_a_group_stand_together_under_its_name_after_those_without(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    doc.set_own_directions(
        (replace(NAMED[0], group="Hair"), replace(NAMED[2], group="Hair", note="of\nmine", locked=True))
    )
    qtbot.waitUntil(lambda: panel.named.complete)
    assert [row.title for row in panel.named.rows] == ["Pose", "Age", "Hair colour"]
    headings = [label for label in panel.named.findChildren(QLabel) if label.text() == "Hair" and label.isVisible()]
    assert len(headings) == 1
    assert headings[0].mapTo(panel, QPoint(0, 0)).y() < panel.named.sliders[1].mapTo(panel, QPoint(0, 0)).y()
    assert "of mine" in panel.named.sliders[2].toolTip()
    assert "locked" in panel.named.sliders[2].toolTip()
    panel.search.setText("pose")
    assert not headings[0].isVisible()


def menu_of(panel: DirectionsPanel, place: int) -> QMenu:
    """By a right click on the slider."""
    slider = panel.named.sliders[place]
    point = slider.rect().center()
    QApplication.sendEvent(slider, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, slider.mapToGlobal(point)))
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    return menu


def test_a_moved_slider_is_tied_with_another_or_with_all(qtbot: QtBot) -> None:
    doc = session()
    panel, asked = directions_panel(qtbot, doc), list[object]()
    qtbot.waitUntil(lambda: panel.named.complete)
    panel.tie_asked.connect(asked.append)
    doc.edit("All", doc.recipe.with_amount(AGE, 1.0).with_amount(YAW, -2.0).with_amount(HAIR, 0.5))
    menu = menu_of(panel, 0)
    ties = menu.actions()[0].menu()
    assert ties is not None
    assert [action.text() for action in ties.actions()] == ["yaw -2.0", "hair +0.5", "All moved sliders"]
    ties.actions()[0].trigger()
    assert [(edit.direction.name, edit.amount) for edit in asked[0].directions] == [("age", 1.0), ("yaw", -2.0)]  # type: ignore[attr-defined]
    menu.close()


def test_a_slider_at_rest_can_be_tied_with_nothing(qtbot: QtBot) -> None:
    doc = session()
    panel = directions_panel(qtbot, doc)
    qtbot.waitUntil(lambda: panel.named.complete)
    doc.edit("Age", doc.recipe.with_amount(AGE, 1.0))
    menu = menu_of(panel, 1)
    assert not menu.actions()[0].isEnabled()
    menu.close()


# favourites -------------------------------------------------------------------------------------------------------


def bar_of(qtbot: QtBot, doc: Session, *names: str) -> FavouritesBar:
    made = FavouritesBar(doc)
    qtbot.addWidget(made)
    made.set_names(names)
    made.resize(700, 60)
    qtbot.waitExposed(made)
    return made


def test_a_favourite_edits_the_face_and_follows_it(qtbot: QtBot) -> None:
    doc = session()
    bar = bar_of(qtbot, doc, "yaw", "unknown", "age")
    assert [slider.title() for slider in bar.sliders] == ["Pose", "Age"]
    type_number(bar.sliders[1], "1.5")
    assert doc.recipe.amount(AGE) == 1.5
    assert doc.undo_stack.undoText() == "Age"
    doc.undo_stack.undo()
    assert bar.sliders[1].value() == 0.0


def test_favourites_that_do_not_fit_side_by_side_go_below(qtbot: QtBot) -> None:
    bar = bar_of(qtbot, session(), "age", "yaw", "hair")
    qtbot.waitUntil(lambda: len({slider.y() for slider in bar.sliders}) == 1)
    bar.resize(500, 60)
    qtbot.waitUntil(lambda: len({slider.y() for slider in bar.sliders}) == 2)


def test_another_model_has_none_of_them_and_the_bar_goes(qtbot: QtBot) -> None:
    doc = session()
    bar = bar_of(qtbot, doc, "age")
    assert not bar.isHidden()
    doc.set_model(replace(facts(), hash="0" * 64, named=()))
    assert bar.isHidden()
