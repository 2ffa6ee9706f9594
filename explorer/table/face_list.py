"""A list of faces to mark, open, peek at and drag away: what the grid and the strips have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QWidget

from explorer.table.drag_out import DraggedFaces, FilePromise, drag
from explorer.table.face_delegate import FaceDelegate
from explorer.table.face_model import FaceModel
from explorer.table.fixed_grid import FixedGrid
from explorer.translation import tr

PEEK_MS = 300  # the pointer rests on a face
GAP = 6  # logical pixels between cards

_Select = QItemSelectionModel.SelectionFlag


class FaceList(FixedGrid):
    """Cards of faces, several of which may be marked."""

    marked = Signal(object)  # tuple of ids, the lead first
    opened = Signal(object)  # id
    peeked = Signal(object)  # id; None: no longer
    files_wanted = Signal(object, object)  # tuple of ids, and the FilePromise to keep

    def __init__(self, model: FaceModel, parent: QWidget | None = None, captioned: bool = True) -> None:
        super().__init__(parent)
        self.faces = model
        self.cards = FaceDelegate(model, self, captioned)
        self._marked: tuple[int, ...] = ()  # as announced last
        self._told = False  # somebody else is marking
        self._peek: int | None = None  # the face peeked at
        self._hovered: int | None = None
        self._resting = QTimer(self, singleShot=True, interval=PEEK_MS)
        self._resting.timeout.connect(self._look)
        self.setModel(model)
        self.setItemDelegate(self.cards)
        self._set_up()
        model.rearranged.connect(self._marks_changed)
        self.selectionModel().selectionChanged.connect(self._marks_changed)
        self.activated.connect(self._open)

    def _set_up(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setDragEnabled(True)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # scrolling copies what is painted
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    # marks ----------------------------------------------------------------------------------------------------

    @property
    def marked_ids(self) -> tuple[int, ...]:
        """The marked faces, the lead first, the others in the order shown."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        lead = self.currentIndex().row()
        if lead in rows:
            rows.remove(lead)
            rows.insert(0, lead)
        return tuple(self.faces.ids[row] for row in rows)

    def mark(self, ids: Iterable[int]) -> None:
        """Mark these faces, where they are shown, and no others; the first is the lead."""
        rows = [row for row in map(self.faces.row, ids) if row is not None]
        marks, chosen = self.selectionModel(), QItemSelection()
        for row in rows:
            chosen.select(self.faces.index(row), self.faces.index(row))
        wanted = tuple(self.faces.ids[row] for row in (rows[:1] + sorted(rows[1:])))
        self._told = True
        if rows and wanted != self.marked_ids:
            marks.setCurrentIndex(self.faces.index(rows[0]), _Select.NoUpdate)
        if wanted != self.marked_ids:
            marks.select(chosen, _Select.ClearAndSelect)
        self._marked, self._told = self.marked_ids, False

    @Slot()
    def _marks_changed(self) -> None:
        ids = self.marked_ids
        if ids != self._marked and not self._told:
            self._marked = ids
            self.marked.emit(ids)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.faces.ids[index.row()])

    # moving about ---------------------------------------------------------------------------------------------

    def moveCursor(self, cursorAction: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Arrow keys go on in the next line at the end of one."""
        last = self.faces.rowCount() - 1
        if last < 0:
            return QModelIndex()
        row = self.currentIndex().row()
        return self.faces.index(0 if row < 0 else min(max(self._after(cursorAction, row, last), 0), last))

    def _after(self, action: QAbstractItemView.CursorAction, row: int, last: int) -> int:
        line = self.in_line()
        page = line * max(1, self.viewport().height() // max(1, self.gridSize().height()))
        steps = {
            _Go.MoveLeft: -1, _Go.MovePrevious: -1, _Go.MoveRight: 1, _Go.MoveNext: 1, _Go.MoveUp: -line,
            _Go.MoveDown: line, _Go.MovePageUp: -page, _Go.MovePageDown: page, _Go.MoveHome: -row, _Go.MoveEnd: last,
        }  # fmt: skip
        step = steps[action]
        stays = action in (_Go.MoveUp, _Go.MoveDown) and not 0 <= row + step <= last
        return row if stays else row + step

    def item_size(self) -> QSize:
        return self.cards.card

    def in_line(self) -> int:
        return max(1, self.viewport().width() // max(1, self.gridSize().width()))

    def keyboardSearch(self, search: str) -> None:
        """Letters and digits are commands here."""

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self.takes(event):
            event.accept()
            return True
        if event.type() in (QEvent.Type.DevicePixelRatioChange, QEvent.Type.Show):
            self.cards.ratio = self.devicePixelRatioF()
        return super().event(event)

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key is for the faces even if the window has a shortcut of it."""
        return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.currentIndex().isValid():
                self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def dataChanged(
        self,
        topLeft: QModelIndex | QPersistentModelIndex,
        bottomRight: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Repaint: QListView would lay out all faces again, though a card never changes its size."""
        if topLeft == bottomRight:
            self.update(topLeft)
        else:
            self.viewport().update()

    def paintEvent(self, e: QPaintEvent) -> None:
        """Paint what there is time for, and the rest in the next paintings."""
        with QPainter(self.viewport()) as painter:
            painter.fillRect(e.rect(), self.palette().color(QPalette.ColorRole.Base))
            self.cards.begin()
            self.paint_items(painter, e.rect())
        if self.cards.owes:
            QTimer.singleShot(0, self.viewport(), self.viewport().update)

    # peeking --------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        hovered = self.faces.ids[index.row()] if index.isValid() and not event.buttons() else None
        if hovered != self._hovered:
            self._hover(hovered)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._hover(None)
        super().mousePressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Leave:
            self._hover(None)
        return super().viewportEvent(event)

    def _hover(self, id: int | None) -> None:
        self._hovered = id
        if id is None:
            self._resting.stop()
            self._look()
        elif self._peek is not None:
            self._look()  # from one face to the next without delay
        else:
            self._resting.start()

    @Slot()
    def _look(self) -> None:
        if self._hovered != self._peek:
            self._peek = self._hovered
            self.peeked.emit(self._peek)

    # dragging away --------------------------------------------------------------------------------------------

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        """Drag the marked faces; their files are written meanwhile."""
        ids, promise = self.marked_ids, FilePromise()
        if ids:
            self.files_wanted.emit(ids, promise)
            picture = self.cards.picture(self.faces.face(self.faces.row(ids[0]) or 0))
            drag(self, DraggedFaces(ids, promise), picture)

    def say_what_it_is(self, name: str) -> None:
        """Its name and its use for screen readers."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(tr("Arrow keys move, Shift and Ctrl mark several, Enter opens"))


_Go = QAbstractItemView.CursorAction
