"""The options of a contact sheet; its path is asked next."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from explorer.document.argument_types import NotationError, parse_seeds
from explorer.document.random_seed import random_seed
from explorer.translation import tr
from explorer.widgets.layout import dialog_column, go_on_button, sentence
from explorer.widgets.theme import pad_spin_boxes
from generator.errors import ExportError
from generator.formats.sheet_grid import MAX_FACES, MOST, Grid

_FEW = 24  # faces chosen by the dice
_LONGEST = 13 * MAX_FACES  # characters: a longer list has more seeds than fit, and is refused


@dataclass(frozen=True)
class SheetOptions:
    """The options that the user chose."""

    seeds: tuple[int, ...]
    columns: int
    with_faces: bool  # also save each face as a separate file


class ContactSheetDialog(QDialog):
    """Asks for seeds (written as on the command line), columns, and whether each face is saved as well."""

    chosen = Signal(object)  # SheetOptions

    def __init__(self, parent: QWidget | None = None, any_class: bool = False) -> None:
        """any_class: each face is of a class of its own."""
        super().__init__(parent)
        self.setWindowTitle(tr("Contact sheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.seeds = QLineEdit("1-24")
        self.seeds.setMaxLength(_LONGEST)
        self.seeds.setAccessibleName(tr("Seeds"))
        self.seeds.setToolTip(tr("Seeds and ranges of seeds, as in 1,5-9"))
        self.dice = QPushButton(tr("Random"))
        self.dice.setAutoDefault(False)
        self.columns = QSpinBox()
        self.columns.setRange(1, MOST)
        self.columns.setValue(6)
        self.with_faces = QCheckBox(tr("Save each face as well, into a new folder beside the sheet"))
        self.applied, self.verdict = sentence(_applied(any_class)), sentence()
        self._lay_out()
        self.seeds.textChanged.connect(self._judge)
        self.columns.valueChanged.connect(self._judge)
        self.dice.clicked.connect(self._roll)
        self.accepted.connect(self._emit_choice)
        self._judge()

    def _lay_out(self) -> None:
        seeds = QHBoxLayout()
        seeds.setSpacing(8)
        seeds.addWidget(self.seeds, 1)
        seeds.addWidget(self.dice)
        form = QFormLayout()
        form.setSpacing(8)
        caption = QLabel(tr("&Seeds"))
        caption.setBuddy(self.seeds)
        form.addRow(caption, seeds)
        form.addRow(tr("&Columns"), self.columns)
        column = dialog_column(self)
        column.addLayout(form)
        column.addWidget(self.with_faces)
        column.addWidget(self.applied)
        column.addWidget(self.verdict)
        self.go_on = go_on_button(self, tr("Choose file …"))
        self.setMinimumWidth(400)
        pad_spin_boxes(self)

    def _judge(self) -> None:
        """Show what will be made, or why it cannot be."""
        try:
            count = len(self._parsed())
            rows = Grid.of(count, self.columns.value()).rows
            text = tr("Faces: {count}, rows: {rows}", count=count, rows=rows)
        except (NotationError, ExportError) as error:
            count, text = 0, str(error)
        self.verdict.setText(text)
        self.go_on.setEnabled(count > 0)

    def _parsed(self) -> tuple[int, ...]:
        return parse_seeds(self.seeds.text(), MAX_FACES)

    def _roll(self) -> None:
        self.seeds.setText(",".join(str(random_seed()) for _ in range(_FEW)))

    def _emit_choice(self) -> None:
        wish = SheetOptions(self._parsed(), self.columns.value(), self.with_faces.isChecked())
        self.chosen.emit(wish)


def _applied(any_class: bool) -> str:
    """What is the same in all faces, and what is not."""
    edits = tr("The edits of the current face are applied to every face.")
    classes = tr("Each face is of a random class, which its seed decides, since Any class is on.")
    return f"{edits} {classes}" if any_class else edits
