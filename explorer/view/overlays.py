"""Overlays: painted over the image, without handling input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from explorer.translation import tr
from explorer.view.painting import TAG_MARGIN, paint_image, paint_tag
from explorer.view.viewport import Viewport

RENDERING = tr("Rendering …")


class Overlay(Protocol):
    """An overlay. The view paints its overlays in order, over the image and the current tool's marks."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint on the view, where `viewport` places the image."""

    def describe(self) -> str:
        """Its description for screen readers."""
        return ""


@dataclass(frozen=True)
class ImageOverlay(Overlay):
    """Another image of the same place, such as a mask: 0 = invisible, 1 = covers."""

    image: QImage
    opacity: float = 1.0

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        painter.save()
        painter.setOpacity(self.opacity)
        paint_image(painter, self.image, viewport)
        painter.restore()


class RenderingLabel(Overlay):
    """Shows in the lower left corner of the image that another one is being rendered."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        paint_tag(painter, RENDERING, viewport.stage.bottomLeft() + QPointF(TAG_MARGIN, -TAG_MARGIN), bottom=1)

    def describe(self) -> str:
        return RENDERING


@dataclass(frozen=True)
class EditingLabel(Overlay):
    """Shows at the lower edge of the image that several faces are edited together."""

    count: int

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        stage = viewport.stage
        foot = QPointF(stage.center().x(), stage.bottom() - TAG_MARGIN)
        paint_tag(painter, self.describe(), foot, right=0.5, bottom=1)

    def describe(self) -> str:
        return tr("Editing {count} faces", count=self.count)


class ScaleLabel(Overlay):
    """The zoom in percent, in the lower right corner of the view while the image is not fitted."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        if not viewport.is_fitted:
            corner = QPointF(viewport.view.width() - TAG_MARGIN, viewport.view.height() - TAG_MARGIN)
            paint_tag(painter, f"{viewport.scale:.0%}", corner, right=1, bottom=1)
