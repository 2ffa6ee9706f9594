"""The map of W on two components: where this face is among others, and dragging it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from explorer.document.session import Session
from explorer.panels.common.plotting import LazyPlot
from explorer.panels.component_list import component_title
from explorer.translation import tr
from explorer.widgets.layout import SPACING, labelled, name
from generator.recipe.recipe import Floats, Recipe

if TYPE_CHECKING:  # they import pyqtgraph, which is loaded late
    from explorer.panels.common.plots import FaceMap, VariancePlot

CLEAN = 6  # decimals of a sigma: sums of moves without rounding errors


class MapPane(QWidget):
    """Two components to choose, the map, and how much the components explain."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._coordinates: Floats | None = None  # [k] in sigma, of the last frame
        self._rendered = session.recipe  # the recipe of that frame
        self.across = self._component_box(tr("Component across the map"))
        self.up = self._component_box(tr("Component up the map"))
        self._face_map: FaceMap | None = None  # None until first shown
        self._variance_plot: VariancePlot | None = None
        self.map, self.variance = LazyPlot(_make_map), LazyPlot(_make_variance)
        self.variance.hide()  # until the map is made: one after the other keeps the window responsive
        self.map.made.connect(self._adopt_map)
        self.variance.made.connect(self._adopt_variance)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(labelled(tr("&Map"), self.across, QLabel(tr("by")), self.up, stretch=-2))
        layout.addWidget(self.map, 2)
        layout.addWidget(self.variance, 1)
        session.components_changed.connect(self._adopt_components)
        session.recipe_changed.connect(self._show_face)
        self._adopt_components()

    def set_coordinates(self, coordinates: Floats | None, recipe: Recipe) -> None:
        """Set the coordinates of the last frame's face, rendered from `recipe`: float32 [k] in sigma."""
        self._coordinates, self._rendered = coordinates, recipe
        self._show_face()

    def _component_box(self, accessible: str) -> QComboBox:
        box = QComboBox()
        name(box, accessible, accessible)
        box.activated.connect(self._keep_apart)
        return box

    @Slot()
    def _adopt_components(self) -> None:
        components = self._session.components
        count = len(components.directions) if components else 0
        for box, index in ((self.across, 0), (self.up, 1)):
            with QSignalBlocker(box):
                box.clear()
                box.addItems([component_title(i) for i in range(count)])
                box.setCurrentIndex(min(index, count - 1))
        self._coordinates = None
        self._show_components()

    @Slot(int)
    def _keep_apart(self, chosen: int) -> None:
        """If both boxes have the same component, move the other one to the next: the map would be a line."""
        other = self.up if self.sender() is self.across else self.across
        if other.currentIndex() == chosen:
            other.setCurrentIndex((chosen + 1) % other.count())
        self._show_components()

    @Slot(object)
    def _adopt_map(self, plot: FaceMap) -> None:
        self._face_map = plot
        plot.moved_by.connect(self._edit)
        self._show_components()
        self.variance.show()

    @Slot(object)
    def _adopt_variance(self, plot: VariancePlot) -> None:
        self._variance_plot = plot
        self._show_components()

    def _show_components(self) -> None:
        components = self._session.components
        if components is not None and self._face_map is not None:
            chosen = [self.across.currentIndex(), self.up.currentIndex()]
            self._face_map.set_cloud(components.cloud[:, chosen], *map(component_title, chosen))
        if components is not None and self._variance_plot is not None:
            self._variance_plot.set_explained(components.explained)
        self._show_face()

    @Slot()
    def _show_face(self) -> None:
        if self._face_map is not None:
            self._face_map.set_face(self._place())

    def _place(self) -> tuple[float, float] | None:
        if self._coordinates is None or self._session.components is None:
            return None
        across, up = (self._place_on(box.currentIndex()) for box in (self.across, self.up))
        return across, up

    def _place_on(self, component: int) -> float:
        """The face's current coordinate on a component: a frame may be late, and a move from its coordinate would go
        too far."""
        assert self._coordinates is not None
        assert self._session.components is not None
        place, direction = float(self._coordinates[component]), self._session.components.directions[component]
        recipe = self._session.recipe
        moved = recipe.amount(direction) - self._rendered.amount(direction)
        return place + moved if recipe.source == self._rendered.source else place

    @Slot(float, float, int)
    def _edit(self, across: float, up: float, gesture: int) -> None:
        """Move along both components by the dragged distance, on all layers; it is added to the sliders' values."""
        components = self._session.components
        if components is None:
            return
        recipe = self._session.recipe
        for box, move in ((self.across, across), (self.up, up)):
            component = components.directions[box.currentIndex()]
            recipe = recipe.with_amount(component, round(recipe.amount(component) + move, CLEAN))
        self._session.edit(tr("Map"), recipe, gesture)


def _make_map() -> QWidget:
    from explorer.panels.common.plots import FaceMap

    return FaceMap()


def _make_variance() -> QWidget:
    from explorer.panels.common.plots import VariancePlot

    return VariancePlot()
