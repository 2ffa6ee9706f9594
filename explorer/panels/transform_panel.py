"""Moving and rotating the image, for families that support it (StyleGAN3)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from explorer.document.session import Session
from explorer.panels.common.change_tracker import ChangeTracker
from explorer.translation import tr
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.layout import button, column, name, row
from generator.recipe.recipe import MAX_DEGREES, MAX_SHIFT, Recipe, Transform


class TransformPanel(QWidget):
    """The transform of the recipe; disabled where the open model has none; its dock is then hidden."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._parts = session, ChangeTracker()
        self.right = FloatSlider(tr("Shift right"), -1, 1, step=0.05, reach=MAX_SHIFT - 1)
        self.down = FloatSlider(tr("Shift down"), -1, 1, step=0.05, reach=MAX_SHIFT - 1)
        self.degrees = FloatSlider(tr("Rotate"), -180, 180, decimals=1, step=5, reach=MAX_DEGREES - 180)
        name(self.right, tr("Shift to the right"), tr("Widths of the image to the right; negative = to the left"))
        name(self.down, tr("Shift down"), tr("Widths of the image down; negative = up"))
        name(self.degrees, tr("Rotation"), tr("Degrees counter-clockwise about the centre, before the shift"))
        self.reset = button(tr("Reset"), tr("Reset position and rotation"), self._reset)
        layout = column(self)
        for part, slider in self._sliders.items():
            layout.addWidget(slider)
            slider.valueChanged.connect(partial(self._edit, part))
        layout.addLayout(row(self.reset))
        layout.addStretch(1)
        session.recipe_changed.connect(self.refresh)
        session.model_changed.connect(self._adopt_model)
        self._adopt_model()

    @property
    def _sliders(self) -> dict[str, FloatSlider]:
        """The sliders by the field of `Transform` that they set."""
        return {"x": self.right, "y": self.down, "degrees": self.degrees}

    @Slot()
    def _adopt_model(self) -> None:
        facts = self._session.facts
        self.setEnabled(facts is not None and facts.config.has_transform)
        self.refresh(self._session.recipe)

    @Slot(object)
    def refresh(self, recipe: Recipe) -> None:
        """Show the transform of `recipe`."""
        if not self._parts.change_to(recipe.transform):
            return
        for part, slider in self._sliders.items():
            slider.setValue(getattr(recipe.transform, part))
        self.reset.setEnabled(recipe.transform != Transform())

    def _edit(self, part: str, value: float) -> None:
        recipe, slider = self._session.recipe, self._sliders[part]
        moved = replace(recipe.transform, **{part: value})
        label = tr("Rotate") if part == "degrees" else tr("Shift")
        self._session.edit(label, replace(recipe, transform=moved), slider.gesture)

    def _reset(self) -> None:
        self._session.edit(tr("Reset transform"), replace(self._session.recipe, transform=Transform()))
