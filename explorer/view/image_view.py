"""The face in the middle: fitted or zoomed, with the "before" picture and the A/B wipe.

Paints with QPainter straight from a QImage: the only work per frame is one scaled blit of what is visible.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from explorer.messages import Pixels
from explorer.view.qimage import to_image
from explorer.view.viewport import Viewport, fitted

CRISP_FROM = 2.0  # screen pixels per picture pixel from which pixels are shown as squares
_MOST = 32.0  # screen pixels per picture pixel at the strongest zoom
_NOTCH_FACTOR = 1.25  # zoom of one wheel notch
_DIVIDER_GRIP = 8  # px to both sides of the divider
_DIVIDER_STEP, _DIVIDER_FINE_STEP = 0.02, 0.002  # share of the stage, arrow keys without and with shift
_PAN_STEP = 40.0  # px, arrow keys
COMING = "The first face is on its way …"
NO_MODEL = "No model is open; Ctrl+O opens one"


class ImageView(QWidget):
    """Shows frames. Wheel zooms about the pointer, a drag pans, a double click fits, arrows move the divider."""

    copy_asked = Signal()
    export_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting = COMING
        self._frame: QImage | None = None
        self._pinned: QImage | None = None
        self._before: QImage | None = None
        self._resolution = 1  # pixels on a side of a full frame: previews have fewer
        self._viewport = Viewport()
        self._divider = 0.5  # share of the stage's width
        self._dragged_from: QPointF | None = None
        self._drags_divider = False
        self.setMinimumSize(200, 200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Face")
        self._describe()

    # what is shown --------------------------------------------------------------------------------------------

    def set_resolution(self, side: int) -> None:
        """Pixels on a side of a full frame of the model: what 100 % means, also while previews are shown."""
        self._resolution = side
        self._describe()

    def expect_face(self, coming: bool) -> None:
        """Until the first frame: say that it is on its way, or that nothing will come by itself."""
        self._waiting = COMING if coming else NO_MODEL
        if self._frame is None:
            self._describe()
            self.update()

    def show_frame(self, pixels: Pixels) -> None:
        """Show a frame, uint8 `[H, W, 3]`; one of fewer pixels than the last takes the same place."""
        self._frame = to_image(pixels)
        self._resolution = max(self._resolution, self._frame.height())
        self._describe()
        self.update()

    def show_pinned(self, pixels: Pixels | None) -> None:
        """Wipe between this picture (A, left of the divider) and the live one (B); None ends it."""
        self._pinned = None if pixels is None else to_image(pixels)
        self._divider = 0.5
        self._describe()
        self.update()

    def show_before(self, pixels: Pixels | None) -> None:
        """Show this picture in place of the live one, tagged "Before"; None goes back."""
        self._before = None if pixels is None else to_image(pixels)
        self._describe()
        self.update()

    @property
    def divider(self) -> float:
        """Place of the A/B divider, 0..1 of the visible picture's width."""
        return self._divider

    @property
    def divider_x(self) -> float:
        """The divider in widget coordinates."""
        return self._stage().left() + self._divider * self._stage().width()

    def _stage(self) -> QRectF:
        """What is to be seen of the picture, in widget coordinates."""
        return self.picture_rect().intersected(QRectF(self.rect()))

    @property
    def zoom(self) -> float:
        """Screen pixels per pixel of a full frame."""
        return self._fitted_scale() * self._viewport.zoom

    def picture_rect(self) -> QRectF:
        """Rectangle of the whole picture in widget coordinates."""
        return self._viewport.target(self._size(), self._aspect())

    def is_crisp(self) -> bool:
        """Whether pixels are shown as squares: zoomed in by hand to 200 % and more. The fitted face is smooth."""
        return not self._viewport.is_fitted and self.zoom >= CRISP_FROM

    def fit(self) -> None:
        """Back to the whole picture."""
        self._look(Viewport())

    def _look(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._describe()
        self.update()

    def _describe(self) -> None:
        """Tell screen readers what is shown."""
        if self._frame is None:
            text = self._waiting
        else:
            text = f"{self._resolution} by {self._resolution} pixels at {self.zoom:.0%}"
            text += ", the face before editing" if self._before else ""
            text += f", A/B divider at {self._divider:.0%}" if self._pinned else ""
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _size(self) -> QSizeF:
        return QSizeF(self.size())

    def _aspect(self) -> float:
        return self._frame.width() / self._frame.height() if self._frame else 1.0

    def _fitted_scale(self) -> float:
        return fitted(self._size(), self._aspect()).height() * self.devicePixelRatioF() / self._resolution

    # hands ----------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom_by(_NOTCH_FACTOR ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def _zoom_by(self, factor: float, about: QPointF) -> None:
        most = _MOST / self._fitted_scale()
        self._look(self._viewport.zoomed(factor, about, self._size(), self._aspect(), most))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._dragged_from = event.position()
            self._drags_divider = self._on_divider(event.position())
            self._point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_from is None:
            self._point(event.position())
        elif self._drags_divider:
            self._move_divider((event.position().x() - self._stage().left()) / self._stage().width())
        else:
            delta = event.position() - self._dragged_from
            self._look(self._viewport.panned(delta, self._size(), self._aspect()))
            self._dragged_from = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged_from = None
        self._drags_divider = False
        self._point(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._on_divider(event.position()):
            self._move_divider(0.5)
        else:
            self.fit()

    def _on_divider(self, point: QPointF) -> bool:
        return self._pinned is not None and abs(point.x() - self.divider_x) <= _DIVIDER_GRIP

    def _move_divider(self, place: float) -> None:
        self._divider = min(max(place, 0.0), 1.0)
        self._describe()
        self.update()

    def _point(self, point: QPointF) -> None:
        """Show by the cursor what a drag would do."""
        if self._on_divider(point):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        elif not self._viewport.is_fitted:
            held = self._dragged_from is not None
            self.setCursor(Qt.CursorShape.ClosedHandCursor if held else Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        middle = QPointF(self.rect().center())
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_by(_NOTCH_FACTOR, middle)
        elif key == Qt.Key.Key_Minus:
            self._zoom_by(1 / _NOTCH_FACTOR, middle)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key in _ARROWS:
            self._arrow(_ARROWS[Qt.Key(key)], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _arrow(self, way: QPointF, fine: bool) -> None:
        """Left and right move the divider while wiping; otherwise arrows pan a zoomed picture."""
        if self._pinned is not None and way.x():
            self._move_divider(self._divider + way.x() * (_DIVIDER_FINE_STEP if fine else _DIVIDER_STEP))
        else:
            self._look(self._viewport.panned(way * -_PAN_STEP, self._size(), self._aspect()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in (("Copy image", self.copy_asked.emit), ("Export image …", self.export_asked.emit)):
            menu.addAction(text, slot).setEnabled(self._frame is not None)
        menu.addSeparator()
        menu.addAction("Fit to the window", self.fit).setEnabled(not self._viewport.is_fitted)
        menu.popup(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look(self._viewport.kept_inside(self._size(), self._aspect()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # the look -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        if self._frame is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._waiting)
        elif self._before is not None:
            self._paint_picture(painter, self._before)
            self._paint_tag(painter, "Before", self._stage().topLeft() + QPointF(12, 12))
        else:
            self._paint_picture(painter, self._frame)
            self._paint_wipe(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter, image: QImage) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not self.is_crisp())
        painter.drawImage(self._on_device_pixels(self.picture_rect()), image, QRectF(image.rect()))

    def _on_device_pixels(self, rect: QRectF) -> QRectF:
        """`rect` with its corners on whole screen pixels: half a pixel off would blur a picture at 100 %."""
        ratio = self.devicePixelRatioF()
        left, top, right, bottom = (
            round(edge * ratio) / ratio for edge in (rect.left(), rect.top(), rect.right(), rect.bottom())
        )
        return QRectF(left, top, right - left, bottom - top)

    def _paint_wipe(self, painter: QPainter) -> None:
        if self._pinned is None:
            return
        stage, x = self._stage(), self.divider_x
        painter.save()
        painter.setClipRect(QRectF(stage.left(), stage.top(), x - stage.left(), stage.height()))
        self._paint_picture(painter, self._pinned)
        painter.restore()
        accent = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.BrightText
        painter.setPen(QPen(self.palette().color(accent), 2))
        painter.drawLine(QPointF(x, stage.top()), QPointF(x, stage.bottom()))
        self._paint_tag(painter, "A", QPointF(x - 12, stage.top() + 12), to_the_left=True)
        self._paint_tag(painter, "B", QPointF(x + 12, stage.top() + 12))

    def _paint_tag(self, painter: QPainter, text: str, corner: QPointF, to_the_left: bool = False) -> None:
        size = QSizeF(painter.fontMetrics().horizontalAdvance(text) + 16, painter.fontMetrics().height() + 8)
        box = QRectF(corner - QPointF(size.width() if to_the_left else 0, 0), size)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().window())
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
