"""Faces that are dragged into another window, folder or browser: real files, written while they are dragged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEventLoop, QMetaType, QMimeData, QObject, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

FACES = "application/x-outis-faces"  # the dragged faces' ids as JSON
FILES = "text/uri-list"
PATIENCE_MS = 15_000  # that a drop waits for its files


class FilePromise(QObject):
    """Files that somebody else is writing."""

    kept = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.paths: tuple[str, ...] | None = None  # None: not written yet

    def keep(self, paths: Sequence[str]) -> None:
        """The files are there; none if they could not be written."""
        self.paths = tuple(paths)
        self.kept.emit()

    def wait(self) -> tuple[str, ...]:
        """The paths of the files, once they are there. The event loop runs meanwhile, without the user's input."""
        if self.paths is None:
            loop = QEventLoop()
            self.kept.connect(loop.quit)
            QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        return self.paths or ()


class DraggedFaces(QMimeData):
    """What is dragged: ids for this window, and files for all others, which are asked for when they are dropped."""

    def __init__(self, ids: Sequence[int], promise: FilePromise) -> None:
        super().__init__()
        self._ids, self._promise = tuple(ids), promise

    def formats(self) -> list[str]:
        return [*([FACES] if self._ids else []), FILES]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self.formats()

    def retrieveData(self, mimetype: str, preferredType: QMetaType | QMetaType.Type) -> Any:
        if mimetype == FACES and self._ids:
            return json.dumps(self._ids)
        if mimetype == FILES:
            return [QUrl.fromLocalFile(path) for path in self._promise.wait()]
        return None


def dragged_ids(data: QMimeData) -> tuple[int, ...]:
    """The faces of a drag that began in this program; () for any other."""
    if not isinstance(data, DraggedFaces) or not data.hasFormat(FACES):
        return ()
    return data._ids


def drag(source: QWidget, data: DraggedFaces, picture: QPixmap) -> Qt.DropAction:
    """Drag `data` under the pointer until it is dropped."""
    dragging = QDrag(source)
    dragging.setMimeData(data)
    dragging.setPixmap(picture)
    dragging.setHotSpot(QPoint(picture.deviceIndependentSize().toSize().width() // 2, 0))
    return dragging.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)
