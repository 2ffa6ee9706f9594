"""Layers as text: "all", or "0-7, 10"."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from explorer.translation import tr
from explorer.widgets.layout import name
from generator.errors import RecipeError
from generator.recipe.layers import Layers


class LayersEntry(QLineEdit):
    """Emits the layers that the user has typed, once Enter or another control is pressed."""

    changed = Signal(object)  # Layers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = Layers.ALL
        name(self, tr("Layers it acts on"), tr("Layers it acts on: “all”, “0-7” or “0-7,10”"))
        self.editingFinished.connect(self._take)
        self.textEdited.connect(self._mark)
        self.show_layers(self.layers)

    def show_layers(self, layers: Layers) -> None:
        """Show `layers`; emits nothing."""
        self.layers = layers
        self.setText(str(layers))
        self._mark()

    @Slot()
    def _take(self) -> None:
        layers = self._typed()
        if layers is not None and layers != self.layers:
            self.layers = layers
            self.changed.emit(layers)

    @Slot()
    def _mark(self) -> None:
        invalid = self._typed() is None
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.style().polish(self)

    def _typed(self) -> Layers | None:
        """What stands here; None if it is no set of layers."""
        try:
            return Layers.parse(self.text().replace(" ", ""))
        except RecipeError:
            return None
