"""Painting functions shared by the image view, its tools and its overlays."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPalette

from explorer.view.viewport import Viewport

TAG_MARGIN = 12.0  # px between a tag and its anchor
_TAG_PADDING = QSizeF(16, 8)


def paint_image(painter: QPainter, image: QImage, viewport: Viewport) -> None:
    """Paint `image`, of any number of pixels, where `viewport` places the image."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not viewport.is_crisp)
    painter.drawImage(_on_screen_pixels(viewport.image, viewport.pixel_ratio), image, QRectF(image.rect()))


def _on_screen_pixels(rect: QRectF, ratio: float) -> QRectF:
    """`rect` with its corners on whole screen pixels: half a pixel off would blur an image at 100 %."""
    left, top, right, bottom = (
        round(edge * ratio) / ratio for edge in (rect.left(), rect.top(), rect.right(), rect.bottom())
    )
    return QRectF(left, top, right - left, bottom - top)


def paint_tag(painter: QPainter, text: str, corner: QPointF, right: float = 0, bottom: float = 0) -> None:
    """Paint `text` in a small box whose top left corner is at `corner`; right 1: its right one, 0.5: between them."""
    metrics, palette = painter.fontMetrics(), QGuiApplication.palette()
    size = QSizeF(metrics.horizontalAdvance(text), metrics.height()) + _TAG_PADDING
    box = QRectF(corner - QPointF(size.width() * right, size.height() * bottom), size)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.window())
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
