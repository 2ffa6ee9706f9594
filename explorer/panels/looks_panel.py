"""The looks of the project: named sets of edits, applied to the face shown and to all that are marked with it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QMenu, QWidget

from explorer.document.look_editing import LookEditing, remark
from explorer.document.session import Session
from explorer.translation import tr
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.layout import button, column, name, row, sentence
from generator.errors import RecipeError
from generator.printable import printable
from generator.project.look import MAX_NAME, Look

FULL = 100.0  # percent
_EMPTY = tr("No looks yet. “Save look” keeps the edits of this face under a name, for other faces.")


class LooksPanel(QWidget):
    """A list of looks, and a strength. Moving the strength shows its effect at once: a drag is one undo step."""

    save_asked = Signal()  # the edits of the face shown, as a look
    import_asked = Signal()
    export_asked = Signal(object)  # Look
    changed = Signal(str, object, object)  # what undo calls it; looks before, looks after: renamed or deleted

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._editing = session, LookEditing(session)
        self._looks: tuple[Look, ...] = ()
        self.last_applied = ""  # the name of a look
        self.list = _list()
        self.empty = sentence(_EMPTY, "hint")
        self.remark = sentence(look="hint")
        self.strength = FloatSlider(tr("Strength"), 0, FULL, neutral=FULL, decimals=0, step=5)
        name(self.strength, tr("Strength of the look, in percent"), tr("0 = the face as it was, 100 = all of the look"))
        self.save = button(tr("Save look …"), tr("Keep the edits of this face under a name"), self.save_asked.emit)
        self.apply = button(tr("Apply"), tr("Apply the look to the face shown, or to all marked ones"), self._apply)
        self.more = button(tr("More"), tr("Rename, delete, export or import looks"), self._show_menu)
        self._lay_out()
        self._connect()
        self._show_looks()

    @property
    def selected(self) -> Look | None:
        """The look that is selected in the list."""
        place = self.list.currentRow()
        return self._looks[place] if 0 <= place < len(self._looks) else None

    def set_looks(self, looks: tuple[Look, ...]) -> None:
        """List `looks`; the selected one stays so, by its name, or else the first is."""
        before = self.selected
        self._looks = looks
        self._show_looks()
        self.list.setCurrentRow(0)
        if before is not None and any(look.name == before.name for look in looks):
            self.select(before.name)

    def select(self, name: str) -> None:
        """Select the look called `name`, if there is one."""
        place = next((place for place, look in enumerate(self._looks) if look.name == name), -1)
        self.list.setCurrentRow(place)

    def _lay_out(self) -> None:
        layout = column(self)
        layout.addWidget(self.empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.remark)
        layout.addWidget(self.strength)
        layout.addLayout(row(self.apply, self.save, self.more))

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._judge)
        self.list.itemChanged.connect(self._rename)
        self.list.itemActivated.connect(self._apply)
        self.list.customContextMenuRequested.connect(self._show_menu_at)
        self.strength.valueChanged.connect(self._try_strength)
        self._session.model_changed.connect(self._judge)

    def _show_looks(self) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            for look in self._looks:
                item = QListWidgetItem(printable(look.name))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                self.list.addItem(item)
        self.empty.setVisible(not self._looks)
        self.list.setVisible(bool(self._looks))
        self._judge()

    @Slot()
    def _judge(self) -> None:
        """Say what the selected look would do to this model, and offer what is possible."""
        look, facts = self.selected, self._session.facts
        words, fits = ("", False) if look is None else remark(look, facts)
        self.remark.setText(printable(words))
        self.remark.setVisible(bool(words))
        self.apply.setEnabled(fits)
        self.strength.setEnabled(fits)
        self.save.setEnabled(facts is not None)

    @Slot()
    def _apply(self) -> None:
        self._edit(None)

    @Slot()
    def _try_strength(self) -> None:
        self._edit(self.strength.gesture)

    def _edit(self, gesture: int | None) -> None:
        look = self.selected
        if look is None or not self.apply.isEnabled():
            return
        try:
            self._editing.apply(look, self.strength.value() / FULL, gesture)
        except RecipeError as error:  # one marked face cannot take it
            self.remark.setText(str(error))
            self.remark.show()
        else:
            self.last_applied = look.name

    @Slot()
    def _show_menu(self) -> None:
        self.menu().popup(self.more.mapToGlobal(QPoint(0, 0)))

    @Slot(QPoint)
    def _show_menu_at(self, point: QPoint) -> None:
        self.menu().popup(self.list.mapToGlobal(point))

    def menu(self) -> QMenu:
        """What else can be done with the selected look, and with looks as files."""
        menu, look = QMenu(self), self.selected
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, slot in (
            (tr("Rename"), self._begin_renaming),
            (tr("Delete"), self._delete),
            (tr("Export …"), self._export),
        ):
            menu.addAction(text, slot).setEnabled(look is not None)
        menu.addSeparator()
        menu.addAction(tr("Import …"), self.import_asked.emit)
        return menu

    @Slot()
    def _begin_renaming(self) -> None:
        self.list.editItem(self.list.currentItem())

    @Slot(QListWidgetItem)
    def _rename(self, item: QListWidgetItem) -> None:
        look, text = self._looks[self.list.row(item)], item.text().strip()[:MAX_NAME]
        taken = {other.name for other in self._looks}
        if text and text not in taken:
            self.changed.emit(tr("Rename look"), (look,), (replace(look, name=text),))
            self.select(text)
        else:
            with QSignalBlocker(self.list):
                item.setText(printable(look.name))

    @Slot()
    def _delete(self) -> None:
        if self.selected is not None:
            self.changed.emit(tr("Delete look"), (self.selected,), ())

    @Slot()
    def _export(self) -> None:
        if self.selected is not None:
            self.export_asked.emit(self.selected)


def _list() -> QListWidget:
    made = QListWidget()
    made.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)  # a double click applies
    made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    name(made, tr("Looks"), tr("Double click: apply; F2: rename"))
    return made
