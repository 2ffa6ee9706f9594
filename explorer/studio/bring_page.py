"""Bringing a direction from a file: what was found there, and which of it to fit to the open model."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from explorer.messages import DirectionsFound, FoundDirection
from explorer.studio.layers_entry import LayersEntry
from explorer.studio.wishes import FoundWish
from explorer.studio.words import LONGEST
from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.layout import SPACING, column, name, row, sentence
from generator.printable import printable

HOW = tr(
    "Open a file with directions, or drop it here: arrays of NumPy and PyTorch, GANSpace, SeFa and InterFaceGAN "
    "files, tables of edits, and libraries of Outis."
)


class BringPage(QWidget):
    """A file with one direction is fitted at once; of several, the user chooses."""

    open_asked = Signal()
    components_asked = Signal(str)  # path of the table of edits whose components the user wants to give
    wished = Signal(object)  # FoundWish

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found: DirectionsFound | None = None
        self.open = QPushButton(tr("&Open a file …"))
        self.file, self.sentence = QLabel(), sentence()
        self.components, self.beside = QPushButton(tr("&Components …")), ElidedLabel()
        self.list = QListWidget()
        self.name, self.layers = QLineEdit(), LayersEntry()
        self.turned = QCheckBox(tr("Turn it &round: less becomes more"))
        self.show_it = QPushButton(tr("&Show what it does"))
        self._choices = self._make_choices()
        self._lay_out()
        self._name_controls()
        self._connect()
        self.clear()

    def show_found(self, found: DirectionsFound) -> None:
        """List what is in a file, and ask for the direction if there is only one."""
        self.found = found
        self.file.setText(printable(Path(found.path).name))
        self.sentence.setText(printable(found.sentence))
        self._show_components(found.components)
        self.list.clear()
        for direction in found.directions:
            item = QListWidgetItem(printable(direction.name))
            item.setToolTip(printable(direction.name))
            self.list.addItem(item)
        self.list.setVisible(len(found.directions) > 1)
        self._choices.setVisible(bool(found.directions))
        self.list.setCurrentRow(0)
        if len(found.directions) == 1:
            self._wish()
        else:
            (self.list if found.directions else self.components).setFocus()

    def clear(self) -> None:
        """Nothing has been opened."""
        self.found = None
        for label in (self.file, self.sentence):
            label.setText("")
        self._show_components(None)
        self.list.hide()
        self._choices.hide()

    @property
    def chosen(self) -> FoundDirection | None:
        """The direction chosen from the file."""
        place = self.list.currentRow()
        return self.found.directions[place] if self.found is not None and place >= 0 else None

    def _show_components(self, path: str | None) -> None:
        """The file of components that a table of edits was read with; "" = it is missing, None = it is no table."""
        self.components.setVisible(path is not None)
        self.beside.setVisible(bool(path))
        self.beside.setText(printable(Path(path).name) if path else "")

    def _make_choices(self) -> QWidget:
        choices = QWidget()
        form = QFormLayout()
        form.setSpacing(SPACING)
        form.addRow(tr("&Name"), self.name)
        form.addRow(tr("La&yers"), self.layers)
        form.addRow("", self.turned)
        layout = QVBoxLayout(choices)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(form)
        layout.addLayout(row(self.show_it))
        return choices

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(sentence(HOW, "quietText"))
        layout.addLayout(row(self.open, self.file, stretch=1))
        layout.addWidget(self.sentence)
        layout.addLayout(row(self.components, self.beside, stretch=1))
        layout.addWidget(self.list, 1)
        layout.addWidget(self._choices)
        layout.addStretch(0)

    def _name_controls(self) -> None:
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.name.setMaxLength(LONGEST)
        name(self.name, tr("Name of the direction"), tr("What its slider is called"))
        self.list.setObjectName("choices")
        name(self.list, tr("Directions in the file"), tr("Enter shows what the direction does"))
        self.turned.setToolTip(tr("The file's positive end becomes the slider's left one"))
        self.open.setToolTip(tr("Open a file with directions; nothing in it is executed"))
        self.show_it.setToolTip(tr("Fit it to this model and render four faces along it"))
        self.components.setToolTip(tr("Open the file of the components that the table edits"))
        for button in (self.open, self.components, self.show_it):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self.open.clicked.connect(self.open_asked)
        self.components.clicked.connect(self._ask_components)
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemActivated.connect(self._wish)
        self.name.returnPressed.connect(self._wish)
        self.show_it.clicked.connect(self._wish)

    @Slot()
    def _ask_components(self) -> None:
        if self.found is not None:
            self.components_asked.emit(self.found.path)

    @Slot(int)
    def _choose(self, _: int) -> None:
        chosen = self.chosen
        if chosen is None or self.found is None:
            return
        self.name.setText(printable(chosen.name)[:LONGEST])
        self.layers.show_layers(chosen.layers)
        if len(self.found.directions) > 1:
            self.sentence.setText(printable(f"{self.found.sentence}\n{chosen.sentence}", kept="\n"))

    @Slot()
    def _wish(self) -> None:
        chosen = self.chosen
        if chosen is None or self.found is None:
            return
        layers = None if self.layers.layers == chosen.layers else self.layers.layers
        sign = -1 if self.turned.isChecked() else 1
        typed = self.name.text().strip()
        called = "" if typed == printable(chosen.name)[:LONGEST] else typed
        beside = self.found.components or ""
        self.wished.emit(FoundWish(self.found.path, self.list.currentRow(), called, layers, sign, beside))
