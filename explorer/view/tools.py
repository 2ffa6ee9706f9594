"""Tools: what the mouse and the arrow keys do on the image. A tool knows the viewport, not the view."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from explorer.translation import tr
from explorer.view.painting import TAG_MARGIN, paint_image, paint_tag
from explorer.view.viewport import Viewport

_PAN_STEP = 40.0  # px, arrow keys
_DIVIDER_GRIP = 8  # px to both sides of the divider
_DIVIDER_STEP, _DIVIDER_FINE_STEP = 0.02, 0.002  # share of the stage, arrow keys without and with shift


class Tool(Protocol):
    """A tool. The view asks its current tool first; what it declines pans and zooms.

    Points are in view coordinates. A subclass needs only the first four methods.
    """

    takes_escape: bool = False  # Esc is then no shortcut of the window

    def press(self, point: QPointF, viewport: Viewport) -> bool:
        """A drag begins at `point`; False declines it."""

    def move(self, point: QPointF, viewport: Viewport) -> Viewport:
        """The drag is at `point` now; returns the new viewport."""

    def release(self) -> None:
        """The drag ends."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint over the image. The painter's pen has the colour of marks, which shows whether the view has focus."""

    def double_click(self, point: QPointF, viewport: Viewport) -> Viewport | None:
        """The new viewport; None declines."""
        return None

    def arrow(self, way: QPointF, fine: bool, viewport: Viewport) -> Viewport | None:
        """An arrow key, `way` of length 1, was pressed; returns the new viewport; None declines."""
        return None

    def cursor(self, point: QPointF, viewport: Viewport) -> Qt.CursorShape | None:
        """The cursor that shows what a drag from `point` would do; None where it would be declined."""
        return None

    def escape(self) -> None:
        """Esc was pressed, and `takes_escape`."""
        return

    def describe(self) -> str:
        """Its description for screen readers."""
        return ""


class Pan(Tool):
    """Moves a zoomed image; a double click fits it."""

    def __init__(self) -> None:
        self._last: QPointF | None = None  # last point of the drag

    def press(self, point: QPointF, viewport: Viewport) -> bool:
        self._last = point
        return True

    def move(self, point: QPointF, viewport: Viewport) -> Viewport:
        last, self._last = self._last, point
        return viewport if last is None else viewport.panned(point - last)

    def release(self) -> None:
        self._last = None

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Paints nothing."""

    def double_click(self, point: QPointF, viewport: Viewport) -> Viewport:
        return viewport.fitted()

    def arrow(self, way: QPointF, fine: bool, viewport: Viewport) -> Viewport:
        return viewport.panned(way * -_PAN_STEP)

    def cursor(self, point: QPointF, viewport: Viewport) -> Qt.CursorShape:
        if viewport.is_fitted:
            return Qt.CursorShape.ArrowCursor
        return Qt.CursorShape.OpenHandCursor if self._last is None else Qt.CursorShape.ClosedHandCursor


class Wipe(Tool):
    """Wipes between a pinned image (A, left of the divider) and the live one (B)."""

    def __init__(self, pinned: QImage, names: tuple[str, str] = ("A", "B")) -> None:
        """names: of the images to the left and right of the divider."""
        self._pinned, self._names = pinned, names
        self._divider = 0.5

    @property
    def divider(self) -> float:
        """Position of the divider, 0..1 of the visible image's width."""
        return self._divider

    def divider_x(self, viewport: Viewport) -> float:
        """The divider in view coordinates."""
        return viewport.stage.left() + self._divider * viewport.stage.width()

    def press(self, point: QPointF, viewport: Viewport) -> bool:
        return abs(point.x() - self.divider_x(viewport)) <= _DIVIDER_GRIP

    def move(self, point: QPointF, viewport: Viewport) -> Viewport:
        self._place((point.x() - viewport.stage.left()) / viewport.stage.width())
        return viewport

    def release(self) -> None:
        """Does nothing: the divider stays where it is."""

    def double_click(self, point: QPointF, viewport: Viewport) -> Viewport | None:
        if not self.press(point, viewport):
            return None
        self._place(0.5)
        return viewport

    def arrow(self, way: QPointF, fine: bool, viewport: Viewport) -> Viewport | None:
        if not way.x():
            return None
        self._place(self._divider + way.x() * (_DIVIDER_FINE_STEP if fine else _DIVIDER_STEP))
        return viewport

    def cursor(self, point: QPointF, viewport: Viewport) -> Qt.CursorShape | None:
        return Qt.CursorShape.SplitHCursor if self.press(point, viewport) else None

    def describe(self) -> str:
        left, right = self._names
        return tr("{left}/{right} divider at {divider:.0%}", left=left, right=right, divider=self._divider)

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        stage, x = viewport.stage, self.divider_x(viewport)
        painter.save()
        painter.setClipRect(QRectF(stage.left(), stage.top(), x - stage.left(), stage.height()))
        paint_image(painter, self._pinned, viewport)
        painter.restore()
        painter.drawLine(QPointF(x, stage.top()), QPointF(x, stage.bottom()))
        top = stage.top() + TAG_MARGIN
        paint_tag(painter, self._names[0], QPointF(x - TAG_MARGIN, top), right=1)
        paint_tag(painter, self._names[1], QPointF(x + TAG_MARGIN, top))

    def _place(self, share: float) -> None:
        self._divider = min(max(share, 0.0), 1.0)
