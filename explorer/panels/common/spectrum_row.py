"""How strong the detail of each fineness is in a face, beside photographs: a curve to look at, and no verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from explorer.messages import ShownSpectrum
from explorer.panels.common.folded_row import FoldedRow
from explorer.panels.common.plotting import LazyPlot
from explorer.translation import tr

if TYPE_CHECKING:  # it imports pyqtgraph, which is loaded late
    from explorer.panels.common.plots import SpectrumPlot

_HEIGHT = 150  # px
_REAL = tr("Filled: 90 % of photographs.")
_OWN = tr("Filled: 90 % of photographs. Dashed: 90 % of this model's faces.")
_LOOK_FOR = tr(
    "Look for a curve that leaves the band at the fine end, or that has spikes: upsampling makes them, but saving as "
    "JPEG and resizing change it as well."
)


class SpectrumRow(FoldedRow):
    """The radial spectrum of a face, against the median photograph."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: ShownSpectrum | None = None
        self._plot: SpectrumPlot | None = None
        self.curve, self.text = LazyPlot(_make_plot), QLabel(wordWrap=True)
        self.curve.setFixedHeight(_HEIGHT)
        self.curve.made.connect(self._adopt_plot)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.addWidget(self.curve)
        column.addWidget(self.text)
        self.inside.addLayout(column)
        self.header.setText(tr("Spectrum"))
        self.said.hide()  # there is no one number
        self.show_spectrum(None)

    @Slot(object)
    def show_spectrum(self, spectrum: ShownSpectrum | None) -> None:
        """Show another; None hides the row."""
        self._shown = spectrum
        self.setVisible(spectrum is not None)
        if spectrum is None:
            return
        found = _found(spectrum)
        bands = _OWN if spectrum.own else _REAL
        self.text.setText(f"<p>{bands}</p><p>{found}</p><p>{_LOOK_FOR}</p>")
        self.setToolTip(found)
        self.header.setAccessibleName(f"{tr('Spectrum')}: {found}")
        self._draw()

    @Slot(object)
    def _adopt_plot(self, plot: SpectrumPlot) -> None:
        self._plot = plot
        self._draw()

    def _draw(self) -> None:
        if self._plot is not None and self._shown is not None:
            self._plot.set_spectrum(self._shown)


def _found(spectrum: ShownSpectrum) -> str:
    if not (spectrum.below or spectrum.above):
        return tr("As much detail of each fineness as 90 % of photographs.")
    return tr(
        "Less detail than 95 % of photographs at {below:.0f} % of the frequencies, more at {above:.0f} %.",
        below=100 * spectrum.below,
        above=100 * spectrum.above,
    )


def _make_plot() -> QWidget:
    from explorer.panels.common.plots import SpectrumPlot

    return SpectrumPlot()
