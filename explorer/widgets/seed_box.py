"""Entry for a seed, 0..2**32-1: more than the 2**31-1 of a QSpinBox or a Signal(int)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from explorer.translation import tr
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.stepping import Gestures
from generator.recipe.recipe import MAX_SEED


def parse_seed(text: str) -> int | None:
    """The typed seed, or None if it is not a whole number in 0..2**32-1."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    seed = int(digits) if len(digits) <= len(str(MAX_SEED)) else MAX_SEED + 1
    return seed if seed <= MAX_SEED else None


class SeedBox(QWidget):
    """A seed, typed exactly or stepped by the wheel and the arrow keys (ctrl = by ten)."""

    valueChanged = Signal(object)  # int, by the user only; Signal(int) ends at 2**31-1

    def __init__(self, title: str = tr("Seed"), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 0
        self._gestures = Gestures()
        self._entry: NumberEntry = NumberEntry(parse_seed, str, str, self, whole=True)
        self._entry.setAccessibleName(title)
        self._entry.setToolTip(
            tr("A whole number from 0 to {max_seed}. Wheel and arrow keys step it.", max_seed=MAX_SEED)
        )
        self._entry.setMinimumWidth(self._entry.fontMetrics().horizontalAdvance(str(MAX_SEED)) + 20)
        self._entry.committed.connect(self._enter)
        self._entry.stepped.connect(self._step)
        self._entry.show_number(self._value)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._entry)
        self.setFocusProxy(self._entry)
        self.setAccessibleName(title)

    @property
    def gesture(self) -> int:
        """Id of the gesture that the last `valueChanged` belongs to."""
        return self._gestures.current

    def value(self) -> int:
        return self._value

    def setValue(self, seed: int) -> None:
        """Show `seed`; emits nothing."""
        assert 0 <= seed <= MAX_SEED
        self._value = seed
        self._entry.show_number(seed)

    def _enter(self, seed: int) -> None:
        self._gestures.begin()
        self._change(seed)

    def _step(self, notches: float) -> None:
        self._gestures.step()
        whole = round(notches) or (1 if notches > 0 else -1)  # a key with shift: a seed has no fine steps
        self._change(min(max(self._value + whole, 0), MAX_SEED))

    def _change(self, seed: int) -> None:
        if seed != self._value:
            self._value = seed
            self._entry.show_number(seed)
            self.valueChanged.emit(seed)
