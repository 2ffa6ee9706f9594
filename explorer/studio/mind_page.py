"""Minding directions: their order, names, groups, colours, notes and layers; locking, hiding, copying, exporting."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from explorer.document.direction_commands import Entries
from explorer.document.look_commands import free_name
from explorer.document.session import Session
from explorer.messages import LayersMeasured
from explorer.studio.direction_rows import DirectionRows
from explorer.studio.entry_form import EntryForm
from explorer.studio.wishes import LayersWish
from explorer.translation import tr
from explorer.widgets.layout import SPACING, button, column, row, sentence
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction

EMPTY = tr("This model has no directions yet. Bring or make one.")
_LIST = 210  # logical pixels of the list


class MindPage(QWidget):
    """All directions of the open model. One that came with it becomes the user's own when it is changed."""

    changed = Signal(str, object)  # what undo calls it; the user's own as they are to be: Callable[[Entries], Entries]
    wished = Signal(object)  # LayersWish: show what the direction does
    export_asked = Signal(object)  # NamedDirection
    lock_changed = Signal(object)  # NamedDirection that the user has locked or unlocked
    undo_asked = Signal()  # take back what the page said last
    effects_wanted = Signal(object)  # Direction, of which is not known what it changes on each layer

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._effects: dict[Direction, tuple[float, ...]] = {}  # on each layer, by the direction on all layers
        self.list, self.form = DirectionRows(), EntryForm()
        self.said = sentence()
        self.said.setObjectName("notice")
        self.undo = button(tr("Undo"), tr("Take it back, as Ctrl+Z does in the window"), self.undo_asked.emit)
        self.show_it = button(tr("Show what it does"), tr("Render four faces along it, beside this page"), self._show)
        self.copy = button(tr("Copy"), tr("Make a copy of your own"), self._copy)
        self.delete = button(tr("Delete"), tr("Delete it; what came with the model is as it was then"), self._delete)
        self.export = button(tr("Export …"), tr("Write it to a file: .json, .npy or .safetensors"), self._export)
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def entry(self) -> NamedDirection | None:
        """The direction that is chosen in the list."""
        return self.list.entry

    def select(self, name: str) -> None:
        """Choose the direction `name`."""
        self.list.select(name)

    def show_effects(self, measured: LayersMeasured) -> None:
        """Show what a direction changes on each layer."""
        if measured.changes:
            self._effects[_whole(measured.direction)] = measured.changes
            self._show_entry()

    def menu(self) -> QMenu:
        """What can be done with the chosen direction."""
        menu, entry = QMenu(self), self.entry
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in (self.show_it, self.copy, self.delete, self.export):
            menu.addAction(each.text(), each.click).setEnabled(each.isEnabled())
        menu.addSeparator()
        for tick in (self.form.locked, self.form.hidden):
            action = menu.addAction(tick.text(), tick.click)
            action.setCheckable(True)
            action.setChecked(tick.isChecked())
            action.setEnabled(entry is not None)
        return menu

    @Slot()
    def refresh(self) -> None:
        """List the directions that there are now."""
        own = {entry.name for entry in self._session.own_directions}
        given = {entry.name for entry in self._given()}
        self.list.show_entries(self._session.directions, frozenset(own - given))
        self.said.setText("" if self._session.directions else EMPTY)
        self.said.setVisible(not self._session.directions)
        self.undo.hide()
        self._show_entry()

    def say(self, words: str, offers_undo: bool = False) -> None:
        """Say something above the list until something else is done; `offers_undo` of what it is about."""
        self.said.setText(words)
        self.said.show()
        self.undo.setVisible(offers_undo)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_entry()

    def _lay_out(self) -> None:
        self.list.setFixedWidth(_LIST)
        right = QVBoxLayout()
        right.setSpacing(SPACING)
        right.addWidget(self.form, 1)
        right.addLayout(row(self.show_it, self.copy, self.delete, self.export))
        middle = row(self.list)
        middle.takeAt(1)  # its stretch
        middle.addLayout(right, 1)
        layout = column(self)
        layout.addLayout(row(self.said, self.undo, stretch=0))
        layout.addLayout(middle, 1)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._choose)
        self.list.ordered.connect(self._order)
        self.list.fixed.connect(self._refuse_moving)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._show_menu)
        self.form.changed.connect(self._change)
        self._session.directions_changed.connect(self.refresh)
        self._session.undo_stack.indexChanged.connect(self._end_offer)
        self._session.model_changed.connect(self._forget)

    @Slot()
    def _forget(self) -> None:
        """Another model: what is known belongs to the last one."""
        self._effects.clear()
        self.form.forget()
        self._show_entry()

    def _given(self) -> Entries:
        """Those that came with the model."""
        return self._session.facts.named if self._session.facts else ()

    @Slot(int)
    def _choose(self, _: int) -> None:
        self._be_quiet()
        self._show_entry()

    def _show_entry(self) -> None:
        entry, facts = self.entry, self._session.facts
        for each in (self.form, self.show_it, self.copy, self.export):
            each.setEnabled(entry is not None)
        own = entry is not None and any(entry.name == other.name for other in self._session.own_directions)
        self.delete.setEnabled(own)
        given = entry is not None and any(entry.name == other.name for other in self._given())
        self.delete.setText(tr("Restore") if own and given else tr("Delete"))
        if entry is None or facts is None:
            return
        groups = sorted({other.group for other in self._session.directions if other.group})
        effects = self._effects.get(_whole(entry.direction), ())
        self.form.show_entry(entry, facts.config.num_ws, effects, groups)
        if not effects and self.isVisible():
            self.effects_wanted.emit(entry.direction)

    # what the user does ---------------------------------------------------------------------------------------

    @Slot(str, object)
    def _change(self, label: str, after: NamedDirection) -> None:
        before = self.entry
        if before is None:
            return
        if before.locked and _touched(before, after):
            self.say(tr("“{title}” is locked; take the lock away to change it.", title=printable(before.title)))
            self._show_entry()
            return
        self.changed.emit(label, lambda own: _replaced(own, after))
        if before.locked != after.locked:
            self.lock_changed.emit(after)

    @Slot(object)
    def _order(self, names: list[str]) -> None:
        title = printable(self.entry.title) if self.entry else ""
        self.changed.emit(tr("Move {title}", title=title), lambda own: _ordered(own, names))
        self.refresh()  # a drop between those of the model changes nothing

    @Slot()
    def _refuse_moving(self) -> None:
        self.say(tr("What came with the model keeps its place; directions of one group stand together."))

    @Slot()
    def _end_offer(self) -> None:
        """It is not the last step now."""
        if self.undo.isVisibleTo(self):
            self._be_quiet()

    def _be_quiet(self) -> None:
        self.said.hide()
        self.undo.hide()

    def _show(self) -> None:
        if self.entry is not None:
            self.wished.emit(LayersWish(self.entry, self.entry.direction.layers))

    def _copy(self) -> None:
        entry, known = self.entry, self._session.directions
        if entry is None:
            return
        name = free_name(entry.name, [other.name for other in known])
        title = free_name(entry.title, [other.title for other in known])
        made = replace(entry, direction=replace(entry.direction, name=name), title=title, locked=False)
        self.changed.emit(tr("Copy {title}", title=printable(entry.title)), lambda own: (*own, made))
        self.select(name)

    def _delete(self) -> None:
        entry = self.entry
        if entry is None:
            return
        if entry.locked:
            self.say(tr("“{title}” is locked; take the lock away to delete it.", title=printable(entry.title)))
            return
        label = tr("{do} {title}", do=self.delete.text(), title=printable(entry.title))
        self.changed.emit(label, lambda own: tuple(other for other in own if other.name != entry.name))

    def _export(self) -> None:
        if self.entry is not None:
            self.export_asked.emit(self.entry)

    @Slot(QPoint)
    def _show_menu(self, point: QPoint) -> None:
        self.menu().popup(self.list.mapToGlobal(point))


def _whole(direction: Direction) -> Direction:
    """The direction on all layers: what it changes on each does not depend on which are on."""
    return replace(direction, layers=Layers.ALL)


def _touched(before: NamedDirection, after: NamedDirection) -> bool:
    """Whether what the direction does or is called would be another."""
    return (before.direction, before.title, before.low, before.high) != (
        after.direction,
        after.title,
        after.low,
        after.high,
    )


def _replaced(own: Entries, entry: NamedDirection) -> Entries:
    """`entry` in place of the one of its name, or at the end."""
    if any(other.name == entry.name for other in own):
        return tuple(entry if other.name == entry.name else other for other in own)
    return (*own, entry)


def _ordered(own: Entries, names: list[str]) -> Entries:
    return tuple(sorted(own, key=lambda entry: names.index(entry.name)))
