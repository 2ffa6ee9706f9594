"""Truncation: how far the face may deviate from the average one, and on which layers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QSpinBox, QWidget

from explorer.document.session import Session
from explorer.panels.common.reason import Reason
from explorer.translation import tr
from explorer.widgets.float_slider import TITLE_WIDTH, FloatSlider
from explorer.widgets.layout import column, labelled, name
from generator.recipe.recipe import Recipe, Truncation

ALL_LAYERS = tr("all layers")
NO_W = tr("This model has no W: it draws from z itself, so there is no average face to truncate towards.")


class CutoffBox(QSpinBox):
    """Number of truncated layers; the maximum reads "all layers"."""

    def textFromValue(self, value: int) -> str:
        """ "8", or "all layers" at the maximum."""
        return ALL_LAYERS if value == self.maximum() else str(value)


class TruncationPanel(QWidget):
    """Psi and cutoff of the recipe. Values of a recipe beyond the slider are shown and left unchanged."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.psi = FloatSlider(tr("Psi"), -0.5, 1.5, neutral=Truncation().psi)
        name(
            self.psi, tr("Truncation psi"), tr("0 = the average face, 1 = not truncated, negative = the opposite face")
        )
        self.cutoff = CutoffBox()
        self.cutoff.setKeyboardTracking(False)
        name(self.cutoff, tr("Truncated layers"), tr("How many layers psi acts on, the coarsest first"))
        self.reason = Reason()
        layout = column(self)
        layout.addWidget(self.reason)
        layout.addWidget(self.psi)
        layout.addLayout(labelled(tr("&Layers"), self.cutoff, width=TITLE_WIDTH))
        layout.addStretch(1)
        self.psi.valueChanged.connect(self._edit_psi)
        self.cutoff.valueChanged.connect(self._edit_cutoff)
        session.recipe_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        self._adopt_model()

    @Slot()
    def _adopt_model(self) -> None:
        facts = self._session.facts
        self.setEnabled(facts is not None)
        has_w = facts is None or facts.config.has_w
        self.psi.setEnabled(has_w)
        self.cutoff.setEnabled(has_w)
        self.reason.say("" if has_w else NO_W)
        if facts is not None:
            with QSignalBlocker(self.cutoff):
                self.cutoff.setRange(0, facts.config.num_ws)
        self.refresh(self._session.recipe)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the truncation of `recipe`."""
        self.psi.setValue(recipe.truncation.psi)
        cutoff = recipe.truncation.cutoff
        with QSignalBlocker(self.cutoff):
            self.cutoff.setValue(self.cutoff.maximum() if cutoff is None else cutoff)

    @Slot(float)
    def _edit_psi(self, psi: float) -> None:
        recipe = self._session.recipe
        edited = replace(recipe, truncation=replace(recipe.truncation, psi=psi))
        self._session.edit(tr("Truncation"), edited, self.psi.gesture)

    @Slot(int)
    def _edit_cutoff(self, layers: int) -> None:
        recipe = self._session.recipe
        cutoff = None if layers == self.cutoff.maximum() else layers
        self._session.edit(
            tr("Truncation layers"), replace(recipe, truncation=replace(recipe.truncation, cutoff=cutoff))
        )
