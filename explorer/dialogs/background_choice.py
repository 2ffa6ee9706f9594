"""What comes behind the person of an exported picture; a colour or a picture is asked for with a button beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QColorDialog, QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from explorer.dialogs.files import ask_background
from explorer.dialogs.picture_words import BACKGROUNDS
from explorer.settings import Settings
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import name
from generator.errors import ExportError
from generator.formats.picture_options import COLOUR, PICTURE, PictureOptions

_WHITE = "#ffffff"
_SWATCH = 14  # logical pixels on a side
_NAME, _TIP = 18, 60  # characters of a file's name that the button and its tooltip show


class BackgroundChoice(QWidget):
    """A kind of background, and which colour or picture where it needs one."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._colour, self._picture = settings, _WHITE, ""
        self.kind, self.choose = QComboBox(), QPushButton()
        self.kind.setAccessibleName(tr("Background"))
        self.kind.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for title, kind in BACKGROUNDS:
            self.kind.addItem(title, kind)
        self.choose.setAutoDefault(False)  # Return goes on with the dialog
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.kind, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.kind)
        self.kind.currentIndexChanged.connect(self._change)
        self.kind.activated.connect(self._ask_missing)
        self.choose.clicked.connect(self._ask)
        self._refresh()

    def cutout(self) -> str:
        """As `PictureOptions` has it. Raises `ExportError` while no picture is chosen."""
        kind: str = self.kind.currentData()
        if kind == PICTURE and not self._picture:
            raise ExportError(tr("Choose the picture that comes behind the person."))
        return {COLOUR: self._colour, PICTURE: self._picture}.get(kind, kind)

    def show_options(self, options: PictureOptions) -> None:
        """Choose the background of `options`."""
        kind = options.background
        if kind == COLOUR:
            self._colour = options.cutout
        elif kind == PICTURE:
            self._picture = options.cutout
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self._refresh()

    @Slot()
    def _change(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        """The button shows what is chosen."""
        kind = self.kind.currentData()
        self.choose.setVisible(kind in (COLOUR, PICTURE))
        if kind == COLOUR:
            self.choose.setText(self._colour)
            self.choose.setIcon(_swatch(self._colour))
            name(self.choose, tr("Colour of the background"), tr("Choose another colour"))
        else:
            file = Path(self._picture).name
            self.choose.setText(_shortened(file, _NAME).replace("&", "&&") or tr("Choose …"))
            self.choose.setIcon(QIcon())
            tip = plain.tip(_shortened(file, _TIP)) if file else tr("Choose a picture")
            name(self.choose, tr("Picture of the background"), tip)

    @Slot()
    def _ask_missing(self) -> None:
        if self.kind.currentData() == PICTURE and not self._picture:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask for the colour or the picture, without stopping the program meanwhile."""
        if self.kind.currentData() == PICTURE:
            return ask_background(self, self._settings, self._take_picture)
        dialog = QColorDialog(QColor(self._colour), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Colour of the background"))
        dialog.colorSelected.connect(self._take_colour)
        dialog.open()

    @Slot(QColor)
    def _take_colour(self, colour: QColor) -> None:
        self._colour = colour.name()
        self._change()

    def _take_picture(self, path: str) -> None:
        self._picture = path
        self._change()


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(_SWATCH, _SWATCH)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
