"""A full-screen pass over faces: one large picture, arrow keys to go on, a key for stars or rejecting."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from explorer.messages import Pixels
from explorer.table.faces import Faces, describe, title
from explorer.table.wishes import STARS
from explorer.translation import tr
from explorer.view.painting import paint_image, paint_tag
from explorer.view.qimage import to_image
from explorer.view.viewport import Viewport
from explorer.widgets.theme import COLOURS
from generator.project.face import Face

AHEAD = 2  # pictures rendered before they are needed
_KEYS = tr("← →: go on   ·   1-5: stars   ·   X: reject   ·   Esc: back")
_KEYS_TO_READ = tr("← →: go on   ·   Esc: back   ·   The project is open for reading only: nothing can be changed")
_MARGIN, _FOOT = 24.0, 72.0  # logical pixels around the picture, and below it


class CullingView(QWidget):
    """A window of its own; it says what is asked for and shows what the library then holds."""

    closed = Signal(object)  # id of the face shown last; None if there was none
    pictures_wanted = Signal(object)  # tuple of ids, the one shown first
    stars_given = Signal(object, int)  # tuple of one id, stars
    rejecting = Signal(object, bool)  # tuple of one id, whether it is rejected now
    deleting = Signal(object)  # tuple of one id

    def __init__(self, library: Faces, may_write: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._library, self._may_write = library, may_write
        self._ids: list[int] = []
        self._at = 0
        self._pictures: dict[int, QImage] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setWindowTitle(tr("Full-screen pass"))
        library.thumbnail_ready.connect(self._refresh)
        library.removed.connect(self._drop)
        library.changed.connect(self._refresh)
        library.reset.connect(self._leave)

    @property
    def shown(self) -> int | None:
        """The face on the screen."""
        return self._ids[self._at] if self._ids else None

    @property
    def position(self) -> str:
        """ "12 of 50"."""
        return tr("{place:,} of {count:,}", place=self._at + 1, count=len(self._ids)) if self._ids else ""

    def begin(self, ids: Iterable[int], at: int | None = None) -> None:
        """Go over these faces, from `at` or the first one."""
        self._ids = list(ids)
        self._at = self._ids.index(at) if at in self._ids else 0
        self._arrive()

    @Slot(int, object)
    def show_picture(self, id: int, pixels: Pixels) -> None:
        """The full picture of a face has arrived."""
        if id in self._near():
            self._pictures[id] = to_image(pixels)
            self.update()

    def _near(self) -> tuple[int, ...]:
        """The face shown, the next ones and the one before."""
        ahead = self._ids[self._at : self._at + 1 + AHEAD]
        return (*ahead, *self._ids[max(0, self._at - 1) : self._at])

    def _arrive(self) -> None:
        near = self._near()
        self._pictures = {id: image for id, image in self._pictures.items() if id in near}
        missing = tuple(id for id in near if id not in self._pictures)
        if missing:
            self.pictures_wanted.emit(missing)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        if self._ids:
            face = self._library.face(self._ids[self._at])
            self.setAccessibleName(title(face))
            self.setAccessibleDescription(" · ".join(filter(None, (self.position, describe(face)))))
        self.update()

    @Slot(object)
    def _drop(self, gone: tuple[int, ...]) -> None:
        """Faces are gone for good."""
        shown = self.shown
        self._ids = [id for id in self._ids if id not in gone]
        self._at = self._ids.index(shown) if shown in self._ids else min(self._at, max(0, len(self._ids) - 1))
        self._refresh()

    @Slot()
    def _leave(self) -> None:
        """Another project is open: none of these faces is in it."""
        self._ids = []
        self.close()

    def _go(self, step: int) -> None:
        at = min(max(self._at + step, 0), max(0, len(self._ids) - 1))
        if at != self._at:
            self._at = at
            self._arrive()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        elif key in _STEPS:
            self._go(_STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(-len(self._ids) if key == Qt.Key.Key_Home else len(self._ids))
        elif self._may_write and self._ids:
            self._judge(key, self._library.face(self._ids[self._at]))

    def _judge(self, key: int, face: Face) -> None:
        """Stars and rejecting; the face stays on the screen, so that the answer is seen."""
        if key in STARS:
            self.stars_given.emit((face.id,), STARS.index(Qt.Key(key)))
        elif key == Qt.Key.Key_X:
            self.rejecting.emit((face.id,), not face.rejected)
        elif key == Qt.Key.Key_Delete:
            self._delete(face.id)

    def _delete(self, id: int) -> None:
        self._ids.remove(id)
        self._at = min(self._at, max(0, len(self._ids) - 1))
        self.deleting.emit((id,))
        if self._ids:
            self._arrive()
        else:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit(self.shown)

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Shadow))
            if self._ids:
                self._paint(painter, self._library.face(self._ids[self._at]))

    def _paint(self, painter: QPainter, face: Face) -> None:
        image = self._pictures.get(face.id) or self._library.thumbnail(face.id)
        stage = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_FOOT)
        painter.save()
        painter.translate(stage.topLeft())
        painter.setOpacity(0.35 if face.rejected else 1.0)
        if image is not None:
            aspect, ratio = image.width() / image.height(), self.devicePixelRatioF()
            paint_image(painter, image, Viewport().resized(QSizeF(stage.size())).showing(aspect, image.height(), ratio))
        painter.restore()
        if face.id not in self._pictures:
            paint_tag(painter, tr("Rendering …"), stage.bottomLeft(), bottom=True)
        self._paint_foot(painter, QRectF(_MARGIN, stage.bottom(), stage.width(), _FOOT), face)

    def _paint_foot(self, painter: QPainter, at: QRectF, face: Face) -> None:
        """Name and position, stars, and what the keys do."""
        middle, line = Qt.AlignmentFlag.AlignCenter, at.height() / 3
        rows = [QRectF(at.left(), at.top() + line * row, at.width(), line) for row in range(3)]
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(rows[0], middle, f"{title(face)}   ·   {self.position}")
        painter.setPen(QColor(COLOURS["alarm" if face.rejected else "warning"]))
        painter.drawText(rows[1], middle, tr("rejected") if face.rejected else "★" * face.stars)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(rows[2], middle, _KEYS if self._may_write else _KEYS_TO_READ)


_STEPS = {
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Space: 1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Backspace: -1,
    Qt.Key.Key_PageUp: -1,
}
