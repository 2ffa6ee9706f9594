"""The picture in the middle through real events and by the pixels it paints."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from explorer.view.image_view import ImageView
from explorer.view.qimage import to_image
from explorer.view.viewport import Viewport
from tests.support.user_events import turn_wheel

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier
RED, BLUE, GREEN = (200, 30, 20), (20, 40, 210), (20, 180, 40)


def flat(side: int, colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((side, side, 3), colour, np.uint8)


def checkered(side: int) -> np.ndarray:
    board = (np.indices((side, side)).sum(0) % 2 * 255).astype(np.uint8)
    return np.repeat(board[:, :, None], 3, axis=2)


@pytest.fixture
def view(qtbot) -> ImageView:
    made = ImageView()
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    qtbot.waitExposed(made)
    made.show_frame(flat(64, RED))
    return made


def zoom(view: ImageView, notches: float, at: QPointF | None = None) -> None:
    turn_wheel(view, notches, at or QPointF(300, 200))


def colour_at(view: ImageView, x: float, y: float) -> tuple[int, int, int]:
    image = view.grab().toImage()
    ratio = image.devicePixelRatioF()
    return QColor(image.pixel(round(x * ratio), round(y * ratio))).getRgb()[:3]


def colours(view: ImageView) -> set[int]:
    image = view.grab().toImage()
    inside = view.viewport.image.intersected(QRectF(view.rect())).toAlignedRect().adjusted(2, 2, -2, -2)
    return {image.pixel(x, y) for x in range(inside.left(), inside.right()) for y in (inside.top() + 30,)}


def drag(view: ImageView, start: QPoint, end: QPoint) -> None:
    QTest.mousePress(view, LEFT, PLAIN, start)
    QTest.mouseMove(view, (start + end) / 2)
    QTest.mouseMove(view, end)
    QTest.mouseRelease(view, LEFT, PLAIN, end)


def test_the_picture_is_letterboxed(view):
    assert view.viewport.image == QRectF(100, 0, 400, 400)
    assert colour_at(view, 300, 200) == RED
    assert colour_at(view, 50, 200) == colour_at(view, 550, 200) != RED


@pytest.mark.parametrize("width", [1, 3, 5, 31, 250])
def test_widths_that_are_no_multiple_of_four_do_not_shear(qtbot, width):
    pixels = np.random.default_rng(0).integers(0, 256, (7, width, 3), dtype=np.uint8)
    image = to_image(pixels)
    shown = [[QColor(image.pixel(x, y)).getRgb()[:3] for x in range(width)] for y in range(7)]
    assert np.array_equal(np.array(shown), pixels)


def test_a_frame_is_a_copy_that_the_sender_may_overwrite(view):
    pixels = flat(64, RED)
    view.show_frame(pixels)
    pixels[:] = 0
    assert colour_at(view, 300, 200) == RED


def test_a_preview_takes_the_place_and_size_of_the_full_frame(view):
    zoom(view, 4, QPointF(180, 90))
    place, scale = view.viewport.image, view.viewport.scale
    view.show_frame(flat(32, BLUE))
    assert (view.viewport.image, view.viewport.scale) == (place, scale)
    assert colour_at(view, 300, 200) == BLUE


def test_the_wheel_zooms_about_the_pointer(view):
    point = QPointF(220, 130)
    before = view.viewport.image
    share = (point.x() - before.left()) / before.width(), (point.y() - before.top()) / before.height()
    zoom(view, 5, point)
    after = view.viewport.image
    assert after.width() == pytest.approx(400 * 1.25**5)
    assert (point.x() - after.left()) / after.width() == pytest.approx(share[0])
    assert (point.y() - after.top()) / after.height() == pytest.approx(share[1])


def test_zooming_out_ends_at_the_whole_picture(view):
    zoom(view, 3)
    zoom(view, -10)
    assert view.viewport.image == QRectF(100, 0, 400, 400)


def test_a_drag_pans_a_zoomed_picture_and_never_past_its_edge(view):
    zoom(view, 6)
    before = view.viewport.image
    drag(view, QPoint(300, 200), QPoint(340, 220))
    assert view.viewport.image.topLeft() - before.topLeft() == QPointF(40, 20)
    drag(view, QPoint(10, 10), QPoint(590, 390))
    drag(view, QPoint(10, 10), QPoint(590, 390))
    assert view.viewport.image.topLeft() == QPointF(0, 0)


def test_a_double_click_fits_again(view):
    zoom(view, 6)
    QTest.mouseDClick(view, LEFT, PLAIN, QPoint(300, 200))
    assert view.viewport.image == QRectF(100, 0, 400, 400)


def test_the_fitted_picture_is_smooth_and_pixels_are_crisp_from_200_percent(view):
    view.show_frame(checkered(64))
    assert len(colours(view)) > 2
    zoom(view, 1)
    assert view.viewport.scale > 2
    assert len(colours(view)) == 2


def test_below_200_percent_a_zoomed_picture_stays_smooth(view):
    view.show_frame(checkered(400))
    zoom(view, 2)
    assert 1 < view.viewport.scale < 2
    assert len(colours(view)) > 2


def test_the_divider_wipes_between_pinned_and_live(view):
    view.show_pinned(flat(64, BLUE))
    assert (colour_at(view, 250, 200), colour_at(view, 350, 200)) == (BLUE, RED)
    drag(view, QPoint(300, 200), QPoint(400, 200))
    assert view.tool.divider == pytest.approx(0.75)
    assert colour_at(view, 350, 200) == BLUE
    view.show_pinned(None)
    assert colour_at(view, 250, 200) == RED


def test_dragging_the_divider_does_not_pan(view):
    zoom(view, 4)
    view.show_pinned(flat(64, BLUE))
    place = view.viewport.image
    drag(view, QPoint(300, 200), QPoint(200, 150))
    assert view.viewport.image == place


def test_arrow_keys_move_the_divider_and_stop_at_the_ends(view):
    view.show_pinned(flat(64, BLUE))
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.tool.divider == pytest.approx(0.52)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.tool.divider == pytest.approx(0.518)
    for _ in range(40):
        QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.tool.divider == 0.0


def test_before_covers_the_live_face_until_it_is_taken_away(view):
    view.show_before(flat(64, GREEN))
    view.show_frame(flat(64, BLUE))
    assert colour_at(view, 300, 200) == GREEN
    view.show_before(None)
    assert colour_at(view, 300, 200) == BLUE


def test_screen_readers_hear_what_is_shown(view):
    view.show_pinned(flat(64, BLUE))
    assert view.accessibleName() == "Face"
    assert view.accessibleDescription() == "64 by 64 pixels at 625%, A/B divider at 50%"


def test_a_picture_that_is_not_square_is_shown_in_its_aspect(view):
    view.set_resolution(64)
    view.show_frame(np.zeros((64, 32, 3), np.uint8))
    assert view.viewport.aspect == 0.5
    assert view.viewport.image.width() == view.viewport.image.height() / 2
    assert view.accessibleDescription().startswith("32 by 64 pixels")


def test_the_context_menu_copies_and_exports(view, qtbot):
    spot = QPoint(300, 200)
    for text, signal in (("Copy image", view.copy_asked), ("Export image …", view.export_asked)):
        QApplication.sendEvent(
            view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, view.mapToGlobal(spot), PLAIN)
        )
        menu = view.findChildren(QMenu)[-1]
        action = next(action for action in menu.actions() if action.text() == text)
        with qtbot.waitSignal(signal):
            action.trigger()
        menu.close()


def test_a_picture_at_100_percent_is_shown_pixel_for_pixel(view):
    pixels = np.random.default_rng(1).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    view.show_frame(pixels)
    view.resize(601, 400)  # half a pixel of margin
    if view.devicePixelRatioF() == 1.0:
        assert colour_at(view, 100 + 17, 33) == tuple(int(value) for value in pixels[33, 17])


def test_actual_size_shows_one_screen_pixel_per_image_pixel_also_where_the_fitted_image_is_larger(view):
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    view.show_frame(pixels)
    view.show_actual_size()
    assert view.viewport.scale == 1.0
    corner = view.viewport.image.topLeft()
    if view.devicePixelRatioF() == 1.0:
        assert corner == QPointF(268, 168)
        assert colour_at(view, 268 + 17, 168 + 33) == tuple(int(value) for value in pixels[33, 17])
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.viewport.is_fitted
    QTest.keyClick(view, Qt.Key.Key_1)
    assert view.viewport.scale == 1.0


def test_actual_size_counts_screen_pixels_on_a_dense_screen():
    viewport = Viewport(QSizeF(600, 400), 1.0, 64, pixel_ratio=2.0)
    assert viewport.at_actual_size().image.height() == 32


def test_an_image_smaller_than_fitted_grows_by_zooming_in_and_never_shrinks_by_zooming_out(view):
    view.show_actual_size()
    zoom(view, -3)
    assert view.viewport.scale == 1.0
    zoom(view, 2)
    assert view.viewport.scale == pytest.approx(1.25**2)


def test_a_zoomed_image_keeps_its_scale_and_middle_when_the_view_is_resized_and_a_fitted_one_is_fitted_again(view):
    zoom(view, 6, QPointF(220, 130))
    before = view.viewport
    view.resize(500, 380)
    after = view.viewport
    assert after.scale == pytest.approx(before.scale)
    assert (after.x, after.y) == pytest.approx((before.x, before.y))
    view.fit()
    view.resize(600, 300)
    assert view.viewport.image == QRectF(150, 0, 300, 300)


def test_the_percentage_stands_in_the_corner_while_the_image_is_not_fitted(view):
    assert ink(view, 560, 380) == {colour_at(view, 5, 5)}
    zoom(view, 6)
    assert len(ink(view, 560, 380)) > 2
    view.fit()
    assert len(ink(view, 560, 380)) == 1


def ink(view: ImageView, x: int, y: int) -> set[tuple[int, int, int]]:
    """The colours in a strip of the lower right corner."""
    return {colour_at(view, x + step, y) for step in range(24)}
