"""The grid of the light table: faces of any size, with keys, a context menu, and dragging to another place."""

from __future__ import annotations

from collections.abc import Container

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPalette,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from explorer.table.drag_out import dragged_ids
from explorer.table.face_delegate import LARGEST, SMALLEST
from explorer.table.face_list import GAP, FaceList
from explorer.table.face_model import FaceModel
from explorer.table.wishes import OF_PEOPLE, READING, STARS, Wish, is_possible, wish_of
from explorer.translation import tr
from generator.project.face import Face

_NOTCH = 1.15  # size after one notch of the wheel
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class FaceGrid(FaceList):
    """All faces of a model, in lines from left to right."""

    stars_given = Signal(object, int)  # ids, stars
    rejecting = Signal(object, bool)  # ids, whether they are rejected now
    deleting = Signal(object)  # ids
    bringing_back = Signal(object)  # ids
    moved = Signal(object, object)  # ids in their new order, and the id of the face after them; None: to the end
    wished = Signal(object, object)  # Wish, ids
    refused = Signal()  # to change a face of a project that is only read
    menu_wanted = Signal(object, object)  # faces, the lead first; where, in screen coordinates
    side_changed = Signal(int)  # size of a picture

    def __init__(self, model: FaceModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self.may_write = True  # False: the project is only read
        self.arranged_by_user = True  # whether faces can be dragged to another place
        self.people: Container[int] = ()  # ids of faces that were found for a wish
        self._gap: int | None = None  # row before which dragged faces would go
        self.setSelectionRectVisible(True)
        self.setAcceptDrops(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # so that lines do not jump
        self.say_what_it_is(tr("Light table"))
        self.set_side(self.cards.side)

    @property
    def marked_faces(self) -> tuple[Face, ...]:
        """The marked faces, the lead first."""
        return tuple(self.faces.face(self.faces.row(id) or 0) for id in self.marked_ids)

    def allows(self, wish: Wish, faces: tuple[Face, ...]) -> bool:
        """Whether `wish` makes sense for these faces."""
        of_people = wish not in OF_PEOPLE or all(face.id in self.people for face in faces)
        return of_people and is_possible(wish, faces)

    def set_side(self, side: int) -> None:
        """Show pictures of `side` logical pixels; the face in the middle stays in sight."""
        side = min(max(side, SMALLEST), LARGEST)
        kept = self.currentIndex() if self.currentIndex().isValid() else self.indexAt(QPoint(GAP, GAP))
        changed = side != self.cards.side
        self.cards.side = side
        self.setGridSize(self.cards.card + QSize(GAP, GAP))
        self.verticalScrollBar().setSingleStep(self.gridSize().height() // 3)
        if changed:
            self.scrollTo(kept)
            self.side_changed.emit(side)

    def reject(self, faces: tuple[Face, ...]) -> None:
        """Reject the faces, or take it back if all are rejected."""
        if faces:
            self.rejecting.emit(tuple(face.id for face in faces), not all(face.rejected for face in faces))

    # input ----------------------------------------------------------------------------------------------------

    def takes(self, event: QKeyEvent) -> bool:
        plain = event.modifiers() in _PLAIN
        return super().takes(event) or (plain and event.key() in (*STARS, *_OTHERS)) or _wish(event) is not None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish, faces = _wish(event), self.marked_faces
        if wish is not None:
            self._ask(wish, faces)
        elif event.modifiers() not in _PLAIN or not self._command(event.key(), faces):
            super().keyPressEvent(event)

    def _command(self, key: int, faces: tuple[Face, ...]) -> bool:
        """Do what a plain key means; False if it means nothing here."""
        if key not in (*STARS, *_OTHERS):
            return False
        if not faces:
            return True
        if not self.may_write:
            self.refused.emit()
        elif key in STARS:
            self.stars_given.emit(self.marked_ids, STARS.index(Qt.Key(key)))
        elif key == Qt.Key.Key_X:
            self.reject(faces)
        else:
            self.deleting.emit(self.marked_ids)
        return True

    def _ask(self, wish: Wish, faces: tuple[Face, ...]) -> None:
        if not self.allows(wish, faces):
            return
        if not self.may_write and wish not in READING:
            self.refused.emit()
        else:
            self.wished.emit(wish, self.marked_ids)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_side(round(self.cards.side * _NOTCH ** (event.angleDelta().y() / 120)))
            event.accept()
        else:
            super().wheelEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        faces = self.marked_faces
        if faces:
            keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
            below = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
            self.menu_wanted.emit(faces, below if keyboard else event.globalPos())

    # dragging to another place --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._offer(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._offer(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        ids, gap = dragged_ids(event.mimeData()), self._gap
        self._show_gap(None)
        if not ids or gap is None:
            return event.ignore()
        event.setDropAction(Qt.DropAction.MoveAction)
        event.accept()
        after = next((id for id in self.faces.ids[gap:] if id not in ids), None)
        shown = sorted(ids, key=lambda id: self.faces.row(id) or 0)
        self.moved.emit(tuple(shown), after)

    def _offer(self, event: QDragMoveEvent) -> None:
        taken = bool(dragged_ids(event.mimeData())) and self.arranged_by_user and self.may_write
        self._show_gap(self._row_before(event.position().toPoint()) if taken else None)
        if taken:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            self._scroll_at_edge(event.position().toPoint())
        else:
            event.ignore()

    def _scroll_at_edge(self, at: QPoint) -> None:
        bar, edge = self.verticalScrollBar(), self.autoScrollMargin()
        if at.y() < edge:
            bar.setValue(bar.value() - edge)
        elif at.y() > self.viewport().height() - edge:
            bar.setValue(bar.value() + edge)

    def _row_before(self, at: QPoint) -> int:
        """The row before which a face dropped at `at` goes."""
        grid, line = self.gridSize(), self.in_line()
        column = min((at.x() + grid.width() // 2) // grid.width(), line)
        row = (at.y() + self.verticalOffset()) // grid.height() * line + column
        return min(max(row, 0), self.faces.rowCount())

    def _show_gap(self, row: int | None) -> None:
        if row != self._gap:
            self._gap = row
            self.viewport().update()

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self._gap is not None and self.faces.rowCount():
            painter = QPainter(self.viewport())
            painter.fillRect(self._gap_line(self._gap), self.palette().color(QPalette.ColorRole.Highlight))
            painter.end()

    def _gap_line(self, row: int) -> QRect:
        """The line that shows where dragged faces would go."""
        at_end = row and (row == self.faces.rowCount() or row % self.in_line() == 0)
        card = self.visualRect(self.faces.index(row - 1 if at_end else row))
        x = card.right() + GAP // 2 if at_end else card.left() - GAP // 2
        return QRect(max(x - 1, 0), card.top(), 3, card.height())


def _wish(event: QKeyEvent) -> Wish | None:
    return wish_of(QKeySequence(event.keyCombination()))


_OTHERS = (Qt.Key.Key_X, Qt.Key.Key_Delete)
