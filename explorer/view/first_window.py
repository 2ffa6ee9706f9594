"""The last picture of the project, on the screen at once: a plain window in the place of the real one, which follows
when its hundreds of modules are imported.

Imports only what it needs: reading the picture and painting it takes a third of a second, the real window more than a
second. It is only a convenience: whatever is missing, damaged or in use by another window is simply not shown.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_config_dir, user_data_dir

import weights
from explorer.widgets.display import has_display
from generator.project.recognise import is_project_name

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

NAME = "last picture"
STAGE = "#131416"  # as in `explorer.widgets.theme`
PANEL = "#22252a"
MAX_PIXELS = 100_000  # of a window
CLOSE_MS = 100  # until the real window is painted
MAX_SETTINGS = 1_000_000  # bytes
_STEPS = 10_000  # of SQLite, a few per row; a file that takes more is not ours


def show_last_picture(arguments: Sequence[str]) -> None:
    """Show the picture of the project that the window opened by the command line `arguments` will have."""
    project = _project_of(arguments)
    if project is None or not has_display():
        return
    picture = last_picture(project, is_named=bool(arguments))
    if picture is not None:
        _show(picture)


def close_behind(window: QWidget) -> None:
    """Close the plain window once the real one is painted."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    for first in QApplication.topLevelWidgets():
        if first.objectName() == NAME:
            QTimer.singleShot(CLOSE_MS, first, first.close)
    window.raise_()


def last_picture(project: Path, is_named: bool) -> bytes | None:
    """The WebP in the file, if it shows the model that will be open: the shipped one, or that of a named project."""
    from generator.project.connection import connect, reading_mode
    from generator.project.schema import expected_rows, schema_rows

    try:
        if not project.is_file() or _is_open_elsewhere(project):
            return None
        with closing(connect(project, reading_mode(project))) as file:
            file.set_progress_handler(lambda: 1, _STEPS)  # stops whatever takes longer
            if schema_rows(file) != expected_rows():
                return None
            state = dict(file.execute("SELECT key, value FROM state WHERE key IN ('model', 'picture of')"))
            row = file.execute("SELECT webp FROM picture WHERE id = 1").fetchone()
    except (sqlite3.Error, OSError, ValueError):
        return None
    model = state.get("model") if is_named else str(Path(weights.FACES).absolute())
    shows = isinstance(model, str) and state.get("picture of") == model and os.path.isfile(model)  # noqa: PTH113
    return row[0] if shows and row is not None and isinstance(row[0], bytes) else None


def _is_open_elsewhere(project: Path) -> bool:
    """Whether another process has the project open; one that was killed leaves a lock file that nobody holds."""
    from generator.project.ownership import lock_path
    from generator.storage.atomic import claim

    path = lock_path(project)
    if not path.exists():
        return False
    lock = claim(path)
    if lock is None:
        return True
    lock.close()
    return False


def _project_of(arguments: Sequence[str]) -> Path | None:
    if not arguments:
        return Path(user_data_dir("outis"), "library.outis")
    is_project = len(arguments) == 1 and is_project_name(arguments[0])
    return Path(os.path.realpath(arguments[0])) if is_project else None


def _show(picture: bytes) -> None:
    """Paint the picture in the place and size of the real window."""
    from PySide6.QtCore import QByteArray
    from PySide6.QtWidgets import QApplication

    from explorer.view.webp import LARGEST_PICTURE, decoded

    application = QApplication.instance() or QApplication(sys.argv[:1])
    image, settings = decoded(picture, LARGEST_PICTURE), _settings()
    if image is None:
        return
    window = _window_of(image)
    window.setObjectName(NAME)
    window.setWindowTitle("Outis")
    if not window.restoreGeometry(QByteArray(_decoded(settings.get("geometry")))):
        window.resize(1320, 720)
    window.setProperty("place", _place(settings.get("view"), window.rect()))
    window.show()
    _shown.append(window)
    for _ in range(2):  # shown, then painted
        application.processEvents()


def _window_of(image: QImage) -> QWidget:
    """A class inside, because Qt is not imported before it is needed."""
    from PySide6.QtCore import QRect, Qt
    from PySide6.QtGui import QColor, QPainter, QPaintEvent
    from PySide6.QtWidgets import QWidget

    class LastPicture(QWidget):
        has_picture = True

        def paintEvent(self, event: QPaintEvent) -> None:
            place = self.property("place")
            fitted = image.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(0, 0, fitted.width(), fitted.height())
            target.moveCenter(place.center())
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.fillRect(self.rect(), QColor(PANEL))
            painter.fillRect(place, QColor(STAGE))
            painter.drawImage(target, image)
            painter.end()

    return LastPicture()


_shown: list[Any] = []  # a window without a parent lives as long as somebody holds it


def _place(values: Any, inside: QRect) -> QRect:
    """Where the face was in the window, or all of it."""
    from PySide6.QtCore import QRect

    numbers = values if isinstance(values, list) and all(type(value) is int for value in values) else []
    if len(numbers) == 4 and all(0 <= number < MAX_PIXELS for number in numbers):
        return QRect(*numbers) & inside
    return inside


def _settings() -> dict[str, Any]:
    """As `explorer.settings` reads them, whose imports would take too long."""
    path = Path(user_config_dir("outis", appauthor=False), "settings.json")
    try:
        if not path.is_file() or path.stat().st_size > MAX_SETTINGS:
            return {}
        values = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        return b""
