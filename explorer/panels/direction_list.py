"""A scrolled column of direction sliders, built a few at a time.

A hundred sliders take some 100 ms to build; built in slices between events, they keep the window responsive.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from explorer.document.session import Session
from explorer.panels.common.change_tracker import ChangeTracker
from explorer.panels.common.row_sign import RowSign
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.float_slider import TITLE_WIDTH, FloatSlider
from explorer.widgets.layout import SPACING
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import MAX_LAYER
from generator.recipe.recipe import Direction, Recipe

SLICE = 2  # sliders built between two turns of the event loop
RANGE = 4.0  # sigma either way on the slider: 99.99 % of faces lie within
REACH = 16.0  # sigma beyond it that may still be typed
_TITLE_SLACK = 2  # px: widths of text are rounded
NO_MATCH = tr("No matching directions.")


@dataclass(frozen=True)
class DirectionRow:
    """One slider: its direction and what the user sees of it."""

    direction: Direction
    title: str  # "Age": also what undo calls its edits
    tooltip: str
    caption: str = ""  # the slider's label, if it is longer than the title
    group: str = ""  # rows of a group follow each other under its name
    colour: str = ""  # "#rrggbb"
    locked: bool = False
    limits: tuple[float, float] | None = None  # amounts beyond which the slider resists
    name: str = ""  # of a direction of the library

    @property
    def label(self) -> str:
        """The slider's label."""
        return self.caption or self.title

    @property
    def look(self) -> tuple[object, ...]:
        """All that needs another slider where it changes."""
        return self.label, self.group, self.colour, self.locked, self.limits

    def __post_init__(self) -> None:
        for name in ("title", "tooltip", "caption", "group"):  # which are a file's own words
            object.__setattr__(self, name, printable(getattr(self, name), kept="\n" if name == "tooltip" else ""))

    def matches(self, text: str) -> bool:
        """Whether the title or the tooltip contains every word of `text`, ignoring case."""
        searched = f"{self.title} {self.tooltip}".lower()
        return all(word in searched for word in text.lower().split())


def named_row(named: NamedDirection) -> DirectionRow:
    """The slider of a direction of the library."""
    parts = [f"{named.low} ↔ {named.high}, {layers(named.direction)}", " ".join(named.note.split())]
    if named.locked:
        parts.append(tr("locked"))
    if named.limits is not None:
        low, high = named.limits
        parts.append(tr("breaks below {low:+.1f} and above {high:+.1f}", low=low, high=high))
    return DirectionRow(
        named.direction,
        named.title,
        "\n".join(filter(None, ["; ".join(filter(None, parts)), named.group, named.description])),
        group=named.group,
        colour=named.colour,
        locked=named.locked,
        limits=named.limits,
        name=named.name,
    )


def grouped(entries: Iterable[NamedDirection]) -> list[NamedDirection]:
    """`entries` without a group first, then those of each group together, the groups in the order of their first."""
    groups: dict[str, list[NamedDirection]] = {"": []}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    return [entry for group in groups.values() for entry in group]


def layers(direction: Direction) -> str:
    """The layers of a direction in words."""
    own = direction.layers
    if own.is_all:
        return tr("all layers")
    if own.last < MAX_LAYER:
        return tr("layers {layers}", layers=_spans(own.spans))
    *others, (first, _) = own.spans
    return tr("layers {layers} and up", layers=_spans((*others, (first, first))))


def _spans(spans: Sequence[tuple[int, int]]) -> str:
    """ "0–7, 10"."""
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in spans)


class DirectionList(QScrollArea):
    """Sliders for rows of directions; each edits the session's recipe and follows it."""

    menu_asked = Signal(object, QPoint)  # DirectionRow, and where on the screen

    def __init__(self, session: Session, empty: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty  # shown where an open model has no rows
        self._session = session
        self._rows: tuple[DirectionRow, ...] = ()
        self._filter = ""
        self.editing = False  # whether the recipe being announced comes from here
        self.sliders: list[FloatSlider] = []  # of the first rows, those built so far
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self._builder = QTimer(self)
        self._builder.timeout.connect(self._build_slice)
        self._replace_contents()
        self._parts = ChangeTracker()
        session.recipe_changed.connect(self.refresh)

    @property
    def rows(self) -> tuple[DirectionRow, ...]:
        """The rows, whether built or not."""
        return self._rows

    @property
    def complete(self) -> bool:
        """Whether every row has its slider."""
        return len(self.sliders) == len(self._rows)

    def set_rows(self, rows: Sequence[DirectionRow]) -> None:
        """List `rows`. Where only directions and tooltips change, the sliders stay."""
        same_titles = [row.look for row in rows] == [row.look for row in self._rows]
        self._rows = tuple(rows)
        if rows and same_titles:
            self._retell()
        else:
            self._replace_contents()
            self._build_slice()

    def filter(self, text: str) -> None:
        """Show only the rows that match `text`."""
        self._filter = text
        for row, slider in zip(self._rows, self.sliders, strict=False):
            slider.setVisible(row.matches(text))
        for heading in self._headings:
            heading.setVisible(not text)
        self._say_why_empty()

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the amounts of `recipe`."""
        if not self._parts.change_to(recipe.directions):
            return
        amounts = {edit.direction: edit.amount for edit in recipe.directions}
        for row, slider in zip(self._rows, self.sliders, strict=False):
            slider.setValue(amounts.get(row.direction, 0.0))

    def _replace_contents(self) -> None:
        self.sliders, self._headings = [], list[QLabel]()
        self._signs = any(row.colour for row in self._rows), any(row.locked for row in self._rows)
        widths = [self.fontMetrics().horizontalAdvance(row.label) for row in self._rows]
        self._title_width = min(max(widths, default=0) + _TITLE_SLACK, TITLE_WIDTH)  # the sliders get the rest
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING // 2)
        self._hint = _hint()
        self._column.addWidget(self._hint)
        self._column.addStretch(1)
        self.setWidget(content)
        self._say_why_empty()

    def _say_why_empty(self) -> None:
        without_rows = self._empty if self._session.facts else ""
        self._hint.setText(NO_MATCH if self._rows else without_rows)
        self._hint.setVisible(not any(row.matches(self._filter) for row in self._rows))

    @Slot()
    def _build_slice(self) -> None:
        begun = len(self.sliders)
        for row in self._rows[begun : begun + SLICE]:
            self._build(row)
        self._retell(begun)
        if self.complete:
            self._builder.stop()
        elif not self._builder.isActive():
            self._builder.start(0)

    def _build(self, row: DirectionRow) -> None:
        slider = FloatSlider(row.label, -RANGE, RANGE, reach=REACH)
        slider.set_title_width(self._title_width)
        slider.set_limits(row.limits)
        if any(self._signs):
            slider.put_first(RowSign(row.colour, row.locked, *self._signs))
        place = len(self.sliders)
        slider.valueChanged.connect(partial(self._edit, place))
        slider.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        slider.customContextMenuRequested.connect(partial(self._ask_menu, place))
        before = self._rows[place - 1].group if place else ""
        if row.group and row.group != before:
            self._add_heading(row.group)
        self._column.insertWidget(place + len(self._headings), slider)
        slider.setVisible(row.matches(self._filter))  # only now: without a parent it would be a window
        self.sliders.append(slider)

    def _add_heading(self, group: str) -> None:
        heading = QLabel(group)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setObjectName("quietText")
        self._column.insertWidget(len(self.sliders) + len(self._headings), heading)
        heading.setVisible(not self._filter)
        self._headings.append(heading)

    def _ask_menu(self, place: int, point: QPoint) -> None:
        self.menu_asked.emit(self._rows[place], self.sliders[place].mapToGlobal(point))

    def _retell(self, begun: int = 0) -> None:
        for row, slider in zip(self._rows[begun:], self.sliders[begun:], strict=False):
            slider.setToolTip(plain.tip(row.tooltip.partition("\n")[0]))
            slider.setAccessibleDescription(row.tooltip)
        self._parts = ChangeTracker()  # the new rows show nothing yet
        self.refresh(self._session.recipe)

    def _edit(self, index: int, amount: float) -> None:
        row, gesture = self._rows[index], self.sliders[index].gesture
        self.editing = True
        try:
            self._session.edit(row.title, self._session.recipe.with_amount(row.direction, amount), gesture)
        finally:
            self.editing = False


def _hint() -> QLabel:
    hint = QLabel()
    hint.setObjectName("hint")
    hint.setWordWrap(True)
    return hint
