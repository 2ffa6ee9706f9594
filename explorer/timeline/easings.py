"""The easings in the window: their titles, the menu to choose one, and drawing one by hand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QVBoxLayout, QWidget

from explorer.translation import tr
from explorer.widgets.theme import COLOURS
from generator.motion.easing import EASINGS, Easing

TITLES = {
    "linear": tr("Linear"),
    "smooth": tr("Smooth"),
    "hold": tr("Hold, then jump"),
    "in": tr("Ease in"),
    "out": tr("Ease out"),
    "in-out": tr("Ease in and out"),
    "curve": tr("Curve by hand …"),
}
FIRST_CURVE = Easing("curve", (0.6, 0.0, 0.2, 1.0))
_SIDE, _BEYOND = 140.0, 0.25  # logical pixels of the square of a curve; how far above and below it is shown
_NEAR = 14.0  # logical pixels from the pointer to a handle
_STEP = 0.02  # of an arrow key
_ABOVE = 32  # logical pixels between what is eased and the editor


class EasingMenu(QMenu):
    """The easings, of which one is ticked."""

    chosen = Signal(object)  # Easing of a name
    curve_asked = Signal()

    def __init__(self, current: Easing, parent: QWidget | None = None) -> None:
        super().__init__(tr("Easing to the next"), parent)
        group = QActionGroup(self)
        for kind in EASINGS:
            action: QAction = group.addAction(TITLES[kind])
            action.setCheckable(True)
            action.setChecked(kind == current.kind)
            action.setData(kind)
        self.addActions(group.actions())
        group.triggered.connect(self._choose)

    def _choose(self, action: QAction) -> None:
        if action.data() == "curve":
            self.curve_asked.emit()
        else:
            self.chosen.emit(Easing(action.data()))


class CurveEditor(QWidget):
    """A curve from the lower left to the upper right corner of a square, with two handles to drag. Tab changes the
    handle that the arrow keys move."""

    changed = Signal(object)  # Easing

    def __init__(self, easing: Easing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.easing = easing if easing.kind == "curve" else FIRST_CURVE
        self._held = 0  # the handle that is dragged or moved by keys: 0 or 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(tr("Curve"))

    def sizeHint(self) -> QSize:
        return QSize(round(_SIDE) + 24, round(_SIDE * (1 + 2 * _BEYOND)) + 8)

    @property
    def _square(self) -> QRectF:
        return QRectF(12, 4 + _SIDE * _BEYOND, _SIDE, _SIDE)

    def place(self, handle: int) -> QPointF:
        """Where a handle is, 0 or 1."""
        x, y = self.easing.handles[2 * handle : 2 * handle + 2]
        return QPointF(self._square.left() + x * _SIDE, self._square.bottom() - y * _SIDE)

    def _move(self, x: float, y: float) -> None:
        """Move the held handle to a share of both sides of the square."""
        pair = min(max(round(x, 3), 0.0), 1.0), min(max(round(y, 3), -_BEYOND), 1 + _BEYOND)
        x1, y1, x2, y2 = self.easing.handles
        self.easing = Easing("curve", (*pair, x2, y2) if self._held == 0 else (x1, y1, *pair))
        self.update()
        self.changed.emit(self.easing)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        distances = [(event.position() - self.place(handle)).manhattanLength() for handle in (0, 1)]
        self._held = distances.index(min(distances))
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            offset = event.position() - self._square.bottomLeft()
            self._move(offset.x() / _SIDE, -offset.y() / _SIDE)

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes to the other handle."""
        self._held = 1 - self._held
        self.update()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            return super().keyPressEvent(event)
        x, y = self.easing.handles[2 * self._held : 2 * self._held + 2]
        self._move(x + step[0], y + step[1])

    def paintEvent(self, event: QPaintEvent) -> None:
        square, palette = self._square, self.palette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
            painter.setPen(QPen(QColor(COLOURS["line"]), 1))
            painter.drawRect(square)
            path = QPainterPath(square.bottomLeft())
            for step in range(1, round(_SIDE) + 1):
                share = step / _SIDE
                path.lineTo(square.left() + step, square.bottom() - self.easing.at(share) * _SIDE)
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Text), 1.8))
            painter.drawPath(path)
            for handle, end in enumerate((square.bottomLeft(), square.topRight())):
                colour = QPalette.ColorRole.Highlight if handle == self._held else QPalette.ColorRole.PlaceholderText
                painter.setPen(QPen(palette.color(colour), 1.2))
                painter.drawLine(end, self.place(handle))
                painter.setBrush(palette.color(colour))
                painter.drawEllipse(self.place(handle), 4.5, 4.5)


_STEPS = {
    Qt.Key.Key_Left: (-_STEP, 0.0),
    Qt.Key.Key_Right: (_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}


class CurvePopup(QFrame):
    """The editor of a curve, which closes as a menu does; Esc or a click beside it keeps what was drawn."""

    def __init__(self, easing: Easing, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("curvePopup")
        self.editor = CurveEditor(easing)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.addWidget(self.editor)
        hint = QLabel(tr("Time runs to the right, the change goes up."))
        hint.setObjectName("quietText")
        hint.setWordWrap(True)
        hint.setFixedWidth(self.editor.width())
        column.addWidget(hint)

    def show_at(self, place: QPoint) -> None:
        """Above `place`, in screen coordinates."""
        self.adjustSize()
        self.move(place - QPoint(self.width() // 2, self.height() + _ABOVE))
        self.show()
        self.editor.setFocus()
