"""The Grab tool: the nearest point lights up, a drag pulls it, a click pins it, Esc is for whoever listens."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.view.grab_tool import GrabTool
from explorer.view.image_view import ImageView

LEFT = Qt.MouseButton.LeftButton
SIDE = 400


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    """400 px wide, with two points: at a quarter and in the middle."""
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(SIDE, SIDE)
    view.show_frame(np.full((64, 64, 3), 90, np.uint8))
    view.show()
    tool = GrabTool()
    tool.set_points(np.array([[0.25, 0.25], [0.5, 0.5]], np.float32))
    view.set_tool(tool)
    return view


def tool_of(view: ImageView) -> GrabTool:
    assert isinstance(view.tool, GrabTool)
    return view.tool


def heard(view: ImageView) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    signals = tool_of(view).signals
    signals.pulled.connect(lambda *pull: said.append(("pulled", *pull)))
    signals.dropped.connect(lambda: said.append(("dropped",)))
    signals.clicked.connect(lambda point: said.append(("clicked", point)))
    signals.escaped.connect(lambda: said.append(("escaped",)))
    return said


def test_a_drag_from_a_point_pulls_it_to_where_the_pointer_is(view: ImageView) -> None:
    said = heard(view)
    QTest.mousePress(view, LEFT, pos=QPoint(203, 198))
    QTest.mouseMove(view, QPoint(240, 200))
    QTest.mouseRelease(view, LEFT, pos=QPoint(240, 200))
    assert said == [("pulled", 1, pytest.approx(0.6), pytest.approx(0.5)), ("dropped",)]


def test_a_click_on_a_point_is_no_drag(view: ImageView) -> None:
    said = heard(view)
    QTest.mouseClick(view, LEFT, pos=QPoint(102, 99))
    assert said == [("clicked", 0)]


def test_beside_the_points_the_picture_is_panned_as_without_the_tool(view: ImageView) -> None:
    said = heard(view)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    before = view.viewport
    QTest.mousePress(view, LEFT, pos=QPoint(20, 380))
    QTest.mouseMove(view, QPoint(60, 350))
    QTest.mouseRelease(view, LEFT, pos=QPoint(60, 350))
    assert said == []
    assert view.viewport != before


def test_the_hand_shows_what_can_be_taken(view: ImageView) -> None:
    QTest.mouseMove(view, QPoint(200, 205))
    assert view.cursor().shape() is Qt.CursorShape.OpenHandCursor
    QTest.mouseMove(view, QPoint(380, 20))
    assert view.cursor().shape() is Qt.CursorShape.ArrowCursor


def test_the_nearest_point_lights_up_under_the_pointer(view: ImageView) -> None:
    QTest.mouseMove(view, QPoint(380, 20))
    dark = view.grab().toImage().pixelColor(200, 200)
    QTest.mouseMove(view, QPoint(203, 200))
    lit = view.grab().toImage().pixelColor(200, 200)
    assert lit.red() > dark.red() + 80


def test_esc_is_the_tool_s(view: ImageView) -> None:
    said = heard(view)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert said == [("escaped",)]


def test_without_a_face_nothing_can_be_taken(view: ImageView) -> None:
    tool_of(view).set_points(np.empty((0, 2), np.float32))
    assert not tool_of(view).press(QPointF(200, 200), view.viewport)
    assert view.grab().toImage().pixelColor(200, 200).red() == 90


def test_pins_of_a_face_are_not_those_of_a_picture_without_one(view: ImageView) -> None:
    tool = tool_of(view)
    tool.pins = frozenset({1})
    tool.set_points(np.array([[0.3, 0.3], [0.5, 0.5]], np.float32))
    assert tool.pins == {1}
    tool.set_points(np.full((9, 2), 0.5, np.float32))
    assert tool.pins == frozenset()
