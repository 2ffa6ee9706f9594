"""Plots without a pause: pyqtgraph takes 0.3 s to import, so a thread imports it when a plot is first looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.slow_import import slow_import

LIBRARY = "pyqtgraph"
LOOK_EVERY = 20  # ms between two looks at whether the import is done

_importing = threading.Thread(target=slow_import, args=(LIBRARY,), name="import pyqtgraph", daemon=True)


def _library_is_ready() -> bool:
    """Start the import if need be; True once it is over. GUI thread only."""
    if _importing.ident is None:
        _importing.start()
    return not _importing.is_alive()


class LazyPlot(QWidget):
    """Stands for a plot until it is first shown and the plotting library is there; then `make` makes it, once."""

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
        self._timer.setInterval(LOOK_EVERY)
        self._timer.timeout.connect(self._look)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the import rather than with a pause."""
        super().showEvent(event)
        if self.plot is None:
            self._timer.start()

    @Slot()
    def _look(self) -> None:
        """Make the plot, and in a later turn of the event loop show it: each takes some 20 ms."""
        if self.plot is not None:
            self._show_plot(self.plot)
        elif _library_is_ready():
            self.plot = self._make()

    def _show_plot(self, plot: QWidget) -> None:
        self._timer.stop()
        self._waiting.hide()
        self._column.addWidget(plot)
        self.made.emit(plot)
