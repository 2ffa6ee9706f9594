"""Where to place a window so that what it changes stays visible. Rectangles alone, no widgets."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize


def place_beside(size: QSize, picture: QRect, screen: QRect) -> QPoint:
    """The corner on `screen` where a window of `size` covers least of `picture`: right or left of it, below or above
    it, in this order if equal; beyond the screen only where unavoidable."""
    last_x, last_y = screen.right() + 1 - size.width(), screen.bottom() + 1 - size.height()
    spots = [
        QPoint(max(min(x, last_x), screen.left()), max(min(y, last_y), screen.top()))
        for y in (picture.top(), picture.bottom() + 1, picture.top() - size.height())
        for x in (picture.right() + 1, picture.left() - size.width())
    ]
    return min(spots, key=lambda spot: covered(QRect(spot, size), picture))


def moved_inside(window: QRect, screen: QRect) -> QPoint:
    """The corner of `window` after it is moved onto `screen` as far as it fits, as little as possible."""
    x = min(window.left(), screen.right() + 1 - window.width())
    y = min(window.top(), screen.bottom() + 1 - window.height())
    return QPoint(max(x, screen.left()), max(y, screen.top()))


def covered(window: QRect, picture: QRect) -> int:
    """How many pixels of `picture` a window covers."""
    both = window.intersected(picture)
    return max(both.width(), 0) * max(both.height(), 0)
