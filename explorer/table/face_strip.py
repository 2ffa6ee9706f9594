"""A line of small faces for a dock: as large as the dock is high."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from explorer.table.face_list import GAP, FaceList
from explorer.table.face_model import FaceModel

_SIDES = 40, 192  # logical pixels of a picture, at least and at most
_BAR = 12  # logical pixels of the scroll bar


class FaceStrip(FaceList):
    """Faces from left to right. A click without Ctrl or Shift chooses one."""

    chosen = Signal(object)  # id

    def __init__(self, model: FaceModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent, captioned=False)
        self._pressed = QModelIndex()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumSize(80, _SIDES[0] + 2 * GAP + _BAR)

    def sizeHint(self) -> QSize:
        return QSize(240, 120)

    def follow_end(self) -> None:
        """Keep the last face in sight as others come, unless the pointer is over the strip."""
        self.faces.rowsInserted.connect(self._show_end)
        self.faces.modelReset.connect(self._show_end)
        self._show_end()

    def _show_end(self, *_: object) -> None:
        if self._hovered is None:
            self.scrollTo(self.faces.index(self.faces.rowCount() - 1))

    def in_line(self) -> int:
        return max(1, self.faces.rowCount())  # all are in one

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pictures fill the height."""
        side = min(max(event.size().height() - 2 * GAP, _SIDES[0]), _SIDES[1])
        if side != self.cards.side:
            self.cards.side = side
            self.setGridSize(self.cards.card + QSize(GAP, 0))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        plain = event.button() is Qt.MouseButton.LeftButton and not event.modifiers()
        self._pressed = self.indexAt(event.position().toPoint()) if plain else QModelIndex()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index, pressed = self.indexAt(event.position().toPoint()), self._pressed
        self._pressed = QModelIndex()
        if pressed.isValid() and index == pressed:
            self.chosen.emit(self.faces.ids[index.row()])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel turns up and down, the strip goes left and right."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turn * self.cards.side // 120)  # one face a notch
        event.accept()
