"""The map of two components, and the curve of what all describe_error, through the mouse and the keyboard."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.panels.directions_panel import DirectionsPanel
from tests.support.panel_fixtures import MAP, NAMED, Recipes, components, directions_panel, drag, session

AGE, YAW, HAIR = (named.direction for named in NAMED)


def with_map(qtbot: QtBot, doc: Session) -> DirectionsPanel:
    doc.set_components(components(8))
    panel = directions_panel(qtbot, doc, MAP)
    qtbot.waitUntil(lambda: panel.map.variance.plot is not None and panel.map.variance.plot.isVisible())
    panel.set_coordinates(np.linspace(0.5, -0.5, 8, dtype=np.float32), doc.recipe)
    qtbot.wait(0)
    return panel


def pixel_of(panel: DirectionsPanel, across: float, up: float) -> QPoint:
    plot = panel.map.map.plot
    return plot.mapFromScene(plot.getViewBox().mapViewToScene(type(plot.face.pos())(across, up)))


def test_dragging_the_face_on_the_map_edits_both_components_as_one_step(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    recipes = Recipes(doc)
    start, end = panel.map.map.plot.face.pos(), (2.0, -1.0)
    there = [
        pixel_of(panel, start.x() + t * (end[0] - start.x()), start.y() + t * (end[1] - start.y())) for t in (0, 0.5, 1)
    ]
    drag(panel.map.map.plot.viewport(), *there)
    amounts = [doc.recipe.amount(doc.components.directions[i]) for i in (0, 1)]
    assert amounts == pytest.approx([end[0] - start.x(), end[1] - start.y()], abs=0.05)
    assert len(recipes.seen) >= 2
    assert doc.undo_stack.count() == 1
    doc.undo_stack.undo()
    assert doc.recipe.directions == ()


def test_a_press_beside_the_face_takes_it_there_and_along_as_one_step(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    plot = panel.map.map.plot
    start = plot.face.pos()
    there = [pixel_of(panel, *place) for place in ((-2.0, 2.0), (-1.0, 2.0), (1.0, -3.0))]
    QTest.mousePress(plot.viewport(), Qt.MouseButton.LeftButton, pos=there[0])
    amounts = [doc.recipe.amount(doc.components.directions[i]) for i in (0, 1)]
    assert amounts == pytest.approx([-2 - start.x(), 2 - start.y()], abs=0.05)
    panel.set_coordinates(np.full(8, 3.0, np.float32), panel._session.recipe)  # a frame that comes meanwhile
    for place in there[1:]:
        QTest.mouseMove(plot.viewport(), place)
    QTest.mouseRelease(plot.viewport(), Qt.MouseButton.LeftButton, pos=there[-1])
    amounts = [doc.recipe.amount(doc.components.directions[i]) for i in (0, 1)]
    assert amounts == pytest.approx([1 - start.x(), -3 - start.y()], abs=0.05)
    assert doc.undo_stack.count() == 1
    panel.set_coordinates(np.full(8, 0.5, np.float32), panel._session.recipe)
    assert plot.face.pos().x() == 0.5


def test_other_buttons_move_no_face(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    QTest.mouseClick(panel.map.map.plot.viewport(), Qt.MouseButton.RightButton, pos=pixel_of(panel, 2.0, 2.0))
    assert doc.undo_stack.count() == 0


def test_frames_that_arrive_during_a_drag_do_not_pull_the_face_away(qtbot: QtBot) -> None:
    panel = with_map(qtbot, session())
    plot = panel.map.map.plot
    plot.face.moving = True
    before = plot.face.pos()
    panel.set_coordinates(np.full(8, 3.0, np.float32), panel._session.recipe)
    assert plot.face.pos() == before
    plot.face.moving = False
    panel.set_coordinates(np.full(8, 3.0, np.float32), panel._session.recipe)
    assert (plot.face.pos().x(), plot.face.pos().y()) == (3.0, 3.0)


def test_quick_moves_on_a_slow_machine_end_where_the_hand_ends(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    plot, before = panel.map.map.plot, doc.recipe
    start = plot.face.pos()
    for place in ((2.0, 2.0), (-2.0, 1.0), (-3.0, 3.0)):
        QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=pixel_of(panel, *place))
        panel.set_coordinates(np.linspace(0.5, -0.5, 8, dtype=np.float32), before)  # of the face before all moves
        assert (plot.face.pos().x(), plot.face.pos().y()) == pytest.approx(place, abs=0.05)
    amounts = [doc.recipe.amount(doc.components.directions[i]) for i in (0, 1)]
    assert amounts == pytest.approx([-3 - start.x(), 3 - start.y()], abs=0.05)


def test_a_new_frame_moves_the_point_without_an_edit(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    recipes = Recipes(doc)
    panel.set_coordinates(np.full(8, -1.0, np.float32), panel._session.recipe)
    assert panel.map.map.plot.face.pos().x() == -1
    assert recipes.seen == []


def test_arrow_keys_move_the_face_on_the_map(qtbot: QtBot) -> None:
    doc = session()
    panel = with_map(qtbot, doc)
    plot = panel.map.map.plot
    plot.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(plot, key)
    assert [doc.recipe.amount(doc.components.directions[i]) for i in (0, 1)] == [0.2, -0.1]
    assert doc.undo_stack.count() == 1


def test_the_two_axes_of_the_map_are_never_the_same_component(qtbot: QtBot) -> None:
    panel = with_map(qtbot, session())
    panel.map.across.setFocus()
    QTest.keyClick(panel.map.across, Qt.Key.Key_Down)
    assert (panel.map.across.currentText(), panel.map.up.currentText()) == ("PC 1", "PC 2")


def test_the_variance_curve_adds_up_what_components_explain(qtbot: QtBot) -> None:
    panel = with_map(qtbot, session())
    _, heights = panel.map.variance.plot.curve.getData()
    assert heights == pytest.approx(100 * (1 - 0.5 ** np.arange(1, 9)))
