"""The curves of a training. Imports pyqtgraph, so it is imported late, by the training's window alone."""

from __future__ import annotations

from collections.abc import Mapping

import pyqtgraph as pg
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from explorer.panels.common.plots import Plot
from explorer.translation import tr
from generator.training.curves import Curve

_PLOTS = (  # accessible name, tooltip, label, {curve: its name in the legend}
    (
        tr("Losses"),
        tr("Losses of generator and discriminator: neither should diverge"),
        tr("loss"),
        {"loss_g": tr("generator"), "loss_d": tr("discriminator")},
    ),
    (
        tr("Sign of real, augmentation"),
        tr("Mean sign of the discriminator on real images, and the strength of augmentation: near 1 it is overfitting"),
        tr("sign, strength"),
        {"real_sign": tr("sign of real"), "augment": tr("augmentation")},
    ),
    (
        tr("Fréchet distance"),
        tr("Fréchet distance between the snapshots and the data: smaller is better"),
        tr("Fréchet"),
        {"frechet": "snapshots"},
    ),
)


class TrainingPlots(QWidget):
    """One below the other, over the same axis of images seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves: dict[str, pg.PlotDataItem] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.plots = [self._make_plot(title, meaning, label, names) for title, meaning, label, names in _PLOTS]
        for plot in self.plots:
            column.addWidget(plot)
        self.plots[-1].setLabel("bottom", tr("thousand images"))

    def _make_plot(self, title: str, meaning: str, label: str, names: Mapping[str, str]) -> Plot:
        plot = Plot(title, meaning)
        for side in ("left", "bottom"):
            plot.getAxis(side).enableAutoSIPrefix(False)
        plot.setLabel("left", label)
        plot.getAxis("left").setWidth(56)  # the same for all, so that the axes line up
        pens = (plot.colour(QPalette.ColorRole.Highlight), plot.colour(QPalette.ColorRole.WindowText, 150))
        captions = []
        for (name, caption), colour in zip(names.items(), pens, strict=False):
            points = {"symbol": "o", "symbolSize": 5, "symbolBrush": colour, "symbolPen": None}
            self.curves[name] = plot.plot(pen=pg.mkPen(colour, width=1.5), **points)
            captions.append(f'<span style="color: {colour.name(QColor.NameFormat.HexArgb)}">\u25cf {caption}</span>')
        plot.setTitle("&nbsp;&nbsp;&nbsp;".join(captions), size="9pt")  # above the curves, where it hides none
        return plot

    def show_curves(self, curves: Mapping[str, Curve]) -> None:
        """Draw the curves so far."""
        for name, item in self.curves.items():
            item.setData([x / 1000 for x in curves[name].x], curves[name].y)
            item.setSymbol("o" if name == "frechet" or len(curves[name].x) == 1 else None)  # one point has no line
        last = max((curve.x[-1] for curve in curves.values() if curve.x), default=1000)
        for plot in self.plots:
            plot.setXRange(0, max(last, 1) / 1000, padding=0.02)
