"""The options of exported pictures that few need: enlarging, background, crop, depth of colour, resolution."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from explorer.dialogs.background_choice import BackgroundChoice
from explorer.dialogs.picture_words import BITS, CROPS, ENLARGE
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets.layout import SPACING, name
from explorer.widgets.theme import pad_spin_boxes
from generator.formats.picture_options import MAX_DPI, PictureOptions


class PictureForm(QWidget):
    """One row for each option."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enlarge, self.crop, self.bits = _choice(ENLARGE), _choice(CROPS), _choice(BITS)
        self.background, self.dpi = BackgroundChoice(settings), QSpinBox()
        self.no_network = QLabel()
        self.no_network.setObjectName("quietText")
        self.no_network.setWordWrap(True)
        self.no_network.hide()
        self.dpi.setRange(0, MAX_DPI)
        self.dpi.setSpecialValueText(tr("Not stated"))
        self.dpi.setSingleStep(50)
        self._name_fields()
        self.rows = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(SPACING)
        form.addRow(tr("&Enlarge"), self.enlarge)
        form.addRow(self.no_network)
        form.addRow(tr("&Background"), self.background)
        form.addRow(tr("Crop &to"), self.crop)
        form.addRow(tr("Colo&ur depth"), self.bits)
        form.addRow(tr("&Dots per inch"), self.dpi)
        pad_spin_boxes(self)
        for box in (self.enlarge, self.crop, self.bits):
            box.currentIndexChanged.connect(self.changed)
        self.background.changed.connect(self.changed)
        self.dpi.valueChanged.connect(self._hear_dpi)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self.enlarge, self.background.kind, self.background.choose, self.crop, self.bits, self.dpi

    def values(self) -> dict[str, Any]:
        """The fields of `PictureOptions` that are chosen here. Raises `ExportError` where one is missing."""
        return {
            "enlarge": self.enlarge.currentData(),
            "cutout": self.background.cutout(),
            "crop": self.crop.currentData(),
            "bits": self.bits.currentData(),
            "dpi": self.dpi.value() or None,
        }

    def show_options(self, options: PictureOptions) -> None:
        """Choose what `options` say."""
        for box, value in ((self.enlarge, options.enlarge), (self.crop, options.crop), (self.bits, options.bits)):
            box.setCurrentIndex(box.findData(value))
        self.background.show_options(options)
        self.dpi.setValue(options.dpi or 0)

    @Slot(str)
    def show_no_network(self, sentence: str) -> None:
        """Why pictures are enlarged by resampling alone; "" where that is not so."""
        self.no_network.setText(sentence)
        self.no_network.setVisible(bool(sentence))

    def _name_fields(self) -> None:
        name(self.enlarge, tr("Enlarge"), tr("Add detail by a network; takes up to a minute for one face"))
        name(self.crop, tr("Crop"), tr("Avatar and passport follow the face, with level eyes"))
        name(self.bits, tr("Colour depth"), tr("16 bits, of PNG and TIFF, leave room for later editing"))
        name(self.dpi, tr("Dots per inch"), tr("How large it is printed; a passport picture is made to measure"))

    @Slot()
    def _hear_dpi(self) -> None:
        self.changed.emit()


def _choice(entries: tuple[tuple[str, Any], ...]) -> QComboBox:
    box = QComboBox()
    for title, value in entries:
        box.addItem(title, value)
    return box
