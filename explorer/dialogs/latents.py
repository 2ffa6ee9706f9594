"""Which of several things a file of bare numbers is, and which of its faces is meant; each with a picture."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QRadioButton, QVBoxLayout, QWidget

from explorer.dialogs.found_strip import FoundStrip
from explorer.messages import IN_Z, LatentDrawn, LatentOption, LatentsFound
from explorer.translation import tr
from explorer.widgets.layout import SPACING, dialog_column, sentence
from explorer.widgets.layout import name as called
from generator.printable import printable

SIDE = 96  # logical pixels of a face
_WIDTH = 560
_DIRECTIONS = ("direction", IN_Z)


class LatentsDialog(QDialog):
    """Asks what was found; `show_face` fills in the pictures as they come. Cancelling changes nothing."""

    chosen = Signal(int, int)  # the option, and which of its faces

    def __init__(self, found: LatentsFound, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.found = found
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Open"))
        self.setMinimumWidth(_WIDTH)
        self.choices = [QRadioButton(_title(option)) for option in found.options]
        self.strips = [FoundStrip(side=SIDE) for _ in found.options]
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = dialog_column(self, SPACING)
        column.addWidget(sentence(_question(found)))
        for number, option in enumerate(found.options):
            self._add(column, number, option)
        if found.note:
            column.addWidget(sentence(found.note))
        if found.left_out:
            column.addWidget(sentence(tr("{count} more faces are not shown.", count=found.left_out)))
        column.addWidget(buttons)
        buttons.button(QDialogButtonBox.StandardButton.Open).setDefault(True)
        self.choices[0].setChecked(True)
        self.accepted.connect(self._emit_choice)

    def _add(self, column: QVBoxLayout, number: int, option: LatentOption) -> None:
        choice, strip = self.choices[number], self.strips[number]
        choice.setVisible(len(self.choices) > 1)
        called(strip, choice.text(), "")
        if option.kind in _DIRECTIONS:
            strip.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        column.addWidget(choice)
        if option.why:
            column.addWidget(sentence(_sentence(option.why)))
        column.addWidget(strip)
        strip.itemClicked.connect(lambda: choice.setChecked(True))
        strip.itemDoubleClicked.connect(self.accept)
        strip.currentRowChanged.connect(lambda row: choice.setChecked(choice.isChecked() or row > 0))

    @Slot(object)
    def show_face(self, drawn: LatentDrawn) -> None:
        """The picture of one face; one of another file is left out."""
        if drawn.found is not self.found:
            return
        strip, option = self.strips[drawn.option], self.found.options[drawn.option]
        strip.add(drawn.pixels, printable(option.names[drawn.number]))
        if drawn.number == 0 and option.kind not in _DIRECTIONS:
            strip.setCurrentRow(0)
        strip.scrollToItem(strip.currentItem() or strip.item(0))

    @Slot()
    def _emit_choice(self) -> None:
        option = next(number for number, choice in enumerate(self.choices) if choice.isChecked())
        self.chosen.emit(option, max(self.strips[option].currentRow(), 0))


def no_direction_in_z(path: str) -> str:
    """What the user is told who answers that the file holds a direction in Z."""
    name = printable(Path(path).name)
    return tr(
        "{name}: Outis moves faces in W, where a direction in Z differs for every face; open one in W.", name=name
    )


def _question(found: LatentsFound) -> str:
    name = printable(Path(found.path).name)
    if len(found.options) == 1:
        return tr("{name} holds {count} faces. Which one?", name=name, count=_count(found))
    return tr("What does {name} hold? Its numbers may be more than one thing.", name=name)


def _count(found: LatentsFound) -> int:
    return len(found.options[0].faces) + found.left_out


def _title(option: LatentOption) -> str:
    if option.kind == IN_Z:
        return tr("A direction in Z, where each face moves in another way")
    if option.kind == "direction":
        return tr("A direction in W, which moves faces")
    if len(option.faces) > 1:
        return tr("{count} faces, each with its {kind}", count=len(option.faces), kind=option.kind)
    return tr("A face: its {kind}", kind=option.kind)


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."
