"""What is painted over the image and takes no part in handling it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QImage, QPainter

from explorer.view.painting import paint_image
from explorer.view.viewport import Viewport


class Overlay(Protocol):
    """The view paints its overlays in their order, over the image and the current tool's marks."""

    def paint(self, painter: QPainter, viewport: Viewport) -> None:
        """Paint on the view, where `viewport` says that the image lies."""

    def describe(self) -> str:
        """What screen readers are told of it."""
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
