"""Which parts of a face's edits to take: for copying them, or for a look, which also gets a name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QLineEdit, QWidget

from explorer.translation import tr
from explorer.widgets.layout import SPACING, dialog_column, go_on_button, sentence
from generator.project.look import MAX_NAME, Part

TITLES = {
    Part.DIRECTIONS: tr("&Directions and their amounts"),
    Part.MIX: tr("Style &mixing, with its second face"),
    Part.TRUNCATION: tr("&Truncation"),
    Part.NOISE: tr("&Noise"),
}


class PartsDialog(QDialog):
    """A tick for every part. The dialog of a look also asks for its name."""

    chosen = Signal(str, object)  # name, "" where none is asked for; frozenset[Part], at least one

    def __init__(self, title: str, go_on: str, ticked: Iterable[Part], parent: QWidget | None = None) -> None:
        """go_on: the text of the button that accepts."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._taken: frozenset[str] = frozenset()
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(tr("Name of the look"))
        self.ticks = {part: QCheckBox(text) for part, text in TITLES.items()}
        for part, tick in self.ticks.items():
            tick.setChecked(part in set(ticked))
        self.verdict = sentence()
        self._named = QWidget()
        self._lay_out(go_on)
        self._named.hide()
        for tick in self.ticks.values():
            tick.toggled.connect(self._judge)
        self.name.textChanged.connect(self._judge)
        self.accepted.connect(self._emit_choice)
        self._judge()

    def ask_name(self, suggested: str, taken: Iterable[str]) -> None:
        """Ask for a name as well; the looks of the names in `taken` exist already."""
        self._taken = frozenset(taken)
        self._named.show()
        self.name.setText(suggested)
        self.name.selectAll()
        self.name.setFocus()

    def _lay_out(self, go_on: str) -> None:
        form = QFormLayout(self._named)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow(tr("&Name"), self.name)
        column = dialog_column(self, SPACING)
        column.addWidget(self._named)
        for tick in self.ticks.values():
            column.addWidget(tick)
        column.addWidget(self.verdict)
        self.go_on = go_on_button(self, go_on)
        self.setMinimumWidth(340)

    @property
    def parts(self) -> frozenset[Part]:
        """The ticked parts."""
        return frozenset(part for part, tick in self.ticks.items() if tick.isChecked())

    @property
    def _name(self) -> str:
        return self.name.text().strip()

    @Slot()
    def _judge(self) -> None:
        """Say what prevents going on, or what it replaces."""
        verdict = "" if self.parts else tr("Tick at least one part.")
        if self._name in self._taken:
            verdict = verdict or tr("The look of this name will be replaced.")
        self.verdict.setText(verdict)
        self.go_on.setEnabled(bool(self.parts) and (self._named.isHidden() or bool(self._name)))

    @Slot()
    def _emit_choice(self) -> None:
        self.chosen.emit(self._name, self.parts)
