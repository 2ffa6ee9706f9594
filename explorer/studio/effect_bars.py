"""What a direction moves: a bar for each measure, to the left where it falls and to the right where it rises."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QWidget

from explorer.translation import tr
from generator.printable import printable

SHOWN = 8  # the strongest; weaker ones say nothing about a direction
LEAST = 0.2  # standard deviations: less cannot be told from chance
_FULL = 4.0  # standard deviations of the longest bar
_LINE, _BAR = 18, 6  # logical pixels of a line and of its bar
_VALUE = 48  # logical pixels of the number at the end


class EffectBars(QWidget):
    """The strongest effects of a direction, the largest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.effects: tuple[tuple[str, float], ...] = ()
        self._instead = ""  # said where there are none
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("What it moves"))

    def wait(self) -> None:
        """The effects are being measured."""
        self._show((), tr("Measuring what it moves …"))

    def sizeHint(self) -> QSize:
        return QSize(240, _LINE * max(len(self.effects), 1))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_effects(self, effects: Sequence[tuple[str, float]]) -> None:
        """(title of a measure, its move from -3 to +3 in standard deviations); the strongest are shown."""
        strong = sorted(
            ((printable(title), move) for title, move in effects if abs(move) >= LEAST), key=lambda one: -abs(one[1])
        )
        self._show(
            tuple(strong[:SHOWN]), "" if effects else tr("Nothing can be measured in the pictures of this model.")
        )

    def _show(self, effects: tuple[tuple[str, float], ...], instead: str = "") -> None:
        self.effects = effects
        self._instead = instead or tr("No measure moves noticeably.")
        told = ", ".join(f"{title} {signed(move)}" for title, move in self.effects)
        self.setAccessibleDescription(told)
        self.setToolTip(tr("Moves from −3 to +3, in standard deviations of random faces") if told else "")
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if not self.effects:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self._instead)
        for number, (title, move) in enumerate(self.effects):
            self._paint(painter, QRect(0, number * _LINE, self.width(), _LINE), title, move)
        painter.end()

    def _paint(self, painter: QPainter, line: QRect, title: str, move: float) -> None:
        name = QRect(line.x(), line.y(), line.width() * 2 // 5, line.height())
        value = QRect(line.right() - _VALUE, line.y(), _VALUE, line.height())
        middle = (name.right() + 8 + value.left()) // 2
        half = middle - name.right() - 8
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, name.width())
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, text)
        painter.drawText(value, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, signed(move))
        top, length = line.center().y() - _BAR // 2, round(half * min(abs(move) / _FULL, 1))
        painter.fillRect(QRect(middle - half, line.center().y(), 2 * half, 1), self.palette().mid())
        painter.fillRect(QRect(middle - (length if move < 0 else 0), top, length, _BAR), self.palette().highlight())


def signed(move: float) -> str:
    """ "+3.1", or "−0.4" with a minus as wide as the plus."""
    return f"{move:+.1f}".replace("-", "−")
