"""Ways to make a direction that need one choice: a component, a measure, an eigenvector, another model's direction."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QRadioButton,
    QSpinBox,
)

from explorer.document.session import Session
from explorer.messages import MeasuresKnown, OtherModel
from explorer.studio.effect_bars import signed
from explorer.studio.layer_cells import LayerCells
from explorer.studio.method import FACE_FIRST, Method
from explorer.studio.wishes import ComponentWish, MeasureWish, PicturesWish, SefaWish, SlidersWish
from explorer.translation import tr
from explorer.widgets import escape_markup as plain
from explorer.widgets.layout import SPACING, name, row, sentence
from explorer.widgets.theme import pad_spin_boxes
from generator.printable import printable
from generator.recipe.layers import Layers

COMPONENTS = 64  # as many as are computed


class SlidersPage(Method):
    """A principal component of W, or the sliders as they stand."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("Component or sliders"),
            tr("A principal component under a name of its own, or all sliders as they stand now as a single one."),
        )
        self._session = session
        self.together, self.component = QRadioButton(tr("&Sliders as they stand")), QRadioButton(tr("A &component"))
        self.number, self.moved = QSpinBox(), sentence(look="quietText")
        self.number.setRange(0, COMPONENTS - 1)
        name(self.number, tr("Number of the component"), tr("Components are counted from 0, the strongest first"))
        self.together.setChecked(True)
        self.column.addWidget(self.together)
        self.column.addWidget(self.moved)
        self.column.addLayout(row(self.component, self.number))
        self.column.addStretch(1)
        pad_spin_boxes(self)
        self.together.toggled.connect(self.changed)
        self.number.valueChanged.connect(self._choose_component)
        session.recipe_changed.connect(self.refresh)
        self.refresh()

    def wish(self) -> ComponentWish | SlidersWish | None:
        if self._session.facts is None:
            return None
        if self.component.isChecked():
            return ComponentWish(self.number.value())
        return SlidersWish(self._session.recipe) if self._session.recipe.directions else None

    def lack(self) -> str:
        if self._session.facts is None:
            return FACE_FIRST
        return "" if self.wish() else tr("No slider is moved.")

    @Slot()
    def refresh(self) -> None:
        """Name the sliders that are moved."""
        edits = self._session.recipe.directions
        told = ", ".join(f"{printable(edit.direction.name)} {signed(edit.amount)}" for edit in edits)
        self.moved.setText(told or tr("No slider is moved."))
        self.changed.emit()

    @Slot()
    def _choose_component(self) -> None:
        self.component.setChecked(True)
        self.changed.emit()


class MeasurePage(Method):
    """A measure of faces; where the model's pictures show none, a sentence says so."""

    measures_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("A measure"),
            tr("What changes one measure of the face and leaves the others as they are, as far as this model can."),
        )
        self._session = session
        self._known: MeasuresKnown | None = None
        self.list, self.state = QListWidget(), sentence()
        name(self.list, tr("Measures of faces"), "")
        self.list.setObjectName("choices")
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.state)
        self.list.currentRowChanged.connect(self.changed)
        session.model_changed.connect(self.forget)
        self.show_measures(None)

    def wish(self) -> MeasureWish | None:
        item = self.list.currentItem()
        return None if item is None or not self.list.isEnabled() else MeasureWish(item.data(Qt.ItemDataRole.UserRole))

    def lack(self) -> str:
        return "" if self.wish() or self.state.text() else tr("Choose a measure.")

    def show_measures(self, known: MeasuresKnown | None) -> None:
        """List what can be measured in the pictures of the open model; None: it is not known yet."""
        self._known = known
        self.list.clear()
        group = ""
        for measure in known.measures if known else ():
            if measure.group != group:
                group = measure.group
                self._add_group(group)
            item = QListWidgetItem(printable(measure.title))
            item.setData(Qt.ItemDataRole.UserRole, measure.name)
            item.setToolTip(plain.tip(measure.meaning))
            self.list.addItem(item)
        lack = known.lack if known else tr("Looking for faces in the pictures of this model …")
        self.state.setText(lack)
        self.state.setVisible(bool(lack))
        self.list.setEnabled(not lack)
        self.changed.emit()

    @Slot()
    def forget(self) -> None:
        """Another model: ask what can be measured there, once the page is seen."""
        self.show_measures(None)
        if self.isVisible():
            self.measures_wanted.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._known is None and self._session.facts is not None:
            self.measures_wanted.emit()

    def _add_group(self, title: str) -> None:
        item = QListWidgetItem(title)
        item.setFlags(Qt.ItemFlag.NoItemFlags)  # a heading
        self.list.addItem(item)


class SefaPage(Method):
    """Eigenvectors of the weights: what changes the styles most. Nothing is measured."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("SeFa: from the weights"),
            tr("What changes the styles of the chosen layers most, by the model’s weights alone (Shen & Zhou 2021)."),
        )
        self._session = session
        self.number, self.layers = QSpinBox(), LayerCells()
        name(self.number, tr("Number of the eigenvector"), tr("Eigenvectors are counted from 0, the strongest first"))
        form = QFormLayout()
        form.setSpacing(SPACING)
        form.addRow(tr("N&umber"), self.number)
        form.addRow(tr("La&yers"), self.layers)
        self.column.addLayout(form)
        self.column.addStretch(1)
        pad_spin_boxes(self)
        self.layers.changed.connect(self.changed)
        session.model_changed.connect(self.refresh)
        self.refresh()

    def wish(self) -> SefaWish | None:
        return None if self._session.facts is None else SefaWish(self.number.value(), self.layers.layers)

    def lack(self) -> str:
        return "" if self._session.facts else FACE_FIRST

    @Slot()
    def refresh(self) -> None:
        """As many eigenvectors as W has dimensions."""
        facts = self._session.facts
        self.number.setRange(0, facts.config.w_dim - 1 if facts else 0)
        if facts:
            self.layers.show_layers(Layers.ALL, facts.config.num_ws)
        self.layers.setEnabled(facts is not None)
        self.changed.emit()


class PicturesPage(Method):
    """A named direction of another model, by what it does to the pictures there."""

    model_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(
            tr("From another model"),
            tr("A named direction of another model: what it does to the faces there is measured, and done here."),
        )
        self._session = session
        self._other: OtherModel | None = None
        self.choose, self.file = QPushButton(tr("Choose a &model …")), QLabel()
        self.choose.setToolTip(tr("The file of a model that has named directions"))
        self.choose.setAutoDefault(False)
        self.file.setTextFormat(Qt.TextFormat.PlainText)
        self.list, self.state = QListWidget(), sentence()
        name(self.list, tr("Directions of the other model"), "")
        self.list.setObjectName("choices")
        self.column.addLayout(row(self.choose, self.file, stretch=1))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.state)
        self.choose.clicked.connect(self.model_asked)
        self.list.currentRowChanged.connect(self.changed)
        session.model_changed.connect(self.changed)
        self.list.hide()

    def wish(self) -> PicturesWish | None:
        item = self.list.currentItem()
        if self._other is None or item is None or self._session.facts is None:
            return None
        return PicturesWish(self._other.path, item.data(Qt.ItemDataRole.UserRole))

    def lack(self) -> str:
        return "" if self.wish() else tr("Choose a model, and one of its directions.")

    def show_other(self, other: OtherModel) -> None:
        """List the named directions of a model."""
        self._other = other
        self.file.setText(printable(Path(other.path).name))
        self.list.clear()
        for direction, title in other.directions:
            item = QListWidgetItem(printable(title))
            item.setData(Qt.ItemDataRole.UserRole, direction)
            self.list.addItem(item)
        self.list.setVisible(bool(other.directions))
        lack = tr("{name} has no named directions.", name=printable(other.name))
        self.state.setText("" if other.directions else lack)
        self.changed.emit()
