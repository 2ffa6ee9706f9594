"""The plots. Imports pyqtgraph, so only `plotting.LazyPlot` imports it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QFrame, QWidget

from explorer.document.gestures import new_gesture
from explorer.messages import Quality, ShownSpectrum
from explorer.translation import tr
from explorer.widgets.layout import name
from explorer.widgets.stepping import Gestures
from generator.recipe.recipe import Floats

VIEW = 4.5  # sigma around the mean that the map shows at least
KEY_STEP = 0.1  # sigma an arrow key moves the face
LIMITS = (1000 / 60, 60.0)  # ms: a frame of the screen; from where previews take over
GRAIN = 3  # decimals of a sigma that a user can aim at

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """A read-only plot in the colours of the window: no menu, no panning, no frame."""

    def __init__(self, accessible: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name(self, accessible, tooltip)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.setMouseEnabled(False, False)
        self.hideButtons()
        self.setMinimumHeight(80)
        self._take_colours()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self.plotItem is not None:
            self._take_colours()

    def colour(self, role: QPalette.ColorRole, alpha: int = 255) -> QColor:
        """A colour of the palette, more or less transparent."""
        colour = QColor(self.palette().color(role))
        colour.setAlpha(alpha)
        return colour

    def _take_colours(self) -> None:
        self.setBackground(None)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(self.colour(QPalette.ColorRole.WindowText, 60))
            axis.setTextPen(self.colour(QPalette.ColorRole.WindowText, 160))


class FaceMap(Plot):
    """A cloud of random faces on two components, and the current one as a point to be dragged, or sent to where the
    mouse is pressed.

    It only emits how far the user wants to go, `moved_by`; the face's true place comes back by `set_face`.
    """

    moved_by = Signal(float, float, int)  # sigma to the right, sigma up, gesture; by the user only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Map of W"), tr("Drag the face, click to move it there, or press arrow keys"), parent)
        self.setAspectLocked(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        faint = self.colour(QPalette.ColorRole.WindowText, 50)
        accent = self.colour(QPalette.ColorRole.Highlight)
        self.cloud = pg.ScatterPlotItem(size=3, pen=None, brush=faint)
        edge = self.colour(QPalette.ColorRole.WindowText)
        pens = {"pen": pg.mkPen(edge, width=1.5), "hoverPen": pg.mkPen(edge, width=3)}
        self.face = pg.TargetItem(size=16, symbol="o", brush=accent, hoverBrush=accent, **pens)
        self.face.setZValue(1)
        self.addItem(self.cloud)
        self.addItem(self.face)
        self._place = (0.0, 0.0)  # last shown place of the face, sigma
        self._gesture = 0
        self._pulled = False  # dragged from beside the face
        self._keys = Gestures()
        self.face.sigPositionChanged.connect(self._follow_hand)
        self.face.sigPositionChangeFinished.connect(self._let_go)
        self.face.hide()
        self.setRange(xRange=(-VIEW, VIEW), yRange=(-VIEW, VIEW), padding=0)

    def set_cloud(self, places: Floats, across: str, up: str) -> None:
        """Show the points `places` [n, 2] in sigma, on components called `across` and `up`."""
        self.cloud.setData(pos=places)
        self.setLabel("bottom", across)
        self.setLabel("left", up)

    def set_face(self, place: tuple[float, float] | None) -> None:
        """Show where the face is, in sigma. Ignored while it is dragged."""
        if self.face.moving or self._pulled:
            return
        self.face.setVisible(place is not None)
        if place is not None:
            self._place = place
            self.face.setPos(*place)
            reach = max(VIEW, *(abs(value) + 0.5 for value in place))
            self.setRange(xRange=(-reach, reach), yRange=(-reach, reach), padding=0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move the face by a tenth of a sigma."""
        if event.key() not in _ARROWS or not self.face.isVisible():
            super().keyPressEvent(event)
            return
        self._keys.step()
        across, up = (KEY_STEP * steps for steps in _ARROWS[Qt.Key(event.key())])
        self.set_face((self._place[0] + across, self._place[1] + up))
        self.moved_by.emit(across, up, self._keys.current)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press beside the face moves it there, and then with the pointer until the release."""
        grabs = self.face in self.scene().items(self.mapToScene(event.position().toPoint()))
        if event.button() is not Qt.MouseButton.LeftButton or grabs or not self.face.isVisible():
            super().mousePressEvent(event)
            return
        self._pulled = True
        self._pull(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pull(event) if self._pulled else super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pulled and event.button() is Qt.MouseButton.LeftButton:
            self._pulled = False
            self._let_go()
        else:
            super().mouseReleaseEvent(event)

    def _pull(self, event: QMouseEvent) -> None:
        place = self.plotItem.vb.mapSceneToView(self.mapToScene(event.position().toPoint()))
        self.face.setPos(place)
        self._go_to(place)

    @Slot(object)
    def _follow_hand(self, face: pg.TargetItem) -> None:
        if face.moving:  # otherwise `set_face` or `_pull` moved it
            self._go_to(face.pos())

    def _go_to(self, point: QPointF) -> None:
        self._gesture = self._gesture or new_gesture()
        place = (round(point.x(), GRAIN), round(point.y(), GRAIN))
        across, up = place[0] - self._place[0], place[1] - self._place[1]
        self._place = place
        self.moved_by.emit(across, up, self._gesture)

    @Slot()
    def _let_go(self) -> None:
        self._gesture = 0


class VariancePlot(Plot):
    """A plot of how much of the variance of W the first components explain together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Explained variance"), tr("Share of the variance of W that the first components explain"), parent
        )
        self.curve = self.plot(pen=pg.mkPen(self.colour(QPalette.ColorRole.Highlight), width=2))
        self.setLabel("bottom", tr("components"))
        self.setLabel("left", tr("% explained"))

    def set_explained(self, explained: Floats) -> None:
        """Show the shares `explained` [k] of the components, added up."""
        self.curve.setData(np.arange(1, len(explained) + 1), 100 * np.cumsum(explained))
        self.setRange(xRange=(0, len(explained)), yRange=(0, 104), padding=0)


class SpectrumPlot(Plot):
    """The spectrum of a face against the median photograph: a curve on the bands of photographs and of the model's
    faces."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Spectrum"), tr("Detail of each fineness, against the median photograph"), parent)
        pale, text = (self.colour(QPalette.ColorRole.WindowText, alpha) for alpha in (40, 130))
        self.real, self.own = (tuple(pg.PlotDataItem() for _ in range(2)) for _ in range(2))
        self.addItem(pg.FillBetweenItem(*self.real, brush=pale))
        for edge in self.own:
            edge.setPen(pg.mkPen(text, style=Qt.PenStyle.DashLine))
            self.addItem(edge)
        self.curve = self.plot(pen=pg.mkPen(self.colour(QPalette.ColorRole.Highlight), width=2))
        self.setLabel("bottom", tr("cycles over the face: coarse to fine"))
        self.setLabel("left", tr("dB"))

    def set_spectrum(self, spectrum: ShownSpectrum) -> None:
        """Show the curve of a face and its bands."""
        frequencies = np.arange(1, len(spectrum.power) + 1)
        self.curve.setData(frequencies, spectrum.power)
        for edge, line in zip((*self.real, *self.own), (*spectrum.real, *spectrum.own), strict=False):
            edge.setData(frequencies, line)
        for edge in self.own:
            edge.setVisible(bool(spectrum.own))
        lines = (spectrum.power, *spectrum.real, *spectrum.own)
        low, high = min(float(line.min()) for line in lines), max(float(line.max()) for line in lines)
        self.setRange(xRange=(0, len(frequencies)), yRange=(low, high), padding=0.03)


class TimesPlot(Plot):
    """Milliseconds of the last frames: full ones in the accent colour, previews pale; lines at 60 Hz and at 60 ms."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Frame times"), tr("Milliseconds of the last frames; filled = full frames, pale = previews"), parent
        )
        pale = self.colour(QPalette.ColorRole.WindowText, 110)
        self.points = {
            Quality.FULL: pg.ScatterPlotItem(size=5, pen=None, brush=self.colour(QPalette.ColorRole.Highlight)),
            Quality.PREVIEW: pg.ScatterPlotItem(size=4, pen=None, brush=pale),
        }
        for points in self.points.values():
            self.addItem(points)
        line = pg.mkPen(self.colour(QPalette.ColorRole.WindowText, 70), style=Qt.PenStyle.DashLine)
        ground = self.colour(QPalette.ColorRole.Window, 200)
        for milliseconds, place in zip(
            LIMITS, (0.9, 0.98), strict=True
        ):  # at different places, in case slow frames press the lines together
            label = {"position": place, "anchors": [(1, 1), (1, 1)], "color": pale, "fill": ground}
            limit = pg.InfiniteLine(
                milliseconds, 0, line, label=tr("{milliseconds:.3g} ms", milliseconds=milliseconds), labelOpts=label
            )
            limit.setZValue(1)  # its label is above the points
            self.addItem(limit)
        self.setLabel("left", tr("ms"))
        self.setLabel("bottom", tr("frames"))

    def set_times(self, frames: Collection[tuple[Quality, float]]) -> None:
        """Show (quality, milliseconds) of frames, oldest first."""
        for quality, points in self.points.items():
            places = [(i, ms) for i, (kind, ms) in enumerate(frames) if kind is quality]
            points.setData(pos=np.array(places, dtype=np.float32).reshape(-1, 2))
        top = 1.25 * max([LIMITS[-1], *(ms for _, ms in frames)])  # with room for the upper label
        self.setRange(xRange=(0, max(len(frames), 50)), yRange=(0, top), padding=0)
