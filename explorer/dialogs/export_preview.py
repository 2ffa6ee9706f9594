"""What an export makes of the face, small: as a whole, or a part of it before and after enlarging."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.messages import PartEnlarged, Pixels
from explorer.translation import tr
from explorer.view.painting import paint_image
from explorer.view.qimage import to_image
from explorer.view.tools import Wipe
from explorer.view.viewport import Viewport

SIDE = 288  # logical pixels
_SQUARE = 8  # logical pixels on a side of the chequer behind what is transparent
_STEP = 0.02  # of the picture's side, that an arrow key moves the frame
_EYE = (0.38, 0.48)  # where the frame begins: on an eye of an aligned face


class PreviewView(QWidget):
    """Shows a picture, with a frame that the user places on what is to be enlarged; then both wiped."""

    placed = Signal()  # the frame has been moved

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QImage | None = None
        self._enlarged: QImage | None = None
        self._wipe: Wipe | None = None
        self._share = 0.0  # of the picture's side, that the frame has; 0 = there is none
        self.place = _EYE  # the middle of the frame, x and y in 0..1
        self.setFixedSize(SIDE, SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Preview"))

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @property
    def is_wiping(self) -> bool:
        """Whether a part is shown, before and after."""
        return self._wipe is not None

    @property
    def picture(self) -> QImage | None:
        """The whole picture; None = it cannot be made, or is not there yet."""
        return self._picture

    def show_picture(self, pixels: Pixels | None) -> None:
        """Show the whole picture, uint8 `[H, W, 3]` or `[H, W, 4]`; None = there is none."""
        self._picture = None if pixels is None else to_image(pixels)
        self.show_whole()

    def show_part(self, part: PartEnlarged) -> None:
        """Wipe between a part before and after it was enlarged."""
        self._wipe = Wipe(to_image(part.before), (tr("Before"), tr("After")))
        self._enlarged = to_image(part.after)
        self._refresh()

    def show_whole(self) -> None:
        """Show the whole picture again."""
        self._wipe = self._enlarged = None
        self._refresh()

    def offer_place(self, share: float) -> None:
        """Let the user place a frame of this share of the picture's side; 0 = none."""
        self._share = share
        self._refresh()

    @property
    def _shown(self) -> QImage | None:
        return self._enlarged or self._picture

    @property
    def _viewport(self) -> Viewport:
        shown = self._shown
        aspect = 1.0 if shown is None or shown.isNull() else shown.width() / shown.height()
        return Viewport(QSizeF(self.size()), aspect, pixel_ratio=self.devicePixelRatioF())

    def _refresh(self) -> None:
        usable = self.is_wiping or self._share > 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if usable else Qt.FocusPolicy.NoFocus)
        self.setCursor(_CURSORS[self.is_wiping] if usable else Qt.CursorShape.ArrowCursor)
        self.setAccessibleDescription("" if self._wipe is None else self._wipe.describe())
        self.update()

    # input ----------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag_to(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is None:
            return super().keyPressEvent(event)
        if self._wipe is not None:
            self._wipe.arrow(way, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier), self._viewport)
            self._refresh()
        elif self._share:
            self._put(self.place[0] + _STEP * way.x(), self.place[1] + _STEP * way.y())
        return None

    def _drag_to(self, point: QPointF) -> None:
        if self._wipe is not None:
            self._wipe.move(point, self._viewport)
            self._refresh()
        elif self._share:
            image = self._viewport.image
            self._put((point.x() - image.left()) / image.width(), (point.y() - image.top()) / image.height())

    def _put(self, x: float, y: float) -> None:
        """Move the frame, as far as it stays inside."""
        half = min(self._share / 2, 0.5)
        self.place = min(max(x, half), 1 - half), min(max(y, half), 1 - half)
        self.update()
        self.placed.emit()

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, shown = QPainter(self), self._shown
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
        if shown is not None:
            viewport = self._viewport
            if shown.hasAlphaChannel():
                painter.fillRect(viewport.image, self._chequer())
            paint_image(painter, shown, viewport)
            accent = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.BrightText
            painter.setPen(QPen(self.palette().color(accent), 2))
            if self._wipe is not None:
                self._wipe.paint(painter, viewport)
            elif self._share:
                painter.drawRect(self._frame(viewport))
        painter.end()

    def _frame(self, viewport: Viewport) -> QRectF:
        image, (x, y) = viewport.image, self.place
        size = QSizeF(image.width(), image.height()) * min(self._share, 1.0)
        corner = image.topLeft() + QPointF(x * image.width() - size.width() / 2, y * image.height() - size.height() / 2)
        return QRectF(corner, size)

    def _chequer(self) -> QBrush:
        tile = QPixmap(2 * _SQUARE, 2 * _SQUARE)
        tile.fill(self.palette().color(QPalette.ColorRole.Mid))
        painter = QPainter(tile)
        for corner in (0, _SQUARE):
            painter.fillRect(corner, corner, _SQUARE, _SQUARE, self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.end()
        return QBrush(tile)


_CURSORS = {True: Qt.CursorShape.SplitHCursor, False: Qt.CursorShape.CrossCursor}
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
