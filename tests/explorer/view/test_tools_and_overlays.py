"""The protocols by which others work on the image: a tool gets the mouse and paints, an overlay paints."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.view.image_view import ImageView
from explorer.view.overlays import EditingLabel, ImageOverlay, Overlay
from explorer.view.qimage import to_image
from explorer.view.tools import Tool
from explorer.view.viewport import Viewport

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
RED, BLUE = (200, 30, 20), (20, 40, 210)


class Brush(Tool):
    """Takes the drags that begin in the upper half of the view, and paints a blue spot where the last one is."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._spot: QPointF | None = None

    def press(self, point: QPointF, viewport: Viewport) -> bool:
        self.heard.append("press")
        return point.y() < viewport.view.height() / 2

    def move(self, point: QPointF, viewport: Viewport) -> Viewport:
        self.heard.append("move")
        self._spot = point
        return viewport

    def release(self) -> None:
        self.heard.append("release")

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if self._spot is not None:
            painter.fillRect(self._spot.x() - 5, self._spot.y() - 5, 10, 10, QColor(*BLUE))


class Corner(Overlay):
    """A blue square in the upper left corner of the image."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        corner = viewport.stage.topLeft()
        painter.fillRect(corner.x(), corner.y(), 10, 10, QColor(*BLUE))

    def describe(self) -> str:
        return "a blue corner"


@pytest.fixture
def view(qtbot: QtBot) -> ImageView:
    made = ImageView()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    made.show_frame(flat(RED))
    return made


def flat(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((64, 64, 3), colour, np.uint8)


def drag(view: ImageView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, PLAIN, end)


def colour_at(view: ImageView, x: int, y: int) -> tuple[int, int, int]:
    image = view.grab().toImage()
    ratio = image.devicePixelRatioF()
    red, green, blue, _ = QColor(image.pixel(round(x * ratio), round(y * ratio))).getRgb()  # type: ignore[misc]
    return red, green, blue


def test_the_current_tool_gets_a_drag_and_paints_over_the_image(view: ImageView) -> None:
    brush = Brush()
    view.set_tool(brush)
    drag(view, QPoint(200, 100), QPoint(300, 150))
    assert brush.heard == ["press", "move", "release"]
    assert (colour_at(view, 300, 150), colour_at(view, 200, 100)) == (BLUE, RED)


def test_a_drag_that_the_tool_declines_pans(view: ImageView) -> None:
    brush = Brush()
    view.set_tool(brush)
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    before = view.viewport.image.topLeft()
    drag(view, QPoint(300, 300), QPoint(310, 320))
    assert brush.heard == ["press"]
    assert view.viewport.image.topLeft() - before == QPointF(10, 20)


def test_a_tool_that_knows_no_keys_leaves_arrows_and_double_clicks_to_panning(view: ImageView) -> None:
    view.set_tool(Brush())
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    before = view.viewport.image.left()
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.viewport.image.left() == before - 40
    QTest.mouseDClick(view, LEFT, PLAIN, QPoint(300, 100))
    assert view.viewport.is_fitted


def test_a_tool_taken_away_hears_and_paints_nothing_more(view: ImageView) -> None:
    brush = Brush()
    view.set_tool(brush)
    drag(view, QPoint(200, 100), QPoint(300, 150))
    view.set_tool(None)
    drag(view, QPoint(200, 100), QPoint(300, 150))
    assert brush.heard == ["press", "move", "release"]
    assert colour_at(view, 300, 150) == RED


def test_a_tool_taken_away_in_the_middle_of_a_drag_is_told_of_its_end(view: ImageView) -> None:
    brush = Brush()
    view.set_tool(brush)
    QTest.mousePress(view, LEFT, PLAIN, QPoint(200, 100))
    view.set_tool(None)
    QTest.mouseMove(view, QPoint(220, 100))
    QTest.mouseRelease(view, LEFT, PLAIN, QPoint(220, 100))
    assert brush.heard == ["press", "release"]


def test_overlays_paint_over_the_image_and_the_tool_the_last_on_top(view: ImageView) -> None:
    view.set_overlays((Corner(), ImageOverlay(to_image(flat((0, 0, 0))), 0.5)))
    assert colour_at(view, 300, 200) == pytest.approx((100, 15, 10), abs=1)
    assert colour_at(view, 105, 5) == pytest.approx((10, 20, 105), abs=1)
    view.set_overlays(())
    assert colour_at(view, 105, 5) == RED


def test_screen_readers_hear_of_overlays(view: ImageView) -> None:
    view.set_overlays((Corner(),))
    assert view.accessibleDescription() == "64 by 64 pixels at 625%, a blue corner"


def test_the_image_says_in_its_corner_that_another_is_being_rendered_until_it_comes(view: ImageView) -> None:
    view.show_rendering(True)
    assert view.accessibleDescription() == "64 by 64 pixels at 625%, Rendering …"
    assert colour_at(view, 130, 380) != RED
    assert colour_at(view, 300, 200) == RED
    view.show_rendering(False)
    assert view.accessibleDescription() == "64 by 64 pixels at 625%"
    assert colour_at(view, 130, 380) == RED


def test_how_many_faces_are_edited_stands_at_the_lower_edge_of_the_image(view: ImageView) -> None:
    view.set_overlays((EditingLabel(6),))
    assert "Editing 6 faces" in view.accessibleDescription()
    assert colour_at(view, 300, 380) != RED  # in the box
    assert colour_at(view, 300, 200) == RED
