"""The panels as docks: their default places, and the menu that shows and hides them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QTabWidget, QWidget

from explorer.document.session import Session
from explorer.panels.closer_panel import CloserPanel
from explorer.panels.directions_panel import DirectionsPanel
from explorer.panels.faces_panel import FacesPanel
from explorer.panels.history_panel import HistoryPanel
from explorer.panels.looks_panel import LooksPanel
from explorer.panels.measures_panel import MeasuresPanel
from explorer.panels.mixing_panel import MixingPanel
from explorer.panels.model_panel import ModelPanel
from explorer.panels.noise_panel import NoisePanel
from explorer.panels.source_panel import SourcePanel
from explorer.panels.timeline_panel import TimelinePanel
from explorer.panels.times_panel import TimesPanel
from explorer.panels.transform_panel import TransformPanel
from explorer.panels.truncation_panel import TruncationPanel
from explorer.table.faces import Faces
from explorer.translation import tr

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea
_LEFT_WIDTH, _RIGHT_WIDTH, _BOTTOM_HEIGHT = 264, 320, 160  # px, at first


@dataclass(frozen=True)
class Panels:
    """All panels of a session."""

    source: SourcePanel
    transform: TransformPanel
    truncation: TruncationPanel
    noise: NoisePanel
    model: ModelPanel
    directions: DirectionsPanel
    looks: LooksPanel
    measures: MeasuresPanel
    closer: CloserPanel
    mixing: MixingPanel
    times: TimesPanel
    history: HistoryPanel
    faces: FacesPanel
    timeline: TimelinePanel

    @classmethod
    def of(cls, session: Session, library: Faces) -> Panels:
        return cls(
            SourcePanel(session),
            TransformPanel(session),
            TruncationPanel(session),
            NoisePanel(session),
            ModelPanel(session),
            DirectionsPanel(session),
            LooksPanel(session),
            MeasuresPanel(),
            CloserPanel(),
            MixingPanel(session),
            TimesPanel(session),
            HistoryPanel(library),
            FacesPanel(library),
            TimelinePanel(session),
        )


class Docks:
    """The docks of a window, one for each panel."""

    def __init__(self, window: QMainWindow, panels: Panels) -> None:
        self._window = window
        options = QMainWindow.DockOption  # the last one lets a tab be dragged off
        window.setDockOptions(options.AllowTabbedDocks | options.AllowNestedDocks | options.GroupedDragging)
        window.setCorner(Qt.Corner.BottomLeftCorner, BOTTOM)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        for area in (LEFT, RIGHT, BOTTOM):
            window.setTabPosition(area, QTabWidget.TabPosition.North)
        self.source = self._dock("Source", tr("Source"), panels.source)
        self.transform = self._dock("Transform", tr("Transform"), panels.transform)
        self.truncation = self._dock("Truncation", tr("Truncation"), panels.truncation)
        self.noise = self._dock("Noise", tr("Noise"), panels.noise)
        self.model = self._dock("Model", tr("Model"), panels.model)
        self.directions = self._dock("Directions", tr("Directions"), panels.directions)
        self.looks = self._dock("Looks", tr("Looks"), panels.looks)
        self.measures = self._dock("Measures", tr("Measures"), panels.measures)
        self.measures.visibilityChanged.connect(panels.measures.shown)  # a panel behind a tab counts as shown
        self.closer = self._dock("Look closer", tr("Look closer"), panels.closer)
        self.closer.visibilityChanged.connect(panels.closer.shown)
        self.mixing = self._dock("Style mixing", tr("Style mixing"), panels.mixing)
        self.times = self._dock("Frame times", tr("Frame times"), panels.times)
        self.history = self._dock("History", tr("History"), panels.history)
        self.faces = self._dock("Faces", tr("Faces"), panels.faces)
        self.timeline = self._dock("Timeline", tr("Timeline"), panels.timeline)
        self.timeline.toggleViewAction().setShortcut(QKeySequence("Ctrl+M"))
        window.addAction(self.timeline.toggleViewAction())
        self._untitled: set[QDockWidget] = set()
        self._put_away: list[QDockWidget] = []  # hidden by `toggle`, until shown again
        self._in_front: list[QDockWidget] = []  # those of them in front of their tabs
        for dock in self.all:
            dock.visibilityChanged.connect(self._retitle_later)
            dock.dockLocationChanged.connect(self._retitle_later)
            dock.topLevelChanged.connect(self._retitle_later)
        self._retitling = QTimer(window, singleShot=True, interval=0)
        self._retitling.timeout.connect(self._retitle)
        self.transform.toggleViewAction().setVisible(False)
        self.arrange()

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        left = (self.source, self.transform, self.truncation, self.noise, self.model)
        right = (self.directions, self.looks, self.measures, self.closer)
        return (*left, *right, self.mixing, self.times, self.history, self.faces, self.timeline)

    def arrange(self) -> None:
        """Put every dock into its default place."""
        window = self._window
        self._put_away = []
        for dock, area in zip(self.all, (*[LEFT] * 5, *[RIGHT] * 4, *[BOTTOM] * 5), strict=True):
            window.addDockWidget(area, dock)
            if dock.isFloating():
                dock.setFloating(False)
            dock.setVisible(dock.toggleViewAction().isVisible())
        for first, second in (
            (self.source, self.transform),
            (self.truncation, self.noise),
            (self.noise, self.model),
            (self.directions, self.looks),
            (self.looks, self.measures),
            (self.measures, self.closer),
            (self.mixing, self.times),
            (self.times, self.history),
            (self.history, self.faces),
            (self.faces, self.timeline),
        ):
            window.tabifyDockWidget(first, second)
        layout = window.layout()
        if layout is not None:
            layout.activate()  # else the window stays as wide as all docks beside each other were
        self.timeline.hide()  # until it is asked for
        self.source.raise_()
        self.truncation.raise_()
        self.directions.raise_()
        self.mixing.raise_()
        window.resizeDocks([self.source, self.directions], [_LEFT_WIDTH, _RIGHT_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([self.mixing], [_BOTTOM_HEIGHT], Qt.Orientation.Vertical)
        QTimer.singleShot(0, window, self._hide_stray_tabs)

    def toggle(self) -> None:
        """Hide all open panels, or show those again that this hid; if none is open, show all."""
        if any(dock.isHidden() for dock in self._put_away):
            self.bring_back()
            return
        open_docks = [dock for dock in self.all if not dock.isHidden()]
        self._put_away = open_docks or list(self.all)
        self._in_front = [dock for dock in open_docks if not dock.visibleRegion().isEmpty()]
        for dock in open_docks:
            dock.hide()
        self._window.activateWindow()  # a floating dock may have been the active one
        if not open_docks:
            self.bring_back()

    def bring_back(self) -> None:
        """Show what `toggle` hid, with the same tabs in front."""
        for dock in self._put_away:
            dock.setVisible(dock.toggleViewAction().isVisible())
        for dock in self._in_front:
            dock.raise_()
        self._put_away = []

    def is_put_away(self, dock: QDockWidget) -> bool:
        """Whether `toggle` has hidden it."""
        return dock in self._put_away

    def open(self, dock: QDockWidget) -> None:
        """Bring `dock` into sight, wherever it is."""
        dock.show()
        dock.raise_()
        dock.window().activateWindow()

    def settle(self) -> None:
        """Apply what was impossible before the window was on the screen."""
        self._raise_floating()
        self._hide_stray_tabs()

    def _hide_stray_tabs(self) -> None:
        """Hide tab bars that Qt leaves over the panels from earlier layouts: those without a dock, or below the last
        one of the same dock."""
        layout = self._window.layout()
        if layout is None or not self._window.isVisible():
            return  # nothing is in its final place yet
        layout.activate()
        corners = [dock.pos() for dock in self.all if not dock.visibleRegion().isEmpty() and not dock.isFloating()]
        for bar in reversed(self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)):
            corner = bar.geometry().bottomLeft() + QPoint(0, 1)
            if corner not in corners:
                bar.hide()
            elif bar.isVisible():
                corners = [other for other in corners if other != corner]

    def _raise_floating(self) -> None:
        """Keep floating docks above their window, which did not exist yet when they were restored: some window managers
        treat such a dock as a separate window."""
        for dock in self.all:
            if dock.isFloating() and dock.isVisible():
                dock.hide()
                dock.show()

    def offer_transform(self, offered: bool) -> None:
        """Show the dock of the transform, or remove it from the window and the menus, as the open model requires."""
        action = self.transform.toggleViewAction()
        appears = offered and not action.isVisible()
        action.setVisible(offered)
        if appears and self._put_away:
            self._put_away.append(self.transform)
        elif appears or not offered:
            self.transform.setVisible(offered)
            self.source.raise_()

    def add_to(self, menu: QMenu) -> None:
        """One checkable entry for each dock."""
        for dock in self.all:
            menu.addAction(dock.toggleViewAction())

    def _retitle_later(self) -> None:
        self._retitling.start()  # once the layout knows which docks are tabbed

    def _retitle(self) -> None:
        """Hide the title of a tabbed dock: its tab shows it, and can be dragged off."""
        for dock in self.all:
            beside = self._window.tabifiedDockWidgets(dock)  # also hidden ones, which have no tab
            tabbed = any(not other.isHidden() for other in beside) and not dock.isFloating()
            if tabbed != (dock in self._untitled):
                _set_title_bar(dock, QWidget(dock) if tabbed else None)
                self._untitled ^= {dock}

    def _dock(self, name: str, title: str, panel: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)  # the dock's key in saveState, in every language
        dock.setWidget(panel)
        return dock


def _set_title_bar(dock: QDockWidget, bar: QWidget | None) -> None:
    """None = the style's own; PySide6's annotations forget that it is allowed."""
    old = dock.titleBarWidget()
    dock.setTitleBarWidget(bar)  # type: ignore[arg-type]
    if old is not None:
        old.deleteLater()
