"""Faces to be sorted into two piles, by keys: more of something, or less of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from explorer.messages import TileDrawn
from explorer.panels.common.labels import face_name
from explorer.translation import tr
from explorer.view.painting import paint_tag
from explorer.view.qimage import to_image
from explorer.widgets.layout import name
from generator.recipe.recipe import Recipe

SIDE, RIM = 96, 4  # logical pixels of a face and around it
_PILE = Qt.ItemDataRole.UserRole  # of an item
_LESS, _MORE = (Qt.Key.Key_Left, Qt.Key.Key_L), (Qt.Key.Key_Right, Qt.Key.Key_M)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


class Pile(Enum):
    """Where a face lies."""

    LESS = "−"
    UNSORTED = ""
    MORE = "+"


class PilesView(QListWidget):
    """Each face keeps its place; a sign says in which pile it is. After a key, the next unsorted face is current."""

    sorted = Signal()  # a face went to another pile

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recipes: tuple[Recipe, ...] = ()
        self._order: list[int] = []  # rows, in the order in which they were sorted
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 2 * RIM, SIDE + 2 * RIM))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # so that lines do not jump
        self.setItemDelegate(_Tiles(self))
        name(self, tr("Faces to sort"), tr("← or L: less; → or M: more; Backspace takes the last one back"))

    def show_faces(self, recipes: Sequence[Recipe]) -> None:
        """Begin again with `recipes`, whose images follow."""
        self.recipes, self._order = tuple(recipes), []
        self.clear()
        for recipe in self.recipes:
            item = QListWidgetItem()
            item.setSizeHint(self.gridSize())
            item.setData(_PILE, Pile.UNSORTED)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, face_name(recipe))
            self.addItem(item)
        self.setCurrentRow(0)
        self.sorted.emit()

    def show_tile(self, tile: TileDrawn) -> None:
        """Show the image of a face, if it is still among these."""
        if tile.place < len(self.recipes) and self.recipes[tile.place] == tile.recipe:
            size = QSize(SIDE, SIDE) * self.devicePixelRatioF()
            mode = Qt.TransformationMode.SmoothTransformation
            image = to_image(tile.pixels).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
            self.item(tile.place).setData(Qt.ItemDataRole.DecorationRole, QPixmap.fromImage(image))

    def pile(self, pile: Pile) -> tuple[Recipe, ...]:
        """The faces in `pile`."""
        return tuple(recipe for row, recipe in enumerate(self.recipes) if self._pile_of(row) is pile)

    def put(self, pile: Pile) -> None:
        """Put the current face into `pile`, and go on to the next unsorted one."""
        row = self.currentRow()
        if row < 0:
            return
        self._set(row, pile)
        self._order = [other for other in self._order if other != row]
        if pile is not Pile.UNSORTED:
            self._order.append(row)
            self._go_on(row)
        self.sorted.emit()

    def take_back(self) -> None:
        """Take the face that was sorted last out of its pile; it is the current one."""
        if self._order:
            row = self._order.pop()
            self._set(row, Pile.UNSORTED)
            self.setCurrentRow(row)
            self.sorted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in _PLAIN
        if plain and event.key() in _LESS:
            self.put(Pile.LESS)
        elif plain and event.key() in _MORE:
            self.put(Pile.MORE)
        elif plain and event.key() == Qt.Key.Key_Backspace:
            self.take_back()
        else:
            super().keyPressEvent(event)

    def _go_on(self, row: int) -> None:
        count = len(self.recipes)
        following = ((row + step) % count for step in range(1, count))
        free = next((other for other in following if self._pile_of(other) is Pile.UNSORTED), None)
        if free is not None:
            self.setCurrentRow(free)

    def _pile_of(self, row: int) -> Pile:
        return Pile(self.item(row).data(_PILE))

    def _set(self, row: int, pile: Pile) -> None:
        item = self.item(row)
        item.setData(_PILE, pile)
        said = {Pile.LESS: tr("less"), Pile.MORE: tr("more"), Pile.UNSORTED: ""}[pile]
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, said)


class _Tiles(QStyledItemDelegate):
    """A face with a frame around the current one, and the sign of its pile."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        view = self.parent()
        assert isinstance(view, PilesView)
        palette, cell = view.palette(), option.rect
        place = QRect(cell.x() + RIM, cell.y() + RIM, SIDE, SIDE)
        picture, pile = index.data(Qt.ItemDataRole.DecorationRole), Pile(index.data(_PILE))
        if picture is None:
            painter.fillRect(place, palette.window())
        else:
            painter.setOpacity(1.0 if pile is Pile.UNSORTED else 0.65)
            painter.drawPixmap(place, picture)
            painter.setOpacity(1.0)
        if pile is not Pile.UNSORTED:
            right = pile is Pile.MORE
            paint_tag(painter, pile.value, QPointF(place.right() + 1 if right else place.x(), place.y()), right)
        if index.row() == view.currentRow():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Highlight), 2))
            painter.drawRect(place.adjusted(-2, -2, 2, 2))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(SIDE + 2 * RIM, SIDE + 2 * RIM)
