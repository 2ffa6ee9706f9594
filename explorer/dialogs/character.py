"""A character sheet: the table of states in which a face is to be seen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QWidget,
)

from explorer.translation import tr
from explorer.widgets.layout import SPACING, dialog_column, go_on_button, name, sentence
from generator.errors import WishError
from generator.printable import printable
from generator.wishes.states import STATES, State, parse_states

_SIZE = 460, 460  # logical pixels


@dataclass(frozen=True)
class CharacterWish:
    """What the user chose."""

    states: tuple[State, ...]
    keeps_looks: bool = False  # every state becomes a look of the project
    writes_sheet: bool = False  # all states go into one picture, too


class CharacterDialog(QDialog):
    """Asks for the states as a text, one a line; begins with those that suit most models."""

    chosen = Signal(object)  # CharacterWish

    def __init__(self, directions: frozenset[str], parent: QWidget | None = None) -> None:
        """directions: names of those of the open model."""
        super().__init__(parent)
        self._directions = directions
        self.setWindowTitle(tr("Character sheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table, self.verdict = QPlainTextEdit(), sentence(look="quietText")
        self.table.setTabChangesFocus(True)
        name(self.table, tr("States"), tr("A line for each state: its name, then how far along which directions"))
        self.looks = QCheckBox(tr("Keep the states as &looks, to give them to other faces"))
        self.sheet = QCheckBox(tr("Write all states into one &picture as well"))
        known = [state for state in STATES if self._missing(state) is None]
        self.table.setPlainText("\n".join(map(written, known)))
        self._lay_out()
        self.table.textChanged.connect(self._judge)
        self.accepted.connect(self._emit_choice)
        self._judge()
        self.resize(*_SIZE)

    def states(self) -> tuple[State, ...]:
        """What is written. Raises `WishError` for a state that is none, or a direction that the model has not."""
        found = parse_states(self.table.toPlainText())
        for state in found:
            missing = self._missing(state)
            if missing is not None:
                known = ", ".join(sorted(self._directions))
                raise WishError(
                    tr(
                        "The state {state} moves along {direction}, which this model has not; it has {known}.",
                        state=state.name,
                        direction=missing,
                        known=known,
                    )
                )
        return found

    def _missing(self, state: State) -> str | None:
        return next((direction for direction, _ in state.amounts if direction not in self._directions), None)

    def _lay_out(self) -> None:
        how = QLabel(
            tr(
                "The face shown in each of these states comes onto the light table. A line is a state: its name, then "
                "directions and how far along each, in sigma."
            ),
            wordWrap=True,
        )
        column = dialog_column(self, SPACING)
        column.addWidget(how)
        column.addWidget(self.table, 1)
        column.addWidget(self.verdict)
        column.addWidget(self.looks)
        column.addWidget(self.sheet)
        self.make = go_on_button(self, tr("&Make"))

    @Slot()
    def _judge(self) -> None:
        try:
            told, possible = tr("States: {count}", count=len(self.states())), True
        except WishError as error:
            told, possible = printable(str(error)), False
        self.verdict.setText(told)
        self.make.setEnabled(possible)

    @Slot()
    def _emit_choice(self) -> None:
        self.chosen.emit(CharacterWish(self.states(), self.looks.isChecked(), self.sheet.isChecked()))


def written(state: State) -> str:
    """A state as `parse_states` reads it."""
    return ", ".join([state.name, *(f"{direction}={amount:g}" for direction, amount in state.amounts)])
