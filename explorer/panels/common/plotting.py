"""Plots are made when first seen: each takes some 70 ms, and most users look at one or none."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class LazyPlot(QWidget):
    """A placeholder for a plot; `make` makes it when it is first seen."""

    made = Signal(object)  # the plot, shown but empty

    def __init__(self, make: Callable[[], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self.plot: QWidget | None = None
        self._waiting = QLabel("…")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._waiting)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the plot when it is first in sight: a panel behind a tab counts as shown, but is never painted."""
        super().paintEvent(event)
        if self.plot is None and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _go_on(self) -> None:
        """Make the plot, and in the next turn of the event loop show it: each takes some 20 ms."""
        if self.plot is None:
            self.plot = self._make()
        else:
            self._show_plot(self.plot)

    def _show_plot(self, plot: QWidget) -> None:
        self._timer.stop()
        self._waiting.hide()
        self._column.addWidget(plot)
        self.made.emit(plot)
