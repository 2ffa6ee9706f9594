"""Dropping a file or a link anywhere in a window, whatever control is under the pointer."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from explorer.widgets.mime_paths import carried

_MARGIN = 12  # px from the window's edge to the dashed frame


class FileDrop(QObject):
    """Accepts files and links dropped onto the watched windows."""

    hovering = Signal(bool)  # a file is held over a watched window
    dropped = Signal(object)  # list[str]: paths or addresses, at least one

    def watch(self, window: QWidget) -> None:
        """Accept drops on `window` (a main window, or a dock that may float). Its text fields no longer accept drops:
        they would insert a file as text."""
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        for entry in window.findChildren(QLineEdit):
            entry.setAcceptDrops(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            return self._offer(cast(QDragEnterEvent, event), entering=kind is QEvent.Type.DragEnter)
        if kind is QEvent.Type.DragLeave:
            self.hovering.emit(False)
            return True
        if kind is QEvent.Type.Drop:
            return self._take(cast(QDropEvent, event))
        return False

    def _offer(self, event: QDragEnterEvent, entering: bool) -> bool:
        if event.source() is not None or not carried(event.mimeData()):
            return False  # what is dragged out of this window is not for it
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if entering:
            self.hovering.emit(True)
        return True

    def _take(self, event: QDropEvent) -> bool:
        self.hovering.emit(False)
        paths = carried(event.mimeData())
        if not paths:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(paths)
        return True


class DropOverlay(QWidget):
    """Covers its parent while a file is held over it and shows what may be dropped."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered, self._text = parent, text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def setVisible(self, visible: bool) -> None:
        self.setGeometry(self._covered.rect())
        self.raise_()
        super().setVisible(visible)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = self.palette().color(QPalette.ColorRole.Shadow)
        veil.setAlphaF(0.85)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN), 8, 8)
        font = QApplication.font()
        font.setPointSizeF(font.pointSizeF() * 1.5)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
