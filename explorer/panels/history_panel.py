"""The history: every face that was on the screen, to look at again, to go back to, and to compare with another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from explorer.table.face_model import FaceModel
from explorer.table.face_strip import FaceStrip
from explorer.table.faces import Faces
from explorer.translation import tr
from explorer.widgets.layout import SPACING
from generator.project.face import Place

EMPTY = tr("Every face that was on the screen will be here, to go back to.")


class HistoryPanel(QWidget):
    """A strip, the newest face at its right end. A small fork marks a face that did not come from the one before it."""

    restore = Signal(object)  # id
    peeked = Signal(object)  # id; None: no longer
    wipe = Signal(object, object)  # ids of two faces, the earlier one first
    kept = Signal(object)  # tuple of ids to be put on the table

    def __init__(self, library: Faces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.faces = FaceModel(library, Place.HISTORY, self)
        self.strip = FaceStrip(self.faces)
        self.strip.cards.is_branch = self._is_branch
        self.strip.say_what_it_is(tr("History"))
        self.strip.chosen.connect(self.restore)
        self.strip.opened.connect(self.restore)
        self.strip.peeked.connect(self.peeked)
        self.strip.selectionModel().selectionChanged.connect(self._offer)
        self._lay_out()
        self.faces.rearranged.connect(self._offer)
        self._offer()
        self.strip.follow_end()

    def _lay_out(self) -> None:
        self.wipe_button = _button(tr("Wipe"), tr("Compare two marked faces with a divider (Ctrl+click marks)"))
        self.wipe_button.clicked.connect(self._ask_wipe)
        self.keep_button = _button(tr("Keep"), tr("Put the marked faces on the light table"))
        self.keep_button.clicked.connect(self._keep)
        buttons = QVBoxLayout()
        buttons.addWidget(self.wipe_button)
        buttons.addWidget(self.keep_button)
        buttons.addStretch(1)
        self._empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.strip)
        self._pages.addWidget(self._empty)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        row.addWidget(self._pages, 1)
        row.addLayout(buttons)

    def show_current(self, id: int) -> None:
        """Mark the face that is on the screen."""
        self.strip.mark((id,))

    def _is_branch(self, row: int) -> bool:
        parent = self.faces.face(row).parent
        return row > 0 and parent is not None and parent != self.faces.ids[row - 1]

    @Slot()
    def _offer(self) -> None:
        marked = len(self.strip.selectionModel().selectedIndexes())
        self.wipe_button.setEnabled(marked == 2)
        self.keep_button.setEnabled(marked > 0)
        self._pages.setCurrentWidget(self.strip if self.faces.rowCount() else self._empty)

    @Slot()
    def _ask_wipe(self) -> None:
        ids = sorted(self.strip.marked_ids)
        if len(ids) == 2:
            self.wipe.emit(*ids)

    @Slot()
    def _keep(self) -> None:
        self.kept.emit(self.strip.marked_ids)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        ids = self.strip.marked_ids
        if not ids:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Go back to this face"), lambda: self.restore.emit(ids[0])).setEnabled(len(ids) == 1)
        menu.addAction(tr("Wipe between these two"), self._ask_wipe).setEnabled(len(ids) == 2)
        menu.addAction(tr("Keep on the light table"), self._keep)
        self.faces.modelReset.connect(menu.close)  # another project: none of these faces is in it
        menu.popup(event.globalPos())


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleDescription(tip)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
