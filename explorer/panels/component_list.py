"""The principal components of W as sliders, on a choice of layers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from explorer.document.session import Session
from explorer.messages import Components
from explorer.panels.direction_list import DirectionList, DirectionRow, layers
from explorer.translation import tr
from explorer.widgets.layout import SPACING, labelled, name
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction

NOT_FOUND = tr("The principal components of this model have not been computed yet.")


def component_title(index: int) -> str:
    """ "PC 0", "PC 1", ...: numbered as in recipes ("pc0") and on the command line."""
    return tr("PC {index}", index=index)


class ComponentList(QWidget):
    """One slider per component. The layer range is where the next edits act; edits of other ranges stay."""

    rows_changed = Signal()  # other directions are listed now

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.waiting = QLabel(NOT_FOUND)
        self.waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.waiting.setWordWrap(True)
        self.first = self._layer_box(tr("First layer"), tr("Components act from this layer on"))
        self.last = self._layer_box(tr("Last layer"), tr("Components act up to this layer"))
        self.list = DirectionList(session)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        layout.addLayout(labelled(tr("&Layers"), self.first, QLabel(tr("to")), self.last, stretch=-2))
        layout.addWidget(self.waiting, 1)
        layout.addWidget(self.list, 1)
        session.model_changed.connect(self._adopt_model)
        session.components_changed.connect(self._refresh_rows)
        self._adopt_model()

    @property
    def chosen_layers(self) -> tuple[int, int]:
        """First and last layer that edits act on, the last one inclusive."""
        return self.first.value(), self.last.value()

    def set_progress(self, text: str) -> None:
        """Show the progress of computing the components, "" = not running; visible while there are none."""
        self.waiting.setText(text or NOT_FOUND)

    def title_of(self, direction: Direction) -> str | None:
        """The title of a component, also on other layers than those chosen; None if it is not a component."""
        components = self._session.components
        vectors = [component.vector for component in components.directions] if components else []
        if direction.vector not in vectors:
            return None
        return f"{component_title(vectors.index(direction.vector))}, {layers(direction)}"

    def _layer_box(self, accessible: str, tooltip: str) -> QSpinBox:
        box = QSpinBox()
        box.setKeyboardTracking(False)
        name(box, accessible, tooltip)
        box.valueChanged.connect(self._keep_order)
        return box

    @Slot()
    def _adopt_model(self) -> None:
        last = self._session.facts.config.num_ws - 1 if self._session.facts else 0
        for box, value in ((self.first, 0), (self.last, last)):
            with QSignalBlocker(box):
                box.setRange(0, last)
                box.setValue(value)
        self._refresh_rows()

    @Slot()
    def _keep_order(self) -> None:
        """Change the other box where necessary, so that first <= last."""
        moved = self.sender()
        first, last = self.chosen_layers
        if first > last:
            other, value = (self.last, first) if moved is self.first else (self.first, last)
            with QSignalBlocker(other):
                other.setValue(value)
        self._refresh_rows()

    @Slot()
    def _refresh_rows(self) -> None:
        components = self._session.components
        self.list.set_rows(self._rows(components) if components else ())
        self.waiting.setVisible(components is None)
        self.list.setVisible(components is not None)
        self.rows_changed.emit()

    def _rows(self, components: Components) -> list[DirectionRow]:
        return [
            self._row(index, direction, float(share))
            for index, (direction, share) in enumerate(zip(components.directions, components.explained, strict=True))
        ]

    def _row(self, index: int, direction: Direction, share: float) -> DirectionRow:
        title, first, last = component_title(index), *self.chosen_layers
        if (first, last) != (0, self.last.maximum()):  # on all layers it is the component itself
            direction = replace(direction, layers=Layers.span(first, last))
        facts = self._session.facts
        if facts is None or facts.config.has_w:
            said = tr(
                "Explains {share:.1%} of the variance of W; acts on {direction}",
                share=share,
                direction=layers(direction),
            )
        else:
            said = tr("Explains {share:.1%} of the variance of what the model draws first; moves z", share=share)
        tooltip = said
        return DirectionRow(direction, title, tooltip, caption=f"{title} · {share:.1%}")
