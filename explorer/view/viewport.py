"""Where the image is in the view: fitted, zoomed about a point, panned. No widgets, no pixels.

Everything is relative to the fitted image, so that a preview of fewer pixels is exactly where the full frame is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

CRISP_FROM = 2.0  # screen pixels per image pixel from which pixels are shown as squares
MAX_SCALE = 32.0  # screen pixels per image pixel at the strongest zoom


@dataclass(frozen=True)
class Viewport:
    """The size of the view, the shape of the image, and its zoom and position.

    `zoom` 1 is as large as the fitted image; `x`, `y` is the point of the image, 0..1 on both axes, in the middle of
    the view. A fitted image follows the size of the view; any other keeps its scale.
    """

    view: QSizeF = field(default_factory=lambda: QSizeF(1, 1))  # logical pixels
    aspect: float = 1.0  # width / height of the image
    resolution: int = 1  # pixels from top to bottom of a full frame
    pixel_ratio: float = 1.0  # screen pixels per logical pixel
    zoom: float = 1.0
    x: float = 0.5
    y: float = 0.5
    is_fitted: bool = True

    @property
    def image(self) -> QRectF:
        """Rectangle of the whole image in view coordinates."""
        size = self._size
        left = self.view.width() / 2 - self.x * size.width()
        top = self.view.height() / 2 - self.y * size.height()
        return QRectF(QPointF(left, top), size)

    @property
    def stage(self) -> QRectF:
        """The visible part of the image, in view coordinates."""
        return self.image.intersected(QRectF(QPointF(), self.view))

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of a full frame."""
        return self._fitted_scale * self.zoom

    @property
    def is_crisp(self) -> bool:
        """Whether pixels are shown as squares: zoomed in by hand to 200 % and more. The fitted image is smooth."""
        return not self.is_fitted and self.scale >= CRISP_FROM

    @property
    def _fitted(self) -> QSizeF:
        width = min(self.view.width(), self.view.height() * self.aspect)
        return QSizeF(width, width / self.aspect)

    @property
    def _size(self) -> QSizeF:
        return self._fitted * self.zoom

    @property
    def _fitted_scale(self) -> float:
        return self._fitted.height() * self.pixel_ratio / self.resolution

    def fitted(self) -> Viewport:
        """The whole image, as large as the view allows."""
        return replace(self, zoom=1.0, x=0.5, y=0.5, is_fitted=True)

    def at_actual_size(self) -> Viewport:
        """One screen pixel per pixel of a full frame, about the middle of the view."""
        return replace(self, zoom=1 / self._fitted_scale, is_fitted=False)._kept_inside()

    def zoomed(self, factor: float, about: QPointF) -> Viewport:
        """Zoom by `factor` while the point under `about` (view coordinates) stays. Zooming out stops at the fitted
        image."""
        zoom = min(self.zoom * factor, max(MAX_SCALE / self._fitted_scale, 1.0))
        if self.zoom >= 1.0 >= zoom:
            return self.fitted()
        if zoom < self.zoom < 1.0:  # smaller than fitted already
            return self
        before, after = self.image, self._fitted * zoom
        x = (about.x() - before.left()) / before.width() + (self.view.width() / 2 - about.x()) / after.width()
        y = (about.y() - before.top()) / before.height() + (self.view.height() / 2 - about.y()) / after.height()
        return replace(self, zoom=zoom, x=x, y=y, is_fitted=False)._kept_inside()

    def panned(self, delta: QPointF) -> Viewport:
        """Move the image by `delta` px."""
        size = self._size
        x, y = self.x - delta.x() / size.width(), self.y - delta.y() / size.height()
        return replace(self, x=x, y=y)._kept_inside()

    def resized(self, view: QSizeF) -> Viewport:
        """In a view of another size: a fitted image is fitted again, any other keeps its scale and centre."""
        made = replace(self, view=view)
        if self.is_fitted:
            return made
        return replace(made, zoom=self.zoom * self._fitted.width() / made._fitted.width())._kept_inside()

    def showing(self, aspect: float, resolution: int, pixel_ratio: float) -> Viewport:
        """The same place for an image of this shape on a screen of this density."""
        made = replace(self, aspect=aspect, resolution=resolution, pixel_ratio=pixel_ratio)
        return made if made == self else made._kept_inside()

    def _kept_inside(self) -> Viewport:
        """Leave no empty margin on an axis where the image is larger than the view; centre it otherwise."""
        size = self._size
        x = _kept(self.x, self.view.width() / size.width())
        y = _kept(self.y, self.view.height() / size.height())
        return replace(self, x=x, y=y)


def _kept(centre: float, seen: float) -> float:
    """`centre` of an image of which the share `seen` fits the view."""
    return 0.5 if seen >= 1 else min(max(centre, seen / 2), 1 - seen / 2)
