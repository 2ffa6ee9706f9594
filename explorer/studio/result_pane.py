"""What a direction does: faces along it, how strongly it acts on this model, what it moves; its name and layers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from explorer.messages import DirectionMade, LayersMeasured
from explorer.studio.effect_bars import EffectBars
from explorer.studio.layer_cells import LayerCells
from explorer.studio.strip_view import StripView
from explorer.studio.wishes import LayersWish
from explorer.studio.words import LONGEST, name_words
from explorer.translation import tr
from explorer.widgets.layout import SPACING, beside, column, sentence
from generator.printable import printable
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers

WEAK = 1.5  # a direction that changes the picture less than this many random ones do is said to hardly act
NOTHING = tr(
    "What a direction does is shown here: four faces along it, how strongly it acts on this model, and what it moves."
)


class ResultPane(QWidget):
    """The direction made last. It can be named, tried on the face, and kept."""

    added = Signal(object)  # NamedDirection, as it is named here
    tried = Signal(object)  # NamedDirection
    wished = Signal(object)  # LayersWish: the same on other layers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.made: DirectionMade | None = None
        self.title, self.low, self.high = QLineEdit(), QLineEdit(), QLineEdit()
        self.strip, self.bars, self.layers = StripView(), EffectBars(), LayerCells()
        self.acts, self.identity = sentence(), sentence()
        self.try_on = QPushButton(tr("&Try on the face"))
        self.add = QPushButton(tr("&Add to my directions"))
        self._pages = QStackedWidget()
        self._pages.addWidget(_empty())
        self._pages.addWidget(self._page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self._name_controls()
        self._connect()

    @property
    def entry(self) -> NamedDirection | None:
        """The direction with the words that stand here now; None: there is none."""
        if self.made is None:
            return None
        entry = self.made.entry
        title = self.title.text().strip() or entry.title
        return replace(entry, title=title, low=self.low.text().strip(), high=self.high.text().strip())

    def show_made(self, made: DirectionMade, num_ws: int) -> None:
        """Show `made`, of a model with `num_ws` layers; it is not kept before the user adds it. Where only its effects
        are new, the words stay."""
        known = self.made is not None and self.made.entry.direction == made.entry.direction
        self.made, entry = made, made.entry
        if made.measured:
            self.bars.show_effects(made.effects)
        else:
            self.bars.wait()
        self.identity.setText(identity_sentence(made.identity))
        self.identity.setVisible(made.identity is not None)
        if not known:
            self._show_new(made, entry, num_ws)

    def show_layers(self, measured: LayersMeasured) -> None:
        """Show what the direction changes on each layer, if it is the one shown."""
        if self.made is not None and self.made.entry.direction == measured.direction:
            self.layers.show_layers(measured.direction.layers, len(measured.changes), measured.changes)

    def _show_new(self, made: DirectionMade, entry: NamedDirection, num_ws: int) -> None:
        for field, text in ((self.title, entry.title), (self.low, entry.low), (self.high, entry.high)):
            field.setText(printable(text)[:LONGEST])
        self.strip.show_strip(made.strip, made.reach)
        self.acts.setText(acts_sentence(made.acts))
        self.layers.show_layers(entry.direction.layers, num_ws)
        self.add.setEnabled(True)
        self._pages.setCurrentIndex(1)

    def clear(self) -> None:
        """Another model: what was shown does not belong to it."""
        self.made = None
        self._pages.setCurrentIndex(0)

    def mark_added(self) -> None:
        """The direction shown is among the user's now."""
        self.add.setEnabled(False)

    def _page(self) -> QWidget:
        page = QWidget()
        layout = column(page)
        form = QFormLayout()
        form.setSpacing(SPACING)
        form.addRow(tr("&Name"), self.title)
        form.addRow(tr("&Ends"), beside(self.low, QLabel("↔"), self.high))
        form.addRow(tr("La&yers"), self.layers)
        layout.addLayout(form)
        layout.addWidget(self.strip, 100)
        for widget in (self.acts, self.identity, self.bars):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(self._buttons())
        return page

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addStretch(1)
        for button in (self.try_on, self.add):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        return buttons

    def _name_controls(self) -> None:
        name_words(self.title, self.low, self.high)
        self.low.setPlaceholderText(tr("less"))
        self.high.setPlaceholderText(tr("more"))
        self.try_on.setToolTip(tr("Move the face in the window along it; Ctrl+Z takes it back"))
        self.add.setToolTip(tr("Keep it as a slider of this model"))

    def _connect(self) -> None:
        for field in (self.title, self.low, self.high):
            field.textEdited.connect(self._allow_again)
        self.layers.changed.connect(self._ask_layers)
        self.add.clicked.connect(self._add)
        self.try_on.clicked.connect(self._try)

    @Slot()
    def _allow_again(self) -> None:
        self.add.setEnabled(True)

    @Slot(object)
    def _ask_layers(self, layers: Layers) -> None:
        entry = self.entry
        if entry is not None and layers != entry.direction.layers:
            self.wished.emit(LayersWish(entry, layers))

    @Slot()
    def _add(self) -> None:
        self.added.emit(self.entry)

    @Slot()
    def _try(self) -> None:
        self.tried.emit(self.entry)


def acts_sentence(acts: float) -> str:
    """How strongly a direction acts, in words. acts: in random directions of the same length."""
    if acts < WEAK:
        return tr("Hardly acts on this model: {acts:.1f} times as much as random directions.", acts=acts)
    return tr("Acts on this model: {acts:.1f} times as much as random directions.", acts=acts)


def identity_sentence(distance: float | None) -> str:
    """How much of the person it changes, in words."""
    if distance is None:
        return ""
    return tr("From −2 to +2 the person changes by {distance:.2f}; two random faces differ by 0.63.", distance=distance)


def _empty() -> QLabel:
    label = QLabel(NOTHING, alignment=Qt.AlignmentFlag.AlignCenter)
    label.setObjectName("emptyTable")
    label.setWordWrap(True)
    return label
