"""The well-known public models: their subject, size and terms, and how to download one."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from explorer.translation import tr
from explorer.widgets.layout import SPACING, dialog_column, go_on_button
from explorer.widgets.search_line import SearchLine
from generator.hub.catalogue import CatalogueEntry, catalogue
from generator.hub.model_store import is_there
from generator.progress import megabytes

COLUMNS = (tr("Subject"), tr("Resolution"), tr("Family"), tr("Size"), "", tr("Licence"))
HERE = "downloaded"
_SIZE = QSize(920, 560)  # logical pixels; fits a screen of 1366x768
_ENTRY = Qt.ItemDataRole.UserRole


class CatalogueDialog(QDialog):
    """A searchable list. A model that is not here yet can be downloaded once its terms, shown below, are accepted."""

    chosen = Signal(str)  # the URL of a model that is here, or whose terms the user has accepted

    def __init__(self, parent: QWidget | None = None, name: str = "") -> None:
        """`name` of the model selected at first; "" = the first one."""
        super().__init__(parent)
        self.setWindowTitle(tr("Model catalogue"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search, self.list = _search(), _list()
        self._items: list[QTreeWidgetItem] = []
        self.terms = QLabel()
        self.terms.setWordWrap(True)
        self.terms.setOpenExternalLinks(True)
        self.terms.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.accept_terms = QCheckBox(tr("I &accept these terms"))
        self._lay_out()
        self._connect()
        self._fill(name)

    @property
    def entry(self) -> CatalogueEntry | None:
        """The selected model."""
        item = self.list.currentItem()
        return None if item is None or item.isHidden() else item.data(0, _ENTRY)

    def _lay_out(self) -> None:
        column = dialog_column(self, SPACING)
        for widget in (self.search, self.list, self.terms, self.accept_terms):
            column.addWidget(widget, 1 if widget is self.list else 0)
        self.go_on = go_on_button(self, tr("Open"))
        self.resize(_SIZE)
        self.search.setFocus()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._show_terms)
        self.list.itemDoubleClicked.connect(self._try_to_accept)
        self.accept_terms.toggled.connect(self._judge)
        self.accepted.connect(self._emit_choice)

    def _fill(self, name: str) -> None:
        for entry in catalogue():
            item = QTreeWidgetItem(self.list, _row(entry))
            self._items.append(item)
            item.setData(0, _ENTRY, entry)
            item.setToolTip(0, f"{entry.name}\n{entry.address}")
            if entry.name == name or self.list.currentItem() is None:
                self.list.setCurrentItem(item)
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(len(COLUMNS) - 1, QHeaderView.ResizeMode.Stretch)

    @Slot(str)
    def _filter(self, text: str) -> None:
        """Show the matching models, and select the first if the selected one does not match."""
        for item in self._items:
            item.setHidden(not item.data(0, _ENTRY).matches(text))
        shown = [item for item in self._items if not item.isHidden()]
        if self.entry is None and shown:
            self.list.setCurrentItem(shown[0])
        self._judge()

    @Slot()
    def _show_terms(self) -> None:
        self.accept_terms.setChecked(False)  # the terms were accepted for another model
        if self.entry is not None:
            licence = self.entry.licence
            link = f'<a href="{escape(licence.address)}">{escape(licence.name)}</a>'
            self.terms.setText(f"{escape(self.entry.draws)}: {link}. {escape(licence.terms)}")
        self._judge()

    @Slot()
    def _judge(self) -> None:
        """Show what can be done with the selected model."""
        entry = self.entry
        here = entry is not None and is_there(entry.address)
        self.terms.setVisible(entry is not None)
        self.accept_terms.setVisible(entry is not None and not here)
        self.go_on.setText(tr("Open") if here or entry is None else tr("Download and open"))
        self.go_on.setEnabled(here or (entry is not None and self.accept_terms.isChecked()))

    @Slot()
    def _try_to_accept(self) -> None:
        if self.go_on.isEnabled():
            self.accept()

    @Slot()
    def _emit_choice(self) -> None:
        if self.entry is not None:
            self.chosen.emit(self.entry.address)


def _search() -> SearchLine:
    search = SearchLine()
    search.setPlaceholderText(tr("Search: faces, cats, 256, StyleGAN3 …"))
    search.setAccessibleName(tr("Search the catalogue"))
    return search


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setAccessibleName(tr("Models"))
    made.setHeaderLabels(COLUMNS)
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    return made


def _row(entry: CatalogueEntry) -> list[str]:
    size = tr("unknown") if entry.bytes is None else megabytes(entry.bytes)
    here = HERE if is_there(entry.address) else ""
    return [
        entry.draws,
        tr("{resolution} px", resolution=entry.resolution),
        entry.family,
        size,
        here,
        entry.licence.name,
    ]
