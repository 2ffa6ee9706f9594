"""Directions to move a face along: named directions, principal components, and their map."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QMenu, QTabWidget, QWidget

from explorer.document.session import Session
from explorer.panels.component_list import ComponentList
from explorer.panels.direction_list import DirectionList, DirectionRow, grouped, layers, named_row
from explorer.panels.map_pane import MapPane
from explorer.panels.ties import tied
from explorer.translation import tr
from explorer.widgets.layout import button, column, name, row
from explorer.widgets.search_line import SearchLine
from generator.recipe.recipe import Direction, Floats, Recipe

BY_TOOLS = {  # names of the directions that tools make: what the user sees of them
    "grab": (tr("Grab"), tr("What was pulled by hand; 0 is the face before, 1 all of it")),
    "Mend": (tr("Mend"), tr("What lessened the most unusual cue; 0 is the face before, 1 all of it")),
}
FOREIGN_ROWS = 3  # directions only in the recipe that are visible without scrolling

NO_NAMES = tr("This model has no named directions. Try its principal components instead.")


class DirectionsPanel(QWidget):
    """Named, Components and Map, with one search. Directions that only the recipe contains are on top."""

    new_asked = Signal()  # the user wants a direction of their own
    tie_asked = Signal(object)  # Recipe whose directions are to become one
    favoured = Signal(str, bool)  # name of a direction, and whether its slider stands under the picture
    edit_asked = Signal(str)  # name of a direction, to be changed in the studio
    refit_asked = Signal()  # the user wants the components computed after it was cancelled or failed

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._searching = False
        self.favourites: tuple[str, ...] = ()  # names of the directions whose sliders stand under the picture
        self.search = SearchLine()
        self.search.setPlaceholderText(tr("Search directions"))
        name(
            self.search, tr("Search directions"), tr("Show only the directions with these words in name or description")
        )
        self.foreign_caption = QLabel(tr("From the recipe"))
        self.foreign = DirectionList(session)
        self.named = DirectionList(session, NO_NAMES)
        self.components = ComponentList(session)
        self.map = MapPane(session)
        self.tabs = self._tabs()
        self.refit = button(
            tr("Compute components"), tr("Compute the principal components of this model"), self._ask_refit
        )
        self.new = button(tr("New direction …"), tr("Bring or make a direction of your own"), self.new_asked.emit)
        self.reset = button(tr("Reset directions"), tr("Remove all directions from the recipe"), self._reset)
        self._lay_out()
        self._connect()

    def focus_search(self) -> None:
        """Focus the search, on a tab that has rows to search."""
        if self.tabs.currentWidget() is self.map:
            self.tabs.setCurrentWidget(self.named)
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def set_coordinates(self, coordinates: Floats | None, recipe: Recipe) -> None:
        """Set the coordinates of the last frame's face, rendered from `recipe`: float32 [k], sigma."""
        self.map.set_coordinates(coordinates, recipe)

    def set_progress(self, text: str) -> None:
        """Show the progress of computing the components, "Computing … 40 %"; "" = not running."""
        self.components.set_progress(text)
        self._searching = bool(text)
        self._offer_search()

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """List the directions of the recipe that no library contains. The lists themselves follow the session."""
        self.reset.setEnabled(bool(recipe.directions))
        if not recipe.directions and not self.foreign.rows:
            return
        known = {row.direction for row in (*self.named.rows, *self.components.list.rows)}
        found = [edit.direction for edit in recipe.directions if edit.direction not in known]
        listed = [row.direction for row in self.foreign.rows]
        if found != listed and not self.foreign.editing:  # a slider in use stays, even at 0
            self.foreign.set_rows([self._foreign_row(direction) for direction in found])
            self._show_foreign()

    def menu(self, row: DirectionRow) -> QMenu:
        """What can be done with a named direction."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ties = menu.addMenu(tr("Tie with …"))
        for text, recipe in tied(row, self._session.recipe):
            ties.addAction(text, partial(self.tie_asked.emit, recipe))
        ties.setEnabled(not ties.isEmpty())
        favourite = menu.addAction(tr("Favourite: under the picture"))
        favourite.setCheckable(True)
        favourite.setChecked(row.name in self.favourites)
        favourite.toggled.connect(partial(self.favoured.emit, row.name))
        menu.addAction(tr("Edit in the studio"), partial(self.edit_asked.emit, row.name))
        return menu

    @Slot(object, QPoint)
    def _show_menu(self, row: DirectionRow, point: QPoint) -> None:
        self.menu(row).popup(point)

    def _tabs(self) -> QTabWidget:
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        for title, page in ((tr("&Named"), self.named), (tr("&Components"), self.components), (tr("&Map"), self.map)):
            tabs.addTab(page, title)
        name(tabs, tr("Kinds of directions"), "")
        return tabs

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(self.search)
        layout.addWidget(self.foreign_caption)
        layout.addWidget(self.foreign)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(self.refit)
        layout.addLayout(row(self.new, self.reset))
        self._show_foreign()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.components.rows_changed.connect(self._refresh)
        self._session.recipe_changed.connect(self.refresh)
        self.tabs.currentChanged.connect(self._show_search)
        self._session.components_changed.connect(self._offer_search)
        self._session.model_changed.connect(self._offer_search)
        self._session.directions_changed.connect(self._list_named)
        self.named.menu_asked.connect(self._show_menu)
        self._list_named()
        self._offer_search()

    @Slot()
    def _list_named(self) -> None:
        shown = grouped(named for named in self._session.directions if not named.hidden)
        self.named.set_rows([named_row(named) for named in shown])
        self._refresh()

    @Slot()
    def _offer_search(self) -> None:
        """Show the button if computing the components, which starts automatically, was cancelled or failed."""
        session = self._session
        self.refit.setVisible(session.facts is not None and session.components is None and not self._searching)

    @Slot(int)
    def _show_search(self, tab: int) -> None:
        self.search.setEnabled(self.tabs.widget(tab) is not self.map)  # a map has no rows to search

    @Slot()
    def _refresh(self) -> None:
        self.refresh(self._session.recipe)

    @Slot(str)
    def _filter(self, text: str) -> None:
        for directions in (self.foreign, self.named, self.components.list):
            directions.filter(text)

    def _foreign_row(self, direction: Direction) -> DirectionRow:
        hidden = next((named for named in self._session.directions if named.direction == direction), None)
        if hidden is not None:
            return replace(named_row(hidden), group="", colour="")
        title = self.components.title_of(direction) or direction.name
        if direction.name in BY_TOOLS and direction.rows > 1:
            return DirectionRow(direction, *BY_TOOLS[direction.name])
        return DirectionRow(
            direction, title, tr("Not in this model's library; acts on {direction}", direction=layers(direction))
        )

    def _show_foreign(self) -> None:
        count = len(self.foreign.rows)
        for widget in (self.foreign_caption, self.foreign):
            widget.setVisible(count > 0)
        if self.foreign.sliders:
            height = self.foreign.sliders[0].sizeHint().height()
            self.foreign.setFixedHeight(min(count, FOREIGN_ROWS) * (height + 4))

    def _ask_refit(self) -> None:
        self.refit_asked.emit()

    def _reset(self) -> None:
        self._session.edit(tr("Reset directions"), replace(self._session.recipe, directions=()))
