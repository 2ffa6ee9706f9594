"""The weights of the style mix as an equaliser: one slider per layer, and one per zone of layers."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from explorer.translation import tr
from explorer.widgets.layout import SPACING
from explorer.widgets.vertical_float_slider import VerticalFloatSlider
from generator.config import COARSE, FINE, MIDDLE, zone_layers

NAMES = {COARSE: tr("coarse"), MIDDLE: tr("middle"), FINE: tr("fine")}
CONTENT = {COARSE: tr("pose, face shape"), MIDDLE: tr("features, hair style"), FINE: tr("colour, texture")}


class Zone(QWidget):
    """One zone: a bracket over the sliders of its layers, with the slider for all of them first."""

    weighed = Signal(object, float, int)  # layers, weight, gesture; by the user only

    def __init__(self, zone: str, layers: range, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layers = layers
        self.group = VerticalFloatSlider(tr("all"))
        self.group.setAccessibleName(tr("Weight of all {zone} layers", zone=NAMES[zone]))
        self.group.setToolTip(
            tr("Weight of the second source on all {zone} layers: {content}", zone=NAMES[zone], content=CONTENT[zone])
        )
        self.sliders = {layer: self._layer_slider(layer, zone) for layer in layers}
        caption = QLabel(NAMES[zone].capitalize())
        caption.setToolTip(CONTENT[zone].capitalize())
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        strip = QHBoxLayout()
        strip.setSpacing(0)
        strip.addWidget(self.group)
        strip.addSpacing(SPACING // 2)
        for slider in self.sliders.values():
            strip.addWidget(slider)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(caption)
        layout.addWidget(_bracket())
        layout.addLayout(strip, 1)
        self.group.valueChanged.connect(partial(self._weigh, self.group, layers))

    def show_weights(self, weights: tuple[float, ...]) -> None:
        """Show the weights of the whole model; the zone's slider is at their mean. Emits nothing."""
        own = [weights[layer] for layer in self.layers]
        for layer, slider in self.sliders.items():
            slider.setValue(weights[layer])
        self.group.setValue(own[0] if len(set(own)) == 1 else sum(own) / len(own))

    def _layer_slider(self, layer: int, zone: str) -> VerticalFloatSlider:
        slider = VerticalFloatSlider(str(layer))
        slider.setAccessibleName(tr("Weight of layer {layer}", layer=layer))
        slider.setToolTip(
            tr("Weight of the second source on layer {layer} ({zone}), 0 to 1", layer=layer, zone=NAMES[zone])
        )
        slider.valueChanged.connect(partial(self._weigh, slider, range(layer, layer + 1)))
        return slider

    def _weigh(self, slider: VerticalFloatSlider, layers: range, weight: float) -> None:
        self.weighed.emit(layers, weight, slider.gesture)


class Equaliser(QWidget):
    """All zones of a model, side by side."""

    weighed = Signal(object, float, int)  # layers, weight, gesture; by the user only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zones: list[Zone] = []
        self._strip = QHBoxLayout(self)
        self._strip.setContentsMargins(0, 0, 0, 0)
        self._strip.setSpacing(SPACING)
        self._strip.addStretch(1)

    @property
    def num_ws(self) -> int:
        """The number of layers, each with a slider."""
        return sum(len(zone.layers) for zone in self.zones)

    def set_layers(self, num_ws: int) -> None:
        """Make a slider for each of `num_ws` layers."""
        if num_ws == self.num_ws:
            return
        for zone in self.zones:
            self._strip.removeWidget(zone)
            zone.deleteLater()
        self.zones = [Zone(name, layers) for name, layers in zone_layers(num_ws).items()]
        for index, zone in enumerate(self.zones):
            zone.weighed.connect(self.weighed)
            self._strip.insertWidget(index, zone)

    def slider(self, layer: int) -> VerticalFloatSlider:
        """The slider of `layer`."""
        return next(zone.sliders[layer] for zone in self.zones if layer in zone.layers)

    def show_weights(self, weights: tuple[float, ...]) -> None:
        """Show one weight per layer, 0..1. Emits nothing."""
        for zone in self.zones:
            zone.show_weights(weights)


def _bracket() -> QFrame:
    line = QFrame()
    line.setObjectName("bracket")
    line.setFrameShape(QFrame.Shape.HLine)
    return line
