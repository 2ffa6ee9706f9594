"""Frame times: a curve of the last ones, previews and full frames separately."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.document.session import Session
from explorer.messages import Quality, RenderResult
from explorer.panels.common.plotting import LazyPlot
from explorer.widgets.layout import SPACING

if TYPE_CHECKING:  # it imports pyqtgraph, which is loaded late
    from explorer.panels.common.plots import TimesPlot

KEPT = 300  # frames
REDRAW_EVERY = 250  # ms: nobody reads a curve faster, and painting it delays the face


class TimesPanel(QWidget):
    """Frame times in ms. Adding a frame takes a microsecond; the curve is painted four times a second while visible."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frames: deque[tuple[Quality, float]] = deque(maxlen=KEPT)
        self._plot: TimesPlot | None = None
        self.curve = LazyPlot(_make_plot)
        self.curve.made.connect(self._adopt_plot)
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_EVERY)
        self._redraw.timeout.connect(self._draw)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        layout.addWidget(self.curve)
        session.model_changed.connect(self._forget)

    @Slot(object)
    def add_frame(self, result: RenderResult) -> None:
        """Record the time of a shown frame."""
        self.frames.append((result.request.quality, result.milliseconds))
        if self._plot is not None and self.isVisible() and not self._redraw.isActive():
            self._redraw.start()

    @Slot()
    def _forget(self) -> None:
        self.frames.clear()
        self._draw()

    @Slot(object)
    def _adopt_plot(self, plot: TimesPlot) -> None:
        self._plot = plot
        self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._plot is not None:
            self._plot.set_times(self.frames)


def _make_plot() -> QWidget:
    from explorer.panels.common.plots import TimesPlot

    return TimesPlot()
