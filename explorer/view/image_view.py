"""The face in the middle: fitted or zoomed, with the "before" image, the current tool and overlays.

Paints with QPainter straight from a QImage: the only work per frame is one scaled blit of what is visible.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.overlays import Overlay, RenderingLabel, ScaleLabel
from explorer.view.painting import TAG_MARGIN, paint_image, paint_tag
from explorer.view.qimage import to_image
from explorer.view.tools import Pan, Tool, Wipe
from explorer.view.viewport import Viewport
from explorer.widgets.clear_on_escape import takes_escape

_NOTCH_FACTOR = 1.25  # zoom of one wheel notch
COMING = tr("Rendering the first face …")
NO_MODEL = tr("No model is open; press Ctrl+O to open one")


class ImageView(QWidget):
    """Shows frames. The wheel zooms about the pointer; drags, double clicks and arrow keys go to the tool."""

    copy_asked = Signal()
    export_asked = Signal()
    drag_asked = Signal()  # the fitted image is dragged, which moves nothing: it may be dragged out of the window

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting = COMING
        self._frame: QImage | None = None
        self._last: QImage | None = None  # of an earlier time; shown until there is a frame
        self._before: QImage | None = None
        self._peek: QImage | None = None
        self._moment: QImage | None = None  # of the timeline
        self._pressed: QPointF | None = None  # where a drag out of the view may begin
        self._viewport = Viewport()
        self._pan = Pan()
        self._tool: Tool = self._pan
        self._held: Tool | None = None  # the tool that handles the current drag
        self._overlays: tuple[Overlay, ...] = ()
        self._labels: tuple[Overlay, ...] = (ScaleLabel(),)
        self.setMinimumSize(200, 200)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Face"))
        self._refresh()

    # what is shown --------------------------------------------------------------------------------------------

    def set_resolution(self, height: int) -> None:
        """Pixels from top to bottom of a full frame of the model: what 100 % means, also while previews are shown."""
        self._show_at(height)

    def expect_face(self, coming: bool) -> None:
        """Before the first frame: show that it is being rendered, or that no model is open."""
        self._waiting = COMING if coming else NO_MODEL
        if self._frame is None:
            self._refresh()

    def show_frame(self, pixels: Pixels) -> None:
        """Show a frame, uint8 `[H, W, 3]`; one of fewer pixels is shown at the same size."""
        self._frame = to_image(pixels)
        self._show_at(max(self._viewport.resolution, self._frame.height()))

    def show_last(self, image: QImage) -> None:
        """Show the last picture of an earlier time until there is a frame. It cannot be copied or edited."""
        self._last = image
        if self._frame is None:
            self._show_at(max(self._viewport.resolution, image.height()))

    @property
    def has_picture(self) -> bool:
        """Whether a face is shown, be it of an earlier time."""
        return self._frame is not None or self._last is not None

    def show_pinned(self, pixels: Pixels | None) -> None:
        """Wipe between this image (A, left of the divider) and the live one (B); None ends it."""
        self.set_tool(None if pixels is None else Wipe(to_image(pixels)))

    def show_before(self, pixels: Pixels | None) -> None:
        """Show this image in place of the live one, tagged "Before"; None shows the live one again."""
        self._before = None if pixels is None else to_image(pixels)
        self._refresh()

    def show_peek(self, image: QImage | None) -> None:
        """Show another face in place of the live one, without changing anything; None shows the live one again."""
        self._peek = image
        self._refresh()

    def show_moment(self, pixels: Pixels | None) -> None:
        """Show a moment of the timeline in place of the live image; None shows the live one again."""
        self._moment = None if pixels is None else to_image(pixels)
        self._refresh()

    def picture(self, side: int) -> QPixmap:
        """The live image, small: what is under the pointer while it is dragged."""
        mode = Qt.TransformationMode.SmoothTransformation
        shown = self._frame or QImage(1, 1, QImage.Format.Format_RGB32)
        return QPixmap.fromImage(shown.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))

    @Slot(bool)
    def show_rendering(self, on: bool) -> None:
        """Show on the image that another one is being rendered, or no longer."""
        self._labels = (ScaleLabel(), RenderingLabel()) if on else (ScaleLabel(),)
        self._refresh()

    @property
    def tool(self) -> Tool:
        """The tool that handles the mouse and the arrow keys."""
        return self._tool

    def set_tool(self, tool: Tool | None) -> None:
        """Let `tool` handle the mouse and the arrow keys; None = panning alone. A current drag ends."""
        self._let_go()
        self._tool = tool or self._pan
        self._refresh()

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """The overlays painted over the image, the last on top."""
        return self._overlays

    def set_overlays(self, overlays: tuple[Overlay, ...]) -> None:
        self._overlays = overlays
        self._refresh()

    @property
    def _painted_over(self) -> tuple[Overlay, ...]:
        return *self._overlays, *self._labels

    @property
    def viewport(self) -> Viewport:
        """Where the image is in the view."""
        return self._viewport

    def fit(self) -> None:
        """Show the whole image again."""
        self._look(self._viewport.fitted())

    def show_actual_size(self) -> None:
        """One screen pixel per pixel of the image."""
        self._look(self._viewport.at_actual_size())

    def _show_at(self, resolution: int) -> None:
        shown = self._frame or self._last
        aspect = 1.0 if shown is None else shown.width() / shown.height()
        self._look(self._viewport.showing(aspect, resolution, self.devicePixelRatioF()))

    def _look(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._refresh()

    def _refresh(self) -> None:
        """Repaint, and update the description for screen readers."""
        text = self._waiting if self._frame is None else self._description()
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)
        self.update()

    def _description(self) -> str:
        height = self._viewport.resolution
        size = {"width": round(height * self._viewport.aspect), "height": height}
        parts = [tr("{width} by {height} pixels at {scale:.0%}", **size, scale=self._viewport.scale)]
        parts += [] if self._before is None else [tr("the face before editing")]
        parts += [] if self._peek is None else [tr("a look at another face")]
        parts += [] if self._moment is None else [tr("a moment of the timeline")]
        parts += [self._tool.describe(), *(overlay.describe() for overlay in self._painted_over)]
        return ", ".join(part for part in parts if part)

    # input ----------------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._look(self._viewport.zoomed(_NOTCH_FACTOR ** (event.angleDelta().y() / 120), event.position()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            taken = self._tool.press(event.position(), self._viewport)
            self._held = self._tool if taken else self._pan
            if not taken:
                self._pan.press(event.position(), self._viewport)
            self._point(event.position())
            draggable = self._held is self._pan and self._viewport.is_fitted and self._frame is not None
            self._pressed = event.position() if draggable and event.button() is Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pressed = self._pressed
        if pressed is not None and (event.position() - pressed).manhattanLength() >= QApplication.startDragDistance():
            self._let_go()
            self.drag_asked.emit()
        elif self._held is None:
            self._point(event.position())
        else:
            self._look(self._held.move(event.position(), self._viewport))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._let_go()
        self._point(event.position())

    def _let_go(self) -> None:
        self._pressed = None
        if self._held is not None:
            self._held.release()
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        where = event.position(), self._viewport
        self._look(self._tool.double_click(*where) or self._pan.double_click(*where))

    def _point(self, point: QPointF) -> None:
        """Let the cursor show what a drag would do."""
        where = point, self._viewport
        self.setCursor(self._tool.cursor(*where) or self._pan.cursor(*where))
        if self._tool is not self._pan:
            self.update()  # it may show what is under the pointer

    def keyPressEvent(self, event: QKeyEvent) -> None:
        middle = QPointF(self.rect().center())
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._look(self._viewport.zoomed(_NOTCH_FACTOR, middle))
        elif key == Qt.Key.Key_Minus:
            self._look(self._viewport.zoomed(1 / _NOTCH_FACTOR, middle))
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.show_actual_size()
        elif key in _ARROWS:
            how = _ARROWS[Qt.Key(key)], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier), self._viewport
            self._look(self._tool.arrow(*how) or self._pan.arrow(*how))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in ((tr("Copy image"), self.copy_asked.emit), (tr("Export image …"), self.export_asked.emit)):
            menu.addAction(text, slot).setEnabled(self._frame is not None)
        menu.addSeparator()
        menu.addAction(tr("Fit to the window"), self.fit).setEnabled(not self._viewport.is_fitted)
        menu.addAction(tr("Actual size"), self.show_actual_size)
        menu.popup(event.globalPos())

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DevicePixelRatioChange:  # the window has moved to another screen
            self._show_at(self._viewport.resolution)
        return takes_escape(event, self._tool.takes_escape, self._tool.escape) or super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._let_go()  # the release goes elsewhere
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._look(self._viewport.resized(QSizeF(self.size())))

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        shown = self._frame or self._last
        if shown is None:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._waiting)
        else:
            self._paint_face(painter, shown)
        painter.end()

    def _paint_face(self, painter: QPainter, frame: QImage) -> None:
        accent = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.BrightText
        painter.setPen(QPen(self.palette().color(accent), 2))
        paint_image(painter, self._before or self._peek or self._moment or frame, self._viewport)
        if self._before is not None:
            paint_tag(painter, tr("Before"), self._viewport.stage.topLeft() + QPointF(TAG_MARGIN, TAG_MARGIN))
        else:
            self._tool.paint(painter, self._viewport)
        for overlay in self._painted_over:
            overlay.paint(painter, self._viewport)


_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
