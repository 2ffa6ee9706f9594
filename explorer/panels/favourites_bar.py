"""Sliders of favourite directions in a thin row under the picture."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QMenu, QSizePolicy, QWidget

from explorer.document.session import Session
from explorer.panels.direction_list import RANGE, REACH, DirectionRow, named_row
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.float_slider import TITLE_WIDTH, FloatSlider
from explorer.widgets.layout import SPACING
from generator.recipe.recipe import Recipe

_WIDTH = 230  # logical pixels that a slider needs at least
_SLACK = 2  # logical pixels: widths of text are rounded


class FavouritesBar(QWidget):
    """As many side by side as fit, the rest below; hidden where there are none. They follow the session."""

    dropped = Signal(str)  # name of a direction that is to be a favourite no more

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._names: tuple[str, ...] = ()
        self._rows: tuple[DirectionRow, ...] = ()
        self.sliders: list[FloatSlider] = []
        self._columns = self._title_width = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2 * SPACING, SPACING // 2, 2 * SPACING, SPACING // 2)
        self._grid.setHorizontalSpacing(3 * SPACING)
        self._grid.setVerticalSpacing(SPACING // 2)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # it must not widen the window
        session.directions_changed.connect(self._list)
        session.recipe_changed.connect(self.refresh)
        self._list()

    def set_names(self, names: tuple[str, ...]) -> None:
        """Show the sliders of the directions with these names; those that the model does not have are left out."""
        self._names = names
        self._list()

    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the amounts of `recipe`."""
        for row, slider in zip(self._rows, self.sliders, strict=True):
            slider.setValue(recipe.amount(row.direction))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @Slot()
    def _list(self) -> None:
        known = {entry.name: entry for entry in self._session.directions}
        rows = tuple(named_row(known[name]) for name in self._names if name in known)
        if [row.look for row in rows] != [row.look for row in self._rows]:
            self._rows = rows
            self._build()
        self._rows = rows
        self.setVisible(bool(rows))
        self.refresh(self._session.recipe)

    def _build(self) -> None:
        for slider in self.sliders:
            self._grid.removeWidget(slider)
            slider.deleteLater()
        widths = [self.fontMetrics().horizontalAdvance(row.label) for row in self._rows]
        self._title_width = min(max(widths, default=0) + _SLACK, TITLE_WIDTH)
        self.sliders = [self._slider(place, row) for place, row in enumerate(self._rows)]
        self._columns = 0
        self._arrange()

    def _slider(self, place: int, row: DirectionRow) -> FloatSlider:
        slider = FloatSlider(row.label, -RANGE, RANGE, reach=REACH, parent=self)
        slider.set_title_width(self._title_width)
        slider.set_limits(row.limits)
        slider.setToolTip(plain.tip(row.tooltip.partition("\n")[0]))
        slider.valueChanged.connect(partial(self._edit, place))
        slider.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        slider.customContextMenuRequested.connect(partial(self._show_menu, place))
        return slider

    def _arrange(self) -> None:
        columns = max(1, min(self.width() // _WIDTH, len(self.sliders)))
        if columns == self._columns:
            return
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, int(column < columns))
        self._columns = columns
        for place, slider in enumerate(self.sliders):
            self._grid.addWidget(slider, place // columns, place % columns)

    def _edit(self, place: int, amount: float) -> None:
        row, gesture = self._rows[place], self.sliders[place].gesture
        self._session.edit(row.title, self._session.recipe.with_amount(row.direction, amount), gesture)

    def menu(self, place: int) -> QMenu:
        """What can be done with a favourite."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Remove from the favourites"), partial(self.dropped.emit, self._rows[place].name))
        return menu

    def _show_menu(self, place: int, point: QPoint) -> None:
        self.menu(place).popup(self.sliders[place].mapToGlobal(point))
