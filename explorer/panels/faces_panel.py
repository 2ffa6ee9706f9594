"""The kept faces as a strip below the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from explorer.table.face_model import FaceModel
from explorer.table.face_strip import FaceStrip
from explorer.table.faces import Faces
from explorer.translation import tr
from explorer.widgets.layout import SPACING
from generator.project.face import Place

EMPTY = tr("Press K to keep the face on the screen; L shows the light table.")


class FacesPanel(QWidget):
    """A click marks a face and shows it; Ctrl and Shift mark several."""

    opened = Signal(object)  # id
    peeked = Signal(object)  # id; None: no longer
    marked = Signal(object)  # tuple of ids, the lead first

    def __init__(self, library: Faces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.faces = FaceModel(library, Place.TABLE, self)
        self.strip = FaceStrip(self.faces)
        self.strip.say_what_it_is(tr("Kept faces"))
        self.strip.chosen.connect(self.opened)
        self.strip.opened.connect(self.opened)
        self.strip.peeked.connect(self.peeked)
        self.strip.marked.connect(self.marked)
        self._empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.strip)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        column.addWidget(self._pages)
        self.faces.rearranged.connect(self._choose_page)
        self._choose_page()

    @Slot()
    def _choose_page(self) -> None:
        self._pages.setCurrentWidget(self.strip if self.faces.rowCount() else self._empty)
