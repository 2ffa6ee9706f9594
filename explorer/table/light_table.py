"""The light table: all kept faces in a grid, with a bar to sort, filter and size them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QStackedWidget, QVBoxLayout, QWidget

from explorer.table.face_delegate import LARGEST, SMALLEST
from explorer.table.face_grid import FaceGrid
from explorer.table.face_menu import give_menu
from explorer.table.face_model import FaceModel
from explorer.table.face_order import Filter, Rejected, Sort
from explorer.table.faces import Faces
from explorer.translation import tr
from explorer.widgets.search_line import SearchLine
from generator.printable import printable
from generator.project.face import MAX_STARS, Face, Place

_SORTS = (
    (Sort.ORDER, tr("My order")),
    (Sort.NAME, tr("Name")),
    (Sort.STARS, tr("Stars")),
    (Sort.TIME, tr("Newest first")),
    (Sort.MODEL, tr("Model")),
    (Sort.TAGS, tr("Tags")),
    (Sort.UNUSUAL, tr("Unusual first")),
)
_SHOWN = (
    ((Rejected.SHOWN, False), tr("All")),
    ((Rejected.HIDDEN, False), tr("Not rejected")),
    ((Rejected.ALONE, False), tr("Rejected")),
    ((Rejected.SHOWN, True), tr("Deleted")),
)
EMPTY = tr(
    "No faces yet. Press K to keep the face on the screen, or Ctrl+G to choose from many; "
    "kept faces can be compared, edited and exported together."
)
NONE_FOUND = tr("No face fits the filter.")


class LightTable(QWidget):
    """The big view of many faces. What is done to them is asked for by the signals of `grid`."""

    def __init__(self, library: Faces, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._names: Callable[[str], str] = lambda hash: ""
        self._tags: set[str] = set()  # that faces of the table have had since the project was opened
        self._models: set[str] = set()
        self.faces = FaceModel(library, Place.TABLE, self)
        self.grid = FaceGrid(self.faces)
        give_menu(self.grid)
        self._make_bar()
        self._empty = QLabel(EMPTY, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty.setObjectName("emptyTable")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.grid)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._pages, 1)
        self.setFocusProxy(self.grid)
        self._connect()
        self._start_again()
        self._count()

    def _make_bar(self) -> None:
        self._bar = QWidget()
        self._bar.setObjectName("tableBar")
        row = QHBoxLayout(self._bar)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        self.order = _combo(tr("Order of the faces"), _SORTS)
        at_least = [(count, "★" * count) for count in range(1, MAX_STARS + 1)]
        self.stars = _combo(tr("At least so many stars"), [(0, tr("Any stars")), *at_least])
        self.tag = _combo(tr("Tag"), [("", tr("Any tag"))])
        self.model = _combo(tr("Model"), [("", tr("Any model"))])
        self.shown = _combo(tr("Rejected and deleted faces"), _SHOWN)
        self.search = SearchLine()
        self.search.setPlaceholderText(tr("Search"))
        self.search.setToolTip(tr("Search names, tags and notes"))
        self.search.setAccessibleName(tr("Search faces"))
        self.zoom = QSlider(Qt.Orientation.Horizontal)
        self.zoom.setRange(SMALLEST, LARGEST)
        self.zoom.setPageStep(32)
        self.zoom.setFixedWidth(72)
        self.zoom.setValue(self.grid.cards.side)
        self.zoom.setToolTip(tr("Size of the pictures (Ctrl+wheel)"))
        self.zoom.setAccessibleName(tr("Size of the pictures"))
        self.count = QLabel(textFormat=Qt.TextFormat.PlainText)
        for widget in (self.order, self.stars, self.tag, self.model, self.shown):
            row.addWidget(widget)
        row.addWidget(self.search, 1)
        row.addWidget(self.count)
        row.addWidget(self.zoom)

    def _connect(self) -> None:
        for box in (self.order, self.stars, self.tag, self.model, self.shown):
            box.currentIndexChanged.connect(self._show)
        self.search.textChanged.connect(self._show)
        self.search.returnPressed.connect(self.grid.setFocus)
        self.zoom.valueChanged.connect(self.grid.set_side)
        self.grid.side_changed.connect(self.zoom.setValue)
        self.faces.rearranged.connect(self._count)
        self.grid.selectionModel().selectionChanged.connect(self._count)
        self._library.reset.connect(self._start_again)
        self._library.added.connect(self._learn)
        self._library.changed.connect(self._learn_again)

    # what is shown --------------------------------------------------------------------------------------------

    def set_model(self, hash: str, names: Callable[[str], str]) -> None:
        """Another model is open. names: the name of a model by its hash, "" if it is not known."""
        self._names = names
        self.grid.cards.set_model(hash, names)
        self.grid.viewport().update()
        self._offer_tags_and_models()

    def show_tag(self, tag: str) -> None:
        """Show the faces with a tag alone, in the user's order."""
        if self.tag.findData(tag) < 0:
            self._tags.add(tag)
            self._offer_tags_and_models()
        for box in (self.order, self.stars, self.model, self.shown):
            box.setCurrentIndex(0)
        self.tag.setCurrentIndex(self.tag.findData(tag))
        self.search.clear()

    def set_writable(self, writable: bool) -> None:
        """Whether faces may be changed: not in a project that is only read."""
        self.grid.may_write = writable

    @Slot()
    def _show(self) -> None:
        rejected, deleted = self.shown.currentData()
        chosen = self.stars.currentData(), self.tag.currentData(), self.model.currentData()
        sort = self.order.currentData()
        self.grid.arranged_by_user = sort is Sort.ORDER and not deleted
        self.faces.show(sort, Filter(*chosen, rejected, deleted, self.search.text()))

    @Slot()
    def _count(self) -> None:
        marked, shown = len(self.grid.selectionModel().selectedIndexes()), self.faces.rowCount()
        if marked:
            text = tr("{marked:,} of {shown:,} marked", marked=marked, shown=shown)
        else:
            text = tr("1 face") if shown == 1 else tr("{shown:,} faces", shown=shown)
        self.count.setText(text)
        self._empty.setText(NONE_FOUND if self.faces.filter != Filter() else EMPTY)
        self._pages.setCurrentWidget(self.grid if shown else self._empty)

    @Slot()
    def _start_again(self) -> None:
        """Another project."""
        self._tags, self._models = set(), set()
        self._learn(self._library.faces(Place.TABLE))
        self._offer_tags_and_models()

    @Slot(object)
    def _learn(self, faces: tuple[Face, ...]) -> None:
        """Offer the tags and models of these faces as well: looking at all faces at every change would take long."""
        kept = [face for face in faces if face.place is Place.TABLE]
        tags = {tag for face in kept for tag in face.tags} - self._tags
        models = {face.model for face in kept} - self._models
        if tags or models:
            self._tags |= tags
            self._models |= models
            self._offer_tags_and_models()

    @Slot(object)
    def _learn_again(self, ids: tuple[int, ...]) -> None:
        self._learn(tuple(map(self._library.face, ids)))

    def _offer_tags_and_models(self) -> None:
        """Offer the tags and models that faces have had; a choice stays."""
        tags = sorted(self._tags, key=str.casefold)
        _offer(self.tag, tr("Any tag"), [(tag, printable(tag)) for tag in tags])
        hashes = sorted(self._models - {""})
        _offer(self.model, tr("Any model"), [(hash, self._names(hash) or hash[:8]) for hash in hashes])
        self.tag.setVisible(bool(tags))
        self.model.setVisible(len(hashes) > 1 or bool(self.model.currentData()))


def _combo(name: str, entries: Iterable[tuple[Any, str]]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for value, text in entries:
        box.addItem(text, value)
    return box


def _offer(box: QComboBox, first: str, entries: list[tuple[str, str]]) -> None:
    """Replace the entries of `box` if they are others; what is chosen stays, even where no face has it now."""
    chosen, text = box.currentData(), box.currentText()
    if chosen and chosen not in dict(entries):
        entries = [*entries, (chosen, text)]
    wanted = [("", first), *entries]
    if [(box.itemData(row), box.itemText(row)) for row in range(box.count())] == wanted:
        return
    box.blockSignals(True)
    box.clear()
    for value, name in wanted:
        box.addItem(name, value)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)
