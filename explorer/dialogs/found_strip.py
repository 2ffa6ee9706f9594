"""The faces of those who have been found so far, in a line."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QWidget

from explorer.messages import Pixels
from explorer.translation import tr
from explorer.view.qimage import to_image
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import name

SIDE = 56  # logical pixels of a face
_ROOM = 20  # around it, with the scroll bar


class FoundStrip(QListWidget):
    """Hidden while there is nobody."""

    def __init__(self, parent: QWidget | None = None, side: int = SIDE) -> None:
        super().__init__(parent)
        self._side = side
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(side, side))
        self.setSpacing(2)
        self.setFixedHeight(side + _ROOM)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self, tr("Who was found"), "")
        self.hide()

    def add(self, pixels: Pixels, told: str) -> None:
        """One more face, uint8 `[H, W, 3]`, with what is told of it."""
        size = QSize(self._side, self._side) * self.devicePixelRatioF()
        mode = Qt.TransformationMode.SmoothTransformation
        image = to_image(pixels).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
        item = QListWidgetItem(QIcon(QPixmap.fromImage(image)), "")
        item.setToolTip(plain.tip(told))
        item.setData(Qt.ItemDataRole.AccessibleTextRole, told)
        self.addItem(item)
        self.scrollToItem(item)
        self.show()

    def clear(self) -> None:
        super().clear()
        self.hide()
