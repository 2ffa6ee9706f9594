"""Two to four faces beside each other, which zoom and move together."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QShortcut,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from explorer.messages import Pixels
from explorer.table.faces import Faces, title
from explorer.table.wishes import MOST_COMPARED
from explorer.translation import tr
from explorer.view.painting import paint_image, paint_tag
from explorer.view.qimage import to_image
from explorer.view.viewport import Viewport
from generator.printable import printable

_GAP = 4.0  # logical pixels between two faces
_NAME = 28.0  # logical pixels below a face
_NOTCH = 1.25  # zoom of one wheel notch
_STEP = 40.0  # logical pixels, arrow keys


class CompareView(QWidget):
    """The marked faces, large. Thumbnails stand in for pictures that are still to come."""

    closed = Signal()
    pictures_wanted = Signal(object)  # tuple of ids whose full pictures are to be rendered
    opened = Signal(object)  # id

    def __init__(self, library: Faces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = CompareCanvas(library)
        self._hint = QLabel(tr("Wheel: zoom all   ·   drag: move all   ·   double click: fit   ·   Enter: open"))
        self._hint.setObjectName("quietText")
        back = QToolButton()
        back.setText(tr("Back to the table (Esc)"))
        back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        back.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 8, 4)
        bar.addWidget(back)
        bar.addStretch(1)
        bar.addWidget(self._hint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.canvas, 1)
        self.setFocusProxy(self.canvas)
        self.canvas.opened.connect(self.opened)
        library.reset.connect(self._leave)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.closed)
        leave.activatedAmbiguously.connect(self.closed)  # the window has a use for Esc as well

    @Slot()
    def _leave(self) -> None:
        """Another project is open: none of these faces is in it."""
        if self.canvas.ids:
            self.canvas.show_faces(())
            self.closed.emit()

    @property
    def ids(self) -> tuple[int, ...]:
        """The faces compared."""
        return self.canvas.ids

    def show_faces(self, ids: Iterable[int]) -> None:
        """Compare these faces, at most four, fitted."""
        self.canvas.show_faces(tuple(ids)[:MOST_COMPARED])
        self.pictures_wanted.emit(self.ids)

    @Slot(int, object)
    def show_picture(self, id: int, pixels: Pixels) -> None:
        """The full picture of a face has arrived."""
        self.canvas.show_picture(id, pixels)


class CompareCanvas(QWidget):
    """Paints the faces; one viewport serves all."""

    opened = Signal(object)  # id

    def __init__(self, library: Faces) -> None:
        super().__init__()
        self._library = library
        self.ids: tuple[int, ...] = ()
        self.pictures: dict[int, QImage] = {}  # the full ones that have arrived
        self._viewport = Viewport()
        self._dragged: QPointF | None = None  # last point of a drag
        self._at = 0  # which face has the keyboard
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(tr("Faces side by side"))
        library.thumbnail_ready.connect(self._repaint)
        library.changed.connect(self._repaint)
        library.removed.connect(self._drop)

    def show_faces(self, ids: tuple[int, ...]) -> None:
        self.ids, self.pictures, self._at = ids, {}, 0
        self._viewport = self._viewport.fitted()
        self._fit_panes()
        self._describe()

    def show_picture(self, id: int, pixels: Pixels) -> None:
        if id in self.ids:
            image = self.pictures[id] = to_image(pixels)
            aspect, ratio = image.width() / image.height(), self.devicePixelRatioF()
            self._look(self._viewport.showing(aspect, max(self._viewport.resolution, image.height()), ratio))

    @property
    def viewport(self) -> Viewport:
        """Where each picture is in its pane."""
        return self._viewport

    def pane(self, place: int) -> QRectF:
        """The part of the view for one face."""
        cell = self._cell(self._columns)
        line, column = divmod(place, self._columns)
        left, top = column * (cell.width() + _GAP), line * (cell.height() + _GAP)
        return QRectF(left, top, cell.width(), max(1.0, cell.height() - _NAME))

    @property
    def _columns(self) -> int:
        """The number that leaves most room for the pictures: all in a line, or in two."""
        forms = range(max(1, len(self.ids)), 0, -1)
        return max(forms, key=lambda columns: min(self._cell(columns).width(), self._cell(columns).height() - _NAME))

    def _cell(self, columns: int) -> QSizeF:
        """What one face has of the view, with its name, in so many columns."""
        lines = -(-len(self.ids) // columns) or 1
        width = (self.width() - _GAP * (columns - 1)) / columns
        return QSizeF(width, (self.height() - _GAP * (lines - 1)) / lines)

    def _fit_panes(self) -> None:
        self._look(self._viewport.resized(self.pane(0).size() if self.ids else QSizeF(self.size())))

    def _look(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self.update()

    @Slot()
    def _repaint(self) -> None:
        self.update()

    @Slot(object)
    def _drop(self, gone: tuple[int, ...]) -> None:
        """Faces are gone for good."""
        self.ids = tuple(id for id in self.ids if id not in gone)
        self._at = min(self._at, max(0, len(self.ids) - 1))
        self._fit_panes()

    def _describe(self) -> None:
        names = ", ".join(title(self._library.face(id)) for id in self.ids)
        self.setAccessibleDescription(names)

    # input ----------------------------------------------------------------------------------------------------

    def _place(self, point: QPointF) -> int:
        """Which face is at `point`."""
        cell, columns = self._cell(self._columns), self._columns
        column = min(max(int(point.x() / (cell.width() + _GAP)), 0), columns - 1)
        line = max(int(point.y() / (cell.height() + _GAP)), 0)
        return min(line * columns + column, max(0, len(self.ids) - 1))

    def wheelEvent(self, event: QWheelEvent) -> None:
        inside = event.position() - self.pane(self._place(event.position())).topLeft()
        self._look(self._viewport.zoomed(_NOTCH ** (event.angleDelta().y() / 120), inside))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged, self._at = event.position(), self._place(event.position())
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged is not None:
            self._look(self._viewport.panned(event.position() - self._dragged))
            self._dragged = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._look(self._viewport.fitted())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, middle = event.key(), self.pane(0).center()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ids:
            self.opened.emit(self.ids[self._at])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self._look(self._viewport.zoomed(1 / _NOTCH if key == Qt.Key.Key_Minus else _NOTCH, middle))
        elif key == Qt.Key.Key_0:
            self._look(self._viewport.fitted())
        elif key in _ARROWS:
            self._go(_ARROWS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def _go(self, way: QPointF) -> None:
        """Move the zoomed pictures, or the keyboard to the next face."""
        if not self._viewport.is_fitted:
            return self._look(self._viewport.panned(way * -_STEP))
        following = self._at + int(way.x() + way.y() * self._columns)
        if 0 <= following < len(self.ids):
            self._at = following
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_panes()

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
            for place, id in enumerate(self.ids):
                self._paint_face(painter, place, id)

    def _paint_face(self, painter: QPainter, place: int, id: int) -> None:
        pane, image = self.pane(place), self.pictures.get(id) or self._library.thumbnail(id)
        painter.save()
        painter.translate(pane.topLeft())
        painter.setClipRect(QRectF(QPointF(), pane.size()))
        if image is not None:
            paint_image(painter, image, self._viewport)
        if id not in self.pictures:
            paint_tag(painter, tr("Rendering …"), QPointF(12, pane.height() - 12), bottom=True)
        painter.restore()
        self._paint_name(painter, QRectF(pane.left(), pane.bottom(), pane.width(), _NAME), place)

    def _paint_name(self, painter: QPainter, at: QRectF, place: int) -> None:
        face = self._library.face(self.ids[place])
        focused = place == self._at and self.hasFocus()
        role = QPalette.ColorRole.Highlight if focused else QPalette.ColorRole.WindowText
        painter.setPen(self.palette().color(role))
        text = "  ".join(filter(None, (title(face), "★" * face.stars, printable(", ".join(face.tags)))))
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(at.width()) - 8)
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, elided)


_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
