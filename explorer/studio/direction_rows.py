"""The list of directions in which the user minds them: own ones in the user's order, and those of the model."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.translation import tr
from explorer.widgets.layout import name
from explorer.widgets.lock_sign import paint_lock
from generator.printable import printable
from generator.recipe.directions import NamedDirection

ENTRY = Qt.ItemDataRole.UserRole
_LINE, _STRIPE, _LOCK = 24, 4, 10  # logical pixels: height of a row, width of its colour, height of the lock
_WAYS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class DirectionRows(QListWidget):
    """Rows are dragged, or moved by Alt+Up and Alt+Down; only the user's own can be."""

    ordered = Signal(object)  # list[str]: the names of all rows, in the order that the user wants
    fixed = Signal()  # the user wanted to move a direction that came with the model

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setItemDelegate(_Delegate(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        name(self, tr("Directions of this model"), tr("Drag or Alt+Up and Alt+Down: change the order of your own"))
        self.model().rowsMoved.connect(self._tell, Qt.ConnectionType.QueuedConnection)  # after the drop

    @property
    def entry(self) -> NamedDirection | None:
        """The direction of the current row."""
        item = self.currentItem()
        held: NamedDirection | None = None if item is None else item.data(ENTRY)
        return held

    @property
    def names(self) -> list[str]:
        """The names of all rows."""
        return [self.item(row).data(ENTRY).name for row in range(self.count())]

    def show_entries(self, entries: tuple[NamedDirection, ...], movable: frozenset[str]) -> None:
        """List `entries`; the current row stays so, by its name. movable: names of those that can be moved."""
        before, row = self.entry, self.currentRow()
        with QSignalBlocker(self):
            self.clear()
            for entry in entries:
                self.addItem(_item(entry, entry.name in movable))
            names = self.names
            kept = names.index(before.name) if before is not None and before.name in names else max(row, 0)
            self.setCurrentRow(min(kept, len(names) - 1))

    def select(self, name: str) -> None:
        """Make the direction `name` the current one, if it is listed."""
        if name in self.names:
            self.setCurrentRow(self.names.index(name))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scrollToItem(self.currentItem())  # what is said above the list makes it lower

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = _WAYS.get(Qt.Key(event.key()))
        if way is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        item, names, row = self.currentItem(), self.names, self.currentRow()
        if item is not None and not item.flags() & Qt.ItemFlag.ItemIsDragEnabled:
            self.fixed.emit()
        elif item is not None and 0 <= row + way < len(names):
            names.insert(row + way, names.pop(row))
            self.ordered.emit(names)

    def _tell(self) -> None:
        self.ordered.emit(self.names)


def _item(entry: NamedDirection, movable: bool) -> QListWidgetItem:
    title = printable(entry.title)
    item = QListWidgetItem(title)
    item.setData(ENTRY, entry)
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    item.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled if movable else flags)
    states = [tr("locked")] * entry.locked + [tr("hidden")] * entry.hidden
    item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join([title, printable(entry.group), *states]))
    return item


class _Delegate(QStyledItemDelegate):
    """Title, group and lock in one line, with the colour at its left; a hidden one is faint."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        return QSize(80, _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        entry: NamedDirection = index.data(ENTRY)  # type: ignore[attr-defined]
        super().paint(painter, option, index)  # type: ignore[arg-type]
        rect, palette = option.rect, option.palette
        selected = bool(option.state & option.state.State_Selected)
        painter.save()
        if entry.colour:
            painter.fillRect(QRect(rect.x(), rect.y() + 2, _STRIPE, rect.height() - 4), QColor(entry.colour))
        quiet = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        text = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        room = rect.adjusted(_STRIPE + 6, 0, -6, 0)
        painter.setPen(palette.color(quiet))
        if entry.locked:
            paint_lock(painter, QRectF(room.right() - 7, room.center().y() - 5, 8, _LOCK), palette.color(quiet))
            room.adjust(0, 0, -14, 0)
        if entry.group:
            room = _at_right(painter, room, printable(entry.group))
        painter.setPen(
            palette.color(QPalette.ColorGroup.Disabled if entry.hidden else QPalette.ColorGroup.Active, text)
        )
        shown = painter.fontMetrics().elidedText(printable(entry.title), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: object) -> None:
        super().initStyleOption(option, index)  # type: ignore[arg-type]
        option.text = ""


def _at_right(painter: QPainter, room: QRect, group: str) -> QRect:
    """Write the group at the right, in at most a third of the room; returns what is left."""
    metrics = painter.fontMetrics()
    text = metrics.elidedText(group, Qt.TextElideMode.ElideRight, room.width() // 3)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)
    return room.adjusted(0, 0, -metrics.horizontalAdvance(text) - 8, 0)
