"""The presets of an export: chosen from a list, kept under a name, removed."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QPushButton, QSizePolicy, QWidget

from explorer.settings import Presets
from explorer.translation import tr

MAX_NAME = 60  # characters of a preset's name


class PresetBar(QWidget):
    """Shows which preset is chosen: none, as soon as anything differs from it."""

    chosen = Signal(object)  # the options of a preset

    def __init__(self, presets: Presets[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets = presets
        self._current: Any = None  # the options that the dialog shows; None = they are impossible
        self.list = QComboBox()
        self.list.setAccessibleName(tr("Preset"))
        self.list.setPlaceholderText(tr("Choose a preset"))
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.keep, self.remove = QPushButton(tr("&Keep as …")), QPushButton(tr("Remo&ve"))
        self.keep.setToolTip(tr("Keep these options as a preset"))
        self.remove.setToolTip(tr("Remove the chosen preset"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in self.stops:
            row.addWidget(widget, 1 if widget is self.list else 0)
        for button in (self.keep, self.remove):
            button.setAutoDefault(False)  # Return goes on with the dialog
        self.setFocusProxy(self.list)
        self._fill()
        self.list.activated.connect(self._choose)
        self.keep.clicked.connect(self._ask_name)
        self.remove.clicked.connect(self._remove)

    @property
    def stops(self) -> tuple[QComboBox, QPushButton, QPushButton]:
        """Where Tab stops, in order."""
        return self.list, self.keep, self.remove

    def show_current(self, options: Any) -> None:
        """Show the preset that `options` are, None = they are impossible; one that was chosen stays if it is one of
        several equal ones."""
        self._current = options
        presets = dict(self._presets)
        name = self.list.currentText()
        if presets.get(name) != self._current:
            name = next((name for name, preset in presets.items() if preset == self._current), "")
        self.list.setCurrentIndex(self.list.findText(name, Qt.MatchFlag.MatchExactly) if name else -1)
        self.keep.setEnabled(options is not None)
        self.remove.setEnabled(self.list.currentIndex() >= 0)

    def _fill(self) -> None:
        self.list.clear()
        self.list.addItems(list(self._presets))
        self.list.setCurrentIndex(-1)
        self.list.setEnabled(self.list.count() > 0)

    @Slot()
    def _choose(self) -> None:
        options = self._presets.get(self.list.currentText())
        if options is not None:
            self.chosen.emit(options)

    @Slot()
    def _ask_name(self) -> None:
        """Ask under which name to keep the options, without stopping the program meanwhile."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(tr("Keep preset"))
        dialog.setLabelText(tr("Name of the preset"))
        dialog.setTextValue(self.list.currentText())
        dialog.textValueSelected.connect(self._keep)
        dialog.open()

    @Slot(str)
    def _keep(self, text: str) -> None:
        name = text.strip()[:MAX_NAME]
        if name and self._current is not None:
            self._presets.keep(name, self._current)
            self._fill()
            self.list.setCurrentIndex(self.list.findText(name, Qt.MatchFlag.MatchExactly))
            self.show_current(self._current)

    @Slot()
    def _remove(self) -> None:
        self._presets.remove(self.list.currentText())
        self._fill()
        self.show_current(self._current)
