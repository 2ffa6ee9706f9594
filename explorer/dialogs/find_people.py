"""People by wish: a line of text that becomes rows of wishes, how many, how different, and one button."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.dialogs.found_strip import FoundStrip
from explorer.dialogs.wish_rows import WishRows
from explorer.messages import PeopleKnown
from explorer.translation import tr
from explorer.widgets.error_bar import ErrorBar
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.job_bar import JobBar, always_there
from explorer.widgets.layout import SPACING, button, name, row, sentence
from explorer.widgets.search_line import SearchLine
from explorer.widgets.seed_box import SeedBox
from explorer.widgets.theme import pad_spin_boxes
from generator.errors import WishError
from generator.printable import printable
from generator.progress import Progress
from generator.wishes.lexicon import MAX_TEXT, Understood, understood
from generator.wishes.wish import APART, MAX_APART, MAX_COUNT, Brief

REST_MS = 250  # a text that stays this long is read
COUNT = 12  # of people at first
EXAMPLE = tr("six women and six men between 20 and 70, looking at the camera, smiling, plain background")
_DIFFERENT = tr("Different people")
_SIZE = QSize(900, 580)  # logical pixels at first
_FRAME = QSize(8, 36)  # that the title bar and borders may take
_MOST_LOST = 8  # words that are named as not understood


class FindPeopleDialog(QDialog):
    """Stays open beside the window; it does not block it."""

    wished = Signal(object)  # Brief
    learning_asked = Signal()  # the open model is to be learnt
    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("People by wish"))
        self._known = PeopleKnown("")
        self._said = Understood(None)  # by the text, as it was read last
        self._working = False
        self.text, self.lost, self.rows = SearchLine(), sentence(look="quietText"), WishRows()
        self.count, self.seed = QSpinBox(), SeedBox()
        self.apart = FloatSlider(_DIFFERENT, 0.0, MAX_APART, APART, step=0.05)
        self.clean = QCheckBox(tr("Only &clean faces"))
        self.verdict, self.errors, self.job_bar = sentence(look="quietText"), ErrorBar(), JobBar()
        self.go, self.found = QPushButton(tr("&Find")), FoundStrip()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._make_fields()
        self._lay_out()
        self._connect()
        self.show_known(None)
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))

    # what it says ---------------------------------------------------------------------------------------------

    def brief(self) -> Brief:
        """What is asked for. Raises `WishError` where it is impossible."""
        return Brief(
            self.count.value(),
            self.rows.wishes,
            self.rows.cross,
            self.apart.value(),
            self.seed.value(),
            clean=self.clean.isChecked(),
        )

    def show_known(self, known: PeopleKnown | None) -> None:
        """Offer what can be wished of the open model; None: it is not known yet."""
        self._known = known or PeopleKnown("")
        self._said = Understood(None)
        self.found.clear()
        self.rows.set_known(self._known)
        is_learnt = known is not None and known.is_learnt
        self._pages.setCurrentIndex(0 if is_learnt else 1)
        self.text.setEnabled(is_learnt)
        self.go.setEnabled(is_learnt)
        self.learn.setVisible(known is not None and not is_learnt)
        self.unknown.setText(_NOT_LEARNT if known is not None else _LOOKING)
        self.clean.setVisible(self._known.inspects)
        if is_learnt and self.isVisible():
            self.text.setFocus()
        self.read()

    def show_job(self, title: str, progress: Progress, cancellable: bool) -> None:
        """People are being looked for, or a model is being learnt."""
        self.errors.hide()
        self.job_bar.show_job(title, progress.done, progress.total, cancellable, progress.text)
        self._set_working(True)

    def end_job(self) -> None:
        """Nothing is being done any more."""
        self.job_bar.hide()
        self._set_working(False)

    def say(self, sentence: str) -> None:
        """How a search went; it stays until something else is wished."""
        self.verdict.setText(sentence)

    def reject(self) -> None:
        """Esc gives up what is being done; it closes the window where nothing is."""
        if self._working:
            self.cancel_asked.emit()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """By its button or frame: what is being done goes on, as the status bar of the window shows."""
        event.accept()

    @Slot()
    def read(self) -> None:
        """Make rows of what the text says now."""
        self._rest.stop()
        if not self._known.is_learnt:
            return
        said = understood(self.text.text(), self._known.scales)
        if said.count is not None and said.count != self._said.count:
            self.count.setValue(min(max(said.count, 1), MAX_COUNT))
        self._said = said
        self.lost.setText(_lost(said.ignored))
        self.rows.hear(said)

    # building -------------------------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.text.setPlaceholderText(EXAMPLE)
        self.text.setMaxLength(MAX_TEXT)
        name(self.text, tr("Who is looked for"), tr("Describe the people in English; the rows say what is understood"))
        self.count.setRange(1, MAX_COUNT)
        self.count.setValue(COUNT)
        name(self.count, tr("How many people"), "")
        self.apart.setValue(APART)
        self.apart.set_title_width(self.apart.fontMetrics().horizontalAdvance(_DIFFERENT) + SPACING)
        tip = tr("How different people must be from each other: 1 is as much as two random faces usually are")
        self.apart.setToolTip(tip)
        self.clean.setToolTip(tr("Leave out faces with tell-tales of generated pictures"))
        self.add = button(tr("Add &wish"), tr("Wish something else of the people"), self.rows.add)
        self.learn = QPushButton(tr("&Learn this model"))
        self.unknown = sentence(look="quietText")
        self.go.setToolTip(tr("Look for these people, and put them on the light table"))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(SPACING)
        column.addWidget(self.errors)
        column.addWidget(self.text)
        column.addWidget(self.lost)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._wishes())
        self._pages.addWidget(self._to_learn())
        column.addWidget(self._pages, 1)
        column.addLayout(self._options())
        column.addWidget(self.found)
        column.addWidget(self.verdict)
        column.addLayout(self._footer())
        self.go.setDefault(True)  # only a button that is already in the dialog can be its default
        pad_spin_boxes(self)

    def _wishes(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        column.addWidget(self.rows, 1)
        column.addLayout(row(self.add))
        return page

    def _to_learn(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(1)
        column.addWidget(self.unknown)
        column.addLayout(row(self.learn))
        column.addStretch(2)
        return page

    def _options(self) -> QGridLayout:
        options = QGridLayout()
        options.setHorizontalSpacing(SPACING)
        options.setColumnStretch(4, 1)
        for place, (text, widget) in enumerate(((tr("&People"), self.count), (tr("&Seed"), self.seed))):
            label = QLabel(text)
            label.setBuddy(widget)
            options.addWidget(label, 0, 2 * place)
            options.addWidget(widget, 0, 2 * place + 1)
        options.addWidget(self.apart, 0, 4)
        options.addWidget(self.clean, 0, 5)
        return options

    def _footer(self) -> QHBoxLayout:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        buttons.addButton(self.go, QDialogButtonBox.ButtonRole.ActionRole)
        self.learn.setAutoDefault(False)
        footer = QHBoxLayout()
        footer.addWidget(always_there(self.job_bar), 1)
        footer.addWidget(buttons)
        return footer

    def _connect(self) -> None:
        self.text.textChanged.connect(self._rest.start)
        self._rest.timeout.connect(self.read)
        self.rows.changed.connect(self._judge)
        self.count.valueChanged.connect(self._judge)
        self.seed.valueChanged.connect(self._judge)
        self.apart.valueChanged.connect(self._judge)
        self.clean.toggled.connect(self._judge)
        self.go.clicked.connect(self._wish)
        self.learn.clicked.connect(self.learning_asked)
        self.job_bar.cancel_asked.connect(self.cancel_asked)

    # changes --------------------------------------------------------------------------------------------------

    @Slot()
    def _judge(self) -> None:
        """Say what cannot be wished; otherwise there is nothing to say."""
        try:
            self.brief()
            lack = ""
        except WishError as error:
            lack = printable(str(error))
        self.verdict.setText(lack)
        self._offer()

    def _offer(self) -> None:
        try:
            self.brief()
            possible = self._known.is_learnt
        except WishError:
            possible = False
        self.go.setEnabled(possible and not self._working)
        self.learn.setEnabled(not self._working)

    def _set_working(self, working: bool) -> None:
        if working != self._working:
            self._working = working
            self._offer()

    @Slot()
    def _wish(self) -> None:
        self.read()  # what was typed a moment ago
        try:
            brief = self.brief()
        except WishError:
            return
        self.verdict.setText("")
        self.found.clear()
        self.text.setFocus()  # else the next button gets it once this one is disabled
        self.wished.emit(brief)


_LOOKING = tr("Looking at what is known of this model …")
_NOT_LEARNT = tr(
    "Outis does not know yet what this model’s faces look like. It learns that once, from 4,000 of them, which takes "
    "some minutes on a GPU and longer without; then people can be looked for within seconds."
)


def _lost(words: tuple[str, ...]) -> str:
    """What was not understood, in a sentence."""
    if not words:
        return ""
    named = ", ".join(f"“{printable(word)}”" for word in words[:_MOST_LOST])
    more = len(words) - _MOST_LOST
    if more > 0:
        return tr("Not understood: {words}, and {more} more.", words=named, more=more)
    return tr("Not understood: {words}.", words=named)
