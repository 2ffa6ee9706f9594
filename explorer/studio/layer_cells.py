"""The layers of a direction as cells to be switched by hand, with what the direction changes on each of them below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from explorer.translation import tr
from explorer.widgets.layout import SPACING, name
from generator.recipe.layers import Layers

_CELL, _BAR, _GAP = 24, 28, 3  # logical pixels: height of a cell, of the longest bar, and between neighbours
_WIDEST = 36  # logical pixels of a cell
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
CHIPS = (  # the kinds of layers of Karras et al. 2019, section 3.1
    (tr("&Coarse"), range(0, 4), tr("Layers 0–3: pose and the shape of the head")),
    (tr("&Middle"), range(4, 8), tr("Layers 4–7: features of the face, hair")),
    (tr("&Fine"), range(8, 100), tr("Layers from 8 on: colours and texture")),
    (tr("A&ll"), range(100), tr("Every layer")),
)


class LayerCells(QWidget):
    """Chips choose a kind of layers (with Ctrl they add it); cells are switched by a click, a drag or Space."""

    changed = Signal(object)  # Layers, by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = Cells()
        self.chips = [self._chip(*chip) for chip in CHIPS]
        above = QHBoxLayout()
        above.setSpacing(SPACING // 2)
        for chip in self.chips:
            above.addWidget(chip)
        above.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addLayout(above)
        layout.addWidget(self.cells)
        self.setFocusProxy(self.cells)
        self.cells.switched.connect(self._tell)

    @property
    def layers(self) -> Layers:
        """The layers that are on."""
        return self.cells.layers

    def show_layers(self, layers: Layers, num_ws: int, effects: Sequence[float] = ()) -> None:
        """Show the layers of a direction of a model with `num_ws`; emits nothing. effects: for each layer how much the
        picture changes, in any unit; () = not known yet."""
        self.cells.show_cells({layer for layer in range(num_ws) if layer in layers}, num_ws, effects)

    def _chip(self, text: str, layers: range, tip: str) -> QToolButton:
        chip = QToolButton()
        chip.setText(text)
        chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name(chip, tip, tr("{layers}; Ctrl adds them", layers=tip))
        chip.clicked.connect(lambda: self._choose(layers))
        return chip

    def _choose(self, layers: range) -> None:
        adds = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
        chosen = {layer for layer in layers if layer < self.cells.count}
        self.cells.switch_to(self.cells.on | chosen if adds else chosen)

    @Slot()
    def _tell(self) -> None:
        self.changed.emit(self.layers)


class Cells(QWidget):
    """A cell for each layer. One of them is always on, since no layers are no direction."""

    switched = Signal()  # by the user; a drag over several is one change

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.count, self.on, self.current = 1, {0}, 0
        self.effects: tuple[float, ...] = ()
        self._before: set[int] | None = None  # while the mouse is held
        self._turning_on = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        name(self, tr("Layers it acts on"), tr("Click or drag: switch layers; arrow keys and Space do the same"))

    @property
    def layers(self) -> Layers:
        """Those that are on; all of them are every layer of any model."""
        return Layers.ALL if len(self.on) == self.count else Layers.of(self.on)

    def sizeHint(self) -> QSize:
        return QSize(self.count * 26, _CELL + _GAP + _BAR)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.count * 14, _CELL + _GAP + _BAR)

    def show_cells(self, on: set[int], count: int, effects: Sequence[float]) -> None:
        """Show them; emits nothing."""
        self.count, self.on, self.effects = count, on, tuple(effects)
        self.current = min(self.current, count - 1)
        self._describe()
        self.updateGeometry()

    def switch_to(self, on: set[int]) -> None:
        """Make `on` the layers that are on, as the user's wish."""
        if on and on != self.on:
            self.on = on
            self._describe()
            self.switched.emit()

    def cell(self, layer: int) -> QRectF:
        """Where the cell of a layer is."""
        width = min((self.width() + _GAP) / self.count, _WIDEST + _GAP)
        return QRectF(layer * width, 0, width - _GAP, _CELL)

    # the mouse and the keyboard -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        layer = self._layer_at(event.position())
        if event.button() is not Qt.MouseButton.LeftButton or layer is None:
            event.ignore()
            return
        self._before, self._turning_on = set(self.on), layer not in self.on
        self._paint_over(layer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        layer = self._layer_at(event.position())
        if self._before is not None and layer is not None:
            self._paint_over(layer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        before, self._before = self._before, None
        if before is not None and event.button() is Qt.MouseButton.LeftButton and before != self.on:
            self.switched.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.current = min(max(self.current + _KEYS[key], 0), self.count - 1)
            self._describe()
        elif key == Qt.Key.Key_Space:
            self.switch_to(self.on ^ {self.current})
        else:
            super().keyPressEvent(event)

    def _layer_at(self, point: QPointF) -> int | None:
        layer = int(point.x() // (self.cell(0).width() + _GAP))
        return layer if 0 <= layer < self.count else None

    def _paint_over(self, layer: int) -> None:
        wanted = self.on | {layer} if self._turning_on else self.on - {layer}
        self.current, self.on = layer, wanted or self.on
        self._describe()

    def _describe(self) -> None:
        layer = self.current
        state = tr("layer {layer} is on", layer=layer) if layer in self.on else tr("layer {layer} is off", layer=layer)
        self.setAccessibleDescription(tr("{layers}; {state}", layers=str(self.layers), state=state))
        self.update()

    # painting -------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max(self.effects, default=0.0)
        for layer in range(self.count):
            self._paint_cell(painter, layer)
            if most > 0 and layer < len(self.effects):
                self._paint_bar(painter, layer, self.effects[layer] / most)
        painter.end()

    def _paint_cell(self, painter: QPainter, layer: int) -> None:
        palette, place, on = self.palette(), self.cell(layer), layer in self.on
        enabled = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        focused = self.hasFocus() and layer == self.current
        painter.setPen(QPen(palette.text(), 2) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(enabled, QPalette.ColorRole.Highlight if on else QPalette.ColorRole.Button))
        painter.drawRoundedRect(place.adjusted(1, 1, -1, -1), 3, 3)
        role = QPalette.ColorRole.HighlightedText if on else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(enabled, role))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(layer))

    def _paint_bar(self, painter: QPainter, layer: int, share: float) -> None:
        """Downwards from the cell; brighter where the layer is on."""
        place = self.cell(layer)
        role = QPalette.ColorRole.Highlight if layer in self.on else QPalette.ColorRole.Mid
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(role))
        painter.drawRect(QRectF(place.x() + 2, _CELL + _GAP, place.width() - 4, max(share * _BAR, 1)))
