"""One wish as a row that can be corrected: the measure, what kind of wish it is, and its numbers or words."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QStackedWidget, QWidget

from explorer.dialogs.reach_strip import ReachStrip
from explorer.dialogs.wish_words import is_said, number, said, unit_of
from explorer.messages import PeopleKnown
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import button, name
from generator.errors import WishError
from generator.printable import printable
from generator.wishes.parse import parse_wish
from generator.wishes.scales import Scale
from generator.wishes.terms import words_of
from generator.wishes.wish import ANY, Wish

MEASURE_WIDTH, KIND_WIDTH = 160, 124  # logical pixels
_NUMBER_WIDTH, _WORD_WIDTH = 56, 164
_STEPS = 5  # of a new spread
_SHARE = 20  # per cent, of a new share
_TEXT = 200  # characters of a number


class Kind(Enum):
    """The kinds of wishes, as the window calls them."""

    WORD = tr("is")
    RANGE = tr("between")
    TARGET = tr("about")
    SPREAD = tr("spread over")
    SHARE = tr("share")
    WRITTEN = tr("as written")


class WishRow(QWidget):
    """A wish. What is typed is read by the grammar of `generator.wishes.parse`, so that "p70" is a number as well."""

    changed = Signal()
    corrected = Signal()  # the same, by the user
    remove_asked = Signal()

    def __init__(self, known: PeopleKnown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known = known
        self._told = ""  # what is wrong
        self._filling = False  # by the program
        self.measure, self.kind, self.strip = QComboBox(), QComboBox(), ReachStrip()
        self.low, self.high, self.middle = _entry(tr("From")), _entry(tr("To")), _entry(tr("About"))
        self.first, self.last, self.steps = _entry(tr("From")), _entry(tr("To")), _entry(tr("Number of steps"))
        self.share, self.written = _entry(tr("Share of the people, in per cent")), QLineEdit()
        self.word, self.shared = QComboBox(), QComboBox()
        self.balance = QCheckBox(tr("balance"))
        self.remove = button("✕", tr("Remove this wish"), self.remove_asked.emit)
        self._units: list[QLabel] = []
        self._make_fields()
        self._lay_out()
        self._connect()

    # what it says ---------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The measure."""
        return str(self.measure.currentData() or "")

    @property
    def scale(self) -> Scale:
        return self._known.scales.find(self.name)

    @property
    def shown_kind(self) -> Kind:
        return Kind(self.kind.currentData())

    @property
    def text(self) -> str:
        """The wish in the notation of --where."""
        low, high = self.low.text().strip(), self.high.text().strip()
        said_of = {
            Kind.WORD: str(self.word.currentData()),
            Kind.RANGE: f"{low}..{high}" if low and high else f"> {low}" if low else f"< {high}" if high else "any",
            Kind.TARGET: self.middle.text(),
            Kind.SPREAD: f"{self.first.text()}..{self.last.text()} spread {self.steps.text()}",
            Kind.SHARE: f"{self.shared.currentData()} {self.share.text().rstrip('% ')} %",
            Kind.WRITTEN: self.written.text(),
        }
        return f"{self.name} {said_of[self.shown_kind]}"

    def wish(self) -> Wish:
        """Raises `WishError` for what cannot be wished."""
        wish = parse_wish(self.text, self._known.scales)
        if wish.measure != self.name:
            raise WishError(tr("This is about another measure; choose that one at the left."))
        return wish

    @property
    def lack(self) -> str:
        """What is wrong with it; "" = nothing."""
        return self._told

    def show_wish(self, wish: Wish) -> None:
        """Show `wish` in the simplest kind that says all of it."""
        self._filling = True
        self.measure.setCurrentIndex(self.measure.findData(wish.measure))
        self._adopt_measure()
        for kind in (Kind.SPREAD, Kind.WORD, Kind.TARGET, Kind.RANGE, Kind.SHARE):
            if self._fits(kind, wish):
                break
        else:
            self._choose(Kind.WRITTEN)
            self.written.setText(str(wish).removeprefix(wish.measure).strip())
        self._filling = False
        self._judge()

    def show_measure(self, measure: str) -> None:
        """Show a new wish of a measure: its first word, or what the middle half of the faces have."""
        self._filling = True
        self.measure.setCurrentIndex(self.measure.findData(measure))
        self._adopt_measure()
        self._filling = False
        self._judge()

    def _fits(self, kind: Kind, wish: Wish) -> bool:
        """Show `wish` as this kind, if it says all of it."""
        if self.kind.findData(kind.value) < 0 or (kind is Kind.SPREAD and len(wish.bands) == 1):
            return False
        self._choose(kind)
        first, last = wish.bands[0], wish.bands[-1]
        low, high = ("" if band in (ANY.low, ANY.high) else f"{band:g}" for band in (first.low, last.high))
        if kind is Kind.SPREAD:
            self.first.setText(low)
            self.last.setText(high)
            self.steps.setText(str(len(wish.bands)))
        elif kind is Kind.RANGE:
            self.low.setText(low)
            self.high.setText(high)
        elif kind is Kind.TARGET:
            self.middle.setText(f"{(first.low + last.high) / 2:.5g}")
        elif kind is Kind.WORD:
            self.word.setCurrentIndex(max(0, self.word.findData(first.label)))
        else:
            self.shared.setCurrentIndex(max(0, self.shared.findData(first.label)))
            self.share.setText(f"{100 * first.share:g}")
        try:
            return self.wish().bands == wish.bands
        except WishError:
            return False

    # building -------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        _fill_measures(self.measure, self._known)
        for box, title, width in (
            (self.measure, tr("Measure"), MEASURE_WIDTH),
            (self.kind, tr("Kind of wish"), KIND_WIDTH),
            (self.word, tr("Word"), _WORD_WIDTH),
            (self.shared, tr("Word"), _WORD_WIDTH),
        ):
            name(box, title, "")
            box.setMinimumWidth(width)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        name(self.written, tr("The wish as it is written"), tr("As in 20..30 40 %, 30..50 60 %"))
        together = tr("Meet the quotas of all ticked wishes in every combination")
        name(self.balance, tr("Balance with other wishes"), together)
        self.share.setFixedWidth(_NUMBER_WIDTH - 8)
        self.steps.setFixedWidth(_NUMBER_WIDTH - 20)

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        pages: dict[Kind, tuple[QWidget, ...]] = {
            Kind.WORD: (self.word,),
            Kind.RANGE: (self.low, QLabel("–"), self.high, self._unit()),
            Kind.TARGET: (self.middle, self._unit()),
            Kind.SPREAD: (self.first, QLabel("–"), self.last, self._unit(), self.steps, QLabel(tr("steps"))),
            Kind.SHARE: (self.share, QLabel("%"), self.shared),
            Kind.WRITTEN: (self.written,),
        }
        self._pages = list(pages)
        for kind, widgets in pages.items():
            self.pages.addWidget(_row(*widgets, stretch=kind is not Kind.WRITTEN))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.measure)
        row.addWidget(self.kind)
        row.addWidget(self.pages, 1)
        row.addWidget(self.strip)
        row.addWidget(self.balance)
        row.addWidget(self.remove)

    def _unit(self) -> QLabel:
        self._units.append(QLabel(textFormat=Qt.TextFormat.PlainText))
        return self._units[-1]

    def _connect(self) -> None:
        self.measure.currentIndexChanged.connect(self._change_measure)
        self.kind.currentIndexChanged.connect(self._change_kind)
        for box in (self.word, self.shared):
            box.currentIndexChanged.connect(self._correct)
        for entry in (self.low, self.high, self.middle, self.first, self.last, self.steps, self.share, self.written):
            entry.textChanged.connect(self._correct)
        self.balance.toggled.connect(self._correct)

    # changes --------------------------------------------------------------------------------------------------

    @Slot()
    def _change_measure(self) -> None:
        if self._filling:
            return
        self._filling = True
        self._adopt_measure()
        self._filling = False
        self._correct()

    @Slot()
    def _change_kind(self) -> None:
        if self._filling:
            return
        self.pages.setCurrentIndex(self._pages.index(self.shown_kind))
        self._correct()

    @Slot()
    def _correct(self) -> None:
        if not self._filling:
            self._judge()
            self.corrected.emit()

    def _adopt_measure(self) -> None:
        """Offer the kinds, words and numbers of the measure."""
        scale, words = self.scale, words_of(self.name)
        own = [word for word in words if is_said(self.name, word)]
        for box in (self.word, self.shared):
            box.clear()
            for word in own:
                box.addItem(said(self.name, word), word)
        self.kind.clear()
        for kind in Kind:
            if own or kind not in (Kind.WORD, Kind.SHARE):
                self.kind.addItem(kind.value, kind.value)
        for label in self._units:
            label.setText(printable(unit_of(scale)))
        self._suggest(scale)
        self.strip.show_scale(scale)
        self.measure.setToolTip(plain.tip(dict(self._known.meanings).get(self.name, "")))
        self._choose(Kind.WORD if own else Kind.RANGE)

    def _suggest(self, scale: Scale) -> None:
        """Numbers of the model's own faces: the middle half, the middle, nearly all."""
        for entry, percent in ((self.low, 25), (self.high, 75), (self.middle, 50), (self.first, 5), (self.last, 95)):
            entry.setText(number(round(scale.at(percent)) if scale.unit == "years" else scale.at(percent)))
        self.steps.setText(str(_STEPS))
        self.share.setText(str(_SHARE))
        self.written.setText(f"{self.low.text()}..{self.high.text()}")

    def _choose(self, kind: Kind) -> None:
        self.kind.setCurrentIndex(self.kind.findData(kind.value))
        self.pages.setCurrentIndex(self._pages.index(kind))

    def _judge(self) -> None:
        """Show which faces are wished, or mark what cannot be."""
        try:
            wish, self._told = self.wish(), ""
        except WishError as error:
            wish, self._told = None, str(error)
        self.strip.show_bands(wish.bands if wish else ())
        self.balance.setEnabled(wish is not None and len(wish.bands) > 1)
        page = self.pages.currentWidget()
        for entry in page.findChildren(QLineEdit) if page else ():
            entry.setProperty("invalid", bool(self._told))  # the style sheet shows it
            entry.style().polish(entry)
            entry.setToolTip(plain.tip(self._told))
        self.changed.emit()


def _fill_measures(box: QComboBox, known: PeopleKnown) -> None:
    """The measures under the headings of their groups."""
    groups, items, group = dict(known.groups), QStandardItemModel(box), ""
    box.setModel(items)
    for scale in known.scales.scales:
        if groups[scale.name] != group:
            group = groups[scale.name]
            box.addItem(group)
            items.item(box.count() - 1).setFlags(Qt.ItemFlag.NoItemFlags)  # a heading
        box.addItem(printable(scale.title), scale.name)
    box.setMaxVisibleItems(20)


def _entry(title: str) -> QLineEdit:
    entry = QLineEdit()
    entry.setMaxLength(_TEXT)
    entry.setAccessibleName(title)
    entry.setFixedWidth(_NUMBER_WIDTH)
    entry.setAlignment(Qt.AlignmentFlag.AlignRight)
    return entry


def _row(*widgets: QWidget, stretch: bool) -> QWidget:
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return held
