"""A list view whose items all have one size, so that where an item is can be calculated.

QListView lays out every item again when one comes, goes or moves, and asks the model about each: with ten thousand of
them in Python this takes longer than a frame.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize
from PySide6.QtGui import QMouseEvent, QPainter, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QScrollBar,
    QStyle,
    QStyleOptionRubberBand,
    QStyleOptionViewItem,
)

_Hint = QAbstractItemView.ScrollHint
_State = QStyle.StateFlag
_ENSURE_VISIBLE = _Hint.EnsureVisible


class FixedGrid(QListView):
    """Items in cells of `gridSize`, in lines of `in_line` each."""

    _band: QRect | None = None  # of the mouse that is marking what it surrounds, in the viewport

    def in_line(self) -> int:
        """Number of items beside each other, at least 1."""
        raise NotImplementedError

    def item_size(self) -> QSize:
        """At most `gridSize`."""
        raise NotImplementedError

    def _count(self) -> int:
        return self.model().rowCount()

    # where an item is -----------------------------------------------------------------------------------------

    def horizontalOffset(self) -> int:
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        if not index.isValid():
            return QRect()
        line, column = divmod(index.row(), self.in_line())
        cell = self.gridSize()
        corner = QPoint(column * cell.width() - self.horizontalOffset(), line * cell.height() - self.verticalOffset())
        return QRect(corner, self.item_size())

    def indexAt(self, p: QPoint) -> QModelIndex:
        for row in self.rows_in(QRect(p, QSize(1, 1))):
            index = self.model().index(row, 0)
            if self.visualRect(index).contains(p):
                return index
        return QModelIndex()

    def rows_in(self, area: QRect) -> Iterator[int]:
        """The rows whose cells meet an area of the viewport."""
        cell, in_line, count = self.gridSize(), self.in_line(), self._count()
        if cell.isEmpty():
            return
        area = area.translated(self.horizontalOffset(), self.verticalOffset())
        first, last = max(area.left() // cell.width(), 0), min(area.right() // cell.width(), in_line - 1)
        last_line = min(area.bottom() // cell.height(), (count - 1) // in_line)
        for line in range(max(area.top() // cell.height(), 0), last_line + 1):
            yield from range(line * in_line + first, min(line * in_line + last + 1, count))

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Of what is in sight."""
        region = QRegion()
        for row in self.rows_in(self.viewport().rect()):
            index = self.model().index(row, 0)
            if selection.contains(index):
                region += self.visualRect(index)
        return region

    # scrolling ------------------------------------------------------------------------------------------------

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)

    def resizeEvent(self, e: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, e)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Copy what is painted already."""
        self.scrollDirtyRegion(dx, dy)
        self.viewport().scroll(dx, dy)

    def updateGeometries(self) -> None:
        """Only the ranges of the scroll bars depend on the number of items."""
        in_line, cell, seen = self.in_line(), self.gridSize(), self.viewport().size()
        lines = -(-self._count() // in_line)
        _set_range(self.horizontalScrollBar(), min(in_line, self._count()) * cell.width(), seen.width())
        _set_range(self.verticalScrollBar(), lines * cell.height(), seen.height())
        QAbstractItemView.updateGeometries(self)

    def scrollTo(
        self, index: QModelIndex | QPersistentModelIndex, hint: QAbstractItemView.ScrollHint = _ENSURE_VISIBLE
    ) -> None:
        self.executeDelayedItemsLayout()
        rect, seen = self.visualRect(index), self.viewport().size()
        if rect.isValid():
            _scroll(self.horizontalScrollBar(), rect.left(), rect.right() + 1, seen.width(), hint)
            _scroll(self.verticalScrollBar(), rect.top(), rect.bottom() + 1, seen.height(), hint)

    # marking --------------------------------------------------------------------------------------------------

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Mark what the mouse surrounds or, where it or a key goes from one item to another, all from that to this."""
        selection = QItemSelection()
        if self.state() is QAbstractItemView.State.DragSelectingState:
            self._band = rect.normalized()
            for row in self.rows_in(self._band):
                index = self.model().index(row, 0)
                if self.visualRect(index).intersects(self._band):
                    selection.select(index, index)
        else:
            ends = sorted(index.row() for index in (self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())))
            if ends[0] >= 0:
                selection.select(self.model().index(ends[0], 0), self.model().index(ends[1], 0))
        self.selectionModel().select(selection, command)

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        super().mouseReleaseEvent(e)
        self._band = None
        self.viewport().update()

    # painting -------------------------------------------------------------------------------------------------

    def paint_items(self, painter: QPainter, area: QRect) -> None:
        """Let the delegate paint the items in `area`, and paint the rectangle that the mouse draws."""
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        plain, marks = option.state, self.selectionModel()
        current = self.currentIndex().row() if self.hasFocus() else -1
        for row in self.rows_in(area):
            index = self.model().index(row, 0)
            option.rect = self.visualRect(index)
            marked = _State.State_Selected if marks.isSelected(index) else _State.State_None
            focus = _State.State_HasFocus if row == current else _State.State_None
            option.state = plain & ~_State.State_HasFocus | marked | focus
            self.itemDelegate().paint(painter, option, index)
        if self._band is not None and self.isSelectionRectVisible():
            self._paint_band(painter, self._band)

    def _paint_band(self, painter: QPainter, band: QRect) -> None:
        option = QStyleOptionRubberBand()
        option.initFrom(self)
        option.rect = band
        self.style().drawControl(QStyle.ControlElement.CE_RubberBand, option, painter)


def _set_range(bar: QScrollBar, length: int, seen: int) -> None:
    bar.setRange(0, max(length - seen, 0))
    bar.setPageStep(seen)


def _scroll(bar: QScrollBar, start: int, end: int, seen: int, hint: QAbstractItemView.ScrollHint) -> None:
    """Bring what lies from `start` to `end` of the viewport into sight."""
    by = {
        _Hint.EnsureVisible: start if start < 0 or end - start > seen else max(end - seen, 0),
        _Hint.PositionAtTop: start,
        _Hint.PositionAtBottom: end - seen,
        _Hint.PositionAtCenter: (start + end - seen) // 2,
    }
    bar.setValue(bar.value() + by[hint])
