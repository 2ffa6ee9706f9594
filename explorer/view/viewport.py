"""Where the picture lies in the view: fitted, zoomed about a point, panned. No widgets, no pixels.

Everything is relative to the fitted picture, so that a preview of fewer pixels lies exactly where the full frame does.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF


def fitted(view: QSizeF, aspect: float) -> QSizeF:
    """The largest size of `aspect` = width / height inside `view`."""
    width = min(view.width(), view.height() * aspect)
    return QSizeF(width, width / aspect)


@dataclass(frozen=True)
class Viewport:
    """Zoom 1 = fitted; `x`, `y` is the point of the picture, 0..1 on both axes, in the middle of the view."""

    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5

    @property
    def is_fitted(self) -> bool:
        return self.zoom == 1.0

    def target(self, view: QSizeF, aspect: float) -> QRectF:
        """Rectangle of the whole picture in view coordinates."""
        size = fitted(view, aspect) * self.zoom
        left = view.width() / 2 - self.x * size.width()
        top = view.height() / 2 - self.y * size.height()
        return QRectF(QPointF(left, top), size)

    def zoomed(self, factor: float, about: QPointF, view: QSizeF, aspect: float, most: float) -> Viewport:
        """Zoom by `factor` while the point under `about` (view coordinates) stays; from fitted up to `most`."""
        zoom = min(max(self.zoom * factor, 1.0), max(most, 1.0))
        if zoom == 1.0:
            return Viewport()
        before, after = self.target(view, aspect), fitted(view, aspect) * zoom
        x = (about.x() - before.left()) / before.width() + (view.width() / 2 - about.x()) / after.width()
        y = (about.y() - before.top()) / before.height() + (view.height() / 2 - about.y()) / after.height()
        return Viewport(zoom, x, y).kept_inside(view, aspect)

    def panned(self, delta: QPointF, view: QSizeF, aspect: float) -> Viewport:
        """Move the picture by `delta` px."""
        size = fitted(view, aspect) * self.zoom
        x, y = self.x - delta.x() / size.width(), self.y - delta.y() / size.height()
        return Viewport(self.zoom, x, y).kept_inside(view, aspect)

    def kept_inside(self, view: QSizeF, aspect: float) -> Viewport:
        """Leave no empty margin on an axis where the picture is larger than the view; centre it otherwise."""
        size = fitted(view, aspect) * self.zoom
        x = _kept(self.x, view.width() / size.width())
        y = _kept(self.y, view.height() / size.height())
        return Viewport(self.zoom, x, y)


def _kept(centre: float, seen: float) -> float:
    """`centre` of a picture of which the share `seen` fits the view."""
    return 0.5 if seen >= 1 else min(max(centre, seen / 2), 1 - seen / 2)
