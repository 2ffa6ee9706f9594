"""What can be changed about a direction: its words, group, colour, note, layers, and whether it is locked or hidden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from explorer.studio.layer_cells import LayerCells
from explorer.studio.words import LONGEST, name_words
from explorer.translation import tr
from explorer.widgets.layout import SPACING, beside, name, sentence
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers

MAX_NOTE = 2000  # characters
COLOURS = (
    ("", tr("No colour")),
    ("#e06c75", tr("Red")),
    ("#e5a05c", tr("Orange")),
    ("#e5d66c", tr("Yellow")),
    ("#8fc974", tr("Green")),
    ("#5cc4c0", tr("Turquoise")),
    ("#6d9df2", tr("Blue")),
    ("#b58be0", tr("Violet")),
)
_SWATCH = 16  # logical pixels


class EntryForm(QWidget):
    """Shows one direction and tells how it is to be after each change."""

    changed = Signal(str, object)  # what undo calls it, NamedDirection

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: NamedDirection | None = None
        self._num_ws = 1
        self.title, self.low, self.high = QLineEdit(), QLineEdit(), QLineEdit()
        self.group, self.note, self.layers = QComboBox(), _Note(), LayerCells()
        self.group.setEditable(True)
        entry = self.group.lineEdit()
        assert entry is not None  # an editable box has one
        self.group_entry = entry
        self.colours = [_swatch(*colour) for colour in COLOURS]
        self.locked, self.hidden = QCheckBox(tr("Loc&ked: must not change")), QCheckBox(tr("&Hidden: no slider"))
        self.about = sentence(look="quietText")
        self._name_controls()
        self._lay_out()
        self._connect()

    def show_entry(self, entry: NamedDirection, num_ws: int, effects: Sequence[float], groups: Sequence[str]) -> None:
        """Show `entry`. effects: what it changes on each layer; () = not known yet. groups: those that there are.

        What is being typed stays, unless it was about another direction.
        """
        another = self._entry is None or self._entry.name != entry.name
        self._entry, self._num_ws = entry, num_ws
        for field, text in ((self.title, entry.title), (self.low, entry.low), (self.high, entry.high)):
            if another or not (field.hasFocus() and field.isModified()):
                field.setText(printable(text))
        if another or not (self.group_entry.hasFocus() and self.group_entry.isModified()):
            self._show_groups(entry.group, groups)
        for (colour, _), swatch in zip(COLOURS, self.colours, strict=True):
            swatch.setChecked(colour == entry.colour)
        if another or not self.note.hasFocus():
            self.note.setPlainText(printable(entry.note, kept="\n"))
        for tick, state in ((self.locked, entry.locked), (self.hidden, entry.hidden)):
            with QSignalBlocker(tick):
                tick.setChecked(state)
        self.layers.show_layers(entry.direction.layers, num_ws, effects)
        self.about.setText(printable(entry.description))

    def forget(self) -> None:
        """What is being typed is dropped with the direction it is about: its model is no longer open."""
        self._entry = None

    def _show_groups(self, group: str, groups: Sequence[str]) -> None:
        with QSignalBlocker(self.group):
            self.group.clear()
            self.group.addItems([printable(other) for other in groups])
            self.group.setCurrentText(printable(group))

    def _name_controls(self) -> None:
        name_words(self.title, self.low, self.high)
        name(self.group_entry, tr("Group"), "")
        self.group_entry.setMaxLength(LONGEST)
        self.group_entry.setPlaceholderText(tr("none"))
        name(self.group, tr("Group"), tr("Directions of one group stand together under its name"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(54)
        name(self.note, tr("Note"), tr("Your own words; the tooltip of the slider shows them"))
        self.locked.setToolTip(tr("The others of your own are solved again, to leave this one as it is"))
        self.hidden.setToolTip(tr("It stays here and in recipes, without a slider of its own"))

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setSpacing(SPACING)
        form.addRow(tr("&Name"), self.title)
        form.addRow(tr("&Ends"), beside(self.low, QLabel("↔"), self.high))
        form.addRow(tr("&Group"), self.group)
        form.addRow(tr("Colour"), beside(*self.colours, stretch=False))
        form.addRow(tr("N&ote"), self.note)
        form.addRow(tr("La&yers"), self.layers)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(form)
        for widget in (self.locked, self.hidden, self.about):
            layout.addWidget(widget)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.title.editingFinished.connect(self._rename)
        self.low.editingFinished.connect(self._caption)
        self.high.editingFinished.connect(self._caption)
        self.group_entry.editingFinished.connect(self._regroup)
        self.group.activated.connect(self._regroup)
        self.note.edited.connect(self._annotate)
        self.layers.changed.connect(self._relayer)
        self.locked.toggled.connect(self._lock)
        self.hidden.toggled.connect(self._hide)
        for (colour, _), swatch in zip(COLOURS, self.colours, strict=True):
            swatch.clicked.connect(self._painter(colour))

    def _tell(self, what: str, **fields: Any) -> None:
        """Tell that some fields of the direction are to be others."""
        if self._entry is not None:
            after = replace(self._entry, **fields)
            if after != self._entry:
                self.changed.emit(what, after)

    @Slot()
    def _rename(self) -> None:
        text, edited = self.title.text().strip(), self.title.isModified()
        self.title.setModified(False)
        if text and edited:
            self._tell(tr("Rename direction"), title=text)
        elif edited and self._entry is not None:
            self.title.setText(printable(self._entry.title))

    @Slot()
    def _caption(self) -> None:
        if self.low.isModified() or self.high.isModified():
            self.low.setModified(False)
            self.high.setModified(False)
            self._tell(tr("Name the ends"), low=self.low.text().strip(), high=self.high.text().strip())

    @Slot()
    def _regroup(self) -> None:
        group = self.group.currentText().strip()
        self.group_entry.setModified(False)
        if self._entry is not None and group != printable(self._entry.group):
            self._tell(tr("Group direction"), group=group)

    @Slot()
    def _annotate(self) -> None:
        if self.note.document().isModified():
            self.note.document().setModified(False)
            self._tell(tr("Note"), note=self.note.toPlainText().strip()[:MAX_NOTE])

    @Slot(object)
    def _relayer(self, layers: Layers) -> None:
        if self._entry is not None:
            self._tell(tr("Change layers"), direction=replace(self._entry.direction, layers=layers))

    @Slot(bool)
    def _lock(self, locked: bool) -> None:
        self._tell(tr("Lock direction") if locked else tr("Unlock direction"), locked=locked)

    @Slot(bool)
    def _hide(self, hidden: bool) -> None:
        self._tell(tr("Hide direction") if hidden else tr("Show direction"), hidden=hidden)

    def _painter(self, colour: str) -> Callable[[], None]:
        return lambda: self._tell(tr("Colour direction"), colour=colour)


class _Note(QPlainTextEdit):
    """Tells when the user has left it."""

    edited = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.edited.emit()


def _swatch(colour: str, title: str) -> QToolButton:
    made = QToolButton()
    made.setCheckable(True)
    made.setAutoExclusive(True)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    made.setObjectName("swatch")
    made.setIcon(_icon(colour))
    name(made, title, title)
    return made


def _icon(colour: str) -> QIcon:
    picture = QPixmap(_SWATCH, _SWATCH)
    picture.fill(QColor(colour or "#00000000"))
    if not colour:
        painter = QPainter(picture)
        painter.setPen(QColor("#abb1bb"))
        painter.drawRect(0, 0, _SWATCH - 1, _SWATCH - 1)
        painter.drawLine(1, _SWATCH - 2, _SWATCH - 2, 1)
        painter.end()
    return QIcon(picture)
