"""What a user does that QTest has no word for, as real events."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

PLAIN = Qt.KeyboardModifier.NoModifier


def turn_wheel(
    widget: QWidget,
    notches: float,
    at: QPointF | None = None,
    modifiers: Qt.KeyboardModifier = PLAIN,
    sideways: float = 0.0,
) -> bool:
    """Turn the wheel over `at`, or over the middle of `widget`, also `sideways`; whether it was taken."""
    place = at or QPointF(widget.rect().center())
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place)),
        QPoint(),
        QPoint(round(120 * sideways), round(120 * notches)),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(target: QWidget, urls: Sequence[QUrl], at: QPoint | None = None) -> bool:
    """Drag `urls` over `at`, or over the middle of `target`, and let go there; whether they were taken."""
    at = at or target.rect().center()
    data = QMimeData()
    data.setUrls(list(urls))
    arguments = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, PLAIN)
    enter = QDragEnterEvent(at, *arguments)
    QApplication.sendEvent(target, enter)
    if enter.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(at), *arguments))
    return enter.isAccepted()
