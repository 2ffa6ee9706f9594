"""Many faces at once, to choose one from: each is the current recipe with another seed."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from explorer.document.random_seed import random_seed
from explorer.messages import FaceDrawn
from explorer.view.qimage import to_image

COLUMNS, ROWS = 6, 4
SIDE = 112  # logical pixels of a face


class Gallery(QDialog):
    """Stays open while faces are tried; what is worked on beside it goes on."""

    wanted = Signal(object)  # tuple of seeds, whose faces are to be drawn
    chosen = Signal(object)  # seed; Signal(int) ends at 2**31-1

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Choose a face")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tiles = [self._tile(place) for place in range(COLUMNS * ROWS)]
        self.seeds: tuple[int, ...] = ()
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, tile in enumerate(self.tiles):
            grid.addWidget(tile, *divmod(place, COLUMNS))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.more = buttons.addButton("Show others", QDialogButtonBox.ButtonRole.ActionRole)
        self.more.clicked.connect(self.roll)
        buttons.rejected.connect(self.reject)
        for button in buttons.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter means the face that has the focus
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(buttons)

    @Slot()
    def roll(self) -> None:
        """Ask for the faces of other seeds."""
        self.seeds = tuple(random_seed() for _ in self.tiles)
        for tile in self.tiles:
            tile.setIcon(QIcon())
            tile.setEnabled(False)
        self.wanted.emit(self.seeds)

    @Slot(object)
    def show_face(self, face: FaceDrawn) -> None:
        """Put a face into its place, if it still has one."""
        if face.seed not in self.seeds:
            return
        tile = self.tiles[self.seeds.index(face.seed)]
        size = QSize(SIDE, SIDE) * self.devicePixelRatioF()
        mode = Qt.TransformationMode.SmoothTransformation
        image = to_image(face.pixels).scaled(size, Qt.AspectRatioMode.KeepAspectRatio, mode)
        tile.setIcon(QIcon(QPixmap.fromImage(image)))
        tile.setToolTip(f"Seed {face.seed}")
        tile.setAccessibleName(f"Seed {face.seed}")
        tile.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(tile, QToolButton):
            tile.click()
        else:
            super().keyPressEvent(event)

    def _tile(self, place: int) -> QToolButton:
        tile = QToolButton()
        tile.setObjectName("tile")
        tile.setIconSize(QSize(SIDE, SIDE))
        tile.setFixedSize(SIDE + 8, SIDE + 8)
        tile.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        tile.clicked.connect(partial(self._choose, place))
        return tile

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.seeds[place])
