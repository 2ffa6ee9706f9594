"""All wishes as rows: those that a text says, and what the user corrects, removes and adds."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.dialogs.wish_row import WishRow
from explorer.messages import PeopleKnown
from explorer.translation import tr
from generator.errors import WishError
from generator.wishes.lexicon import Understood
from generator.wishes.wish import Wish

EMPTY = tr("Say above who is looked for, or add wishes one by one. Without any, random people are found.")
_HEIGHT = 150  # logical pixels at least
_NEXT = ("age", "gender", "smile", "glasses", "hair", "skin", "clutter", "yaw")  # measures that are offered first


class WishRows(QScrollArea):
    """A row for each wish. What the text says anew changes its row; what the user corrected stays until then."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[WishRow] = []
        self._known = PeopleKnown("")
        self._heard: dict[str, Wish] = {}  # by measure, as the text said it last
        self._crossed: tuple[str, ...] = ()  # as the text said it last
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(6)
        self.hint = QLabel(EMPTY, wordWrap=True)
        self.hint.setObjectName("quietText")
        self._column.addWidget(self.hint)
        self._column.addStretch(1)
        self.setWidget(self._inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_HEIGHT)
        self.setAccessibleName(tr("Wishes"))
        self.changed.connect(self._make_room, Qt.ConnectionType.QueuedConnection)  # once they are laid out

    @Slot()
    def _make_room(self) -> None:
        """As wide as the rows, whose words and units differ: they are not scrolled sideways."""
        bar = self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(self._inside.minimumSizeHint().width() + bar)

    # what they say --------------------------------------------------------------------------------------------

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Raises `WishError` for the first row that says nothing possible."""
        return tuple(row.wish() for row in self.rows)

    @property
    def cross(self) -> tuple[str, ...]:
        """Measures whose quotas are met together."""
        ticked = tuple(row.name for row in self.rows if row.balance.isChecked() and row.balance.isEnabled())
        return ticked if len(ticked) > 1 else ()

    @property
    def lack(self) -> str:
        """What is wrong with the first row that says nothing possible; "" = nothing."""
        return next((row.lack for row in self.rows if row.lack), "")

    def set_known(self, known: PeopleKnown) -> None:
        """Wishes of another model: what the text says is to be heard anew."""
        self._known, self._heard, self._crossed = known, {}, ()
        for row in list(self.rows):
            self._drop(row)
        self.changed.emit()

    def hear(self, said: Understood) -> None:
        """Show what a text says now; rows of which it says nothing new stay as they are."""
        wishes = {wish.measure: wish for wish in said.wishes}
        for name, before in self._heard.items():
            row = self._row_of(name)
            if name not in wishes and row is not None and _says(row, before):
                self._drop(row)
        for name, wish in wishes.items():
            if self._heard.get(name) != wish:
                (self._row_of(name) or self._add()).show_wish(wish)
        if said.cross != self._crossed:
            for row in self.rows:
                row.balance.setChecked(row.name in said.cross)
        self._heard, self._crossed = wishes, said.cross
        self.changed.emit()

    @Slot()
    def add(self) -> None:
        """A new row, about something that is not wished yet."""
        names, used = self._known.scales.names, {row.name for row in self.rows}
        free = [name for name in (*_NEXT, *names) if name in names and name not in used]
        if free:
            row = self._add()
            row.show_measure(free[0])
            self.changed.emit()
            row.measure.setFocus()
            self._inside.layout().activate()  # type: ignore[union-attr]
            self.ensureWidgetVisible(row)

    def _row_of(self, name: str) -> WishRow | None:
        return next((row for row in self.rows if row.name == name), None)

    def _add(self) -> WishRow:
        row = WishRow(self._known)
        row.corrected.connect(self.changed)
        row.remove_asked.connect(partial(self._remove, row))
        self._column.insertWidget(len(self.rows), row)
        row.show()  # at once, so that its size counts
        self.rows.append(row)
        self.hint.hide()
        return row

    def _remove(self, row: WishRow) -> None:
        """By the user; the focus goes to the next row, not out of the list."""
        place = self.rows.index(row)
        self._drop(row)
        if self.rows:
            self.rows[min(place, len(self.rows) - 1)].remove.setFocus()
        self.changed.emit()

    def _drop(self, row: WishRow) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self.hint.setVisible(not self.rows)


def _says(row: WishRow, wish: Wish) -> bool:
    """Whether a row still says what the text said."""
    try:
        return row.wish() == wish
    except WishError:
        return False
