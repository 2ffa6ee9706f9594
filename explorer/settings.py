"""What Outis remembers from one start to the next: window, docks, recent models, folders.

An ini file in the user's configuration folder. It is a convenience: whatever in it is missing, damaged or of the
wrong kind counts as never written, and an unwritable folder loses nothing but the memory.
"""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray, QSettings

MAX_RECENT = 10


class Settings:
    """Typed access to the settings file. GUI thread only; written when Qt is idle and by `save`."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` of the ini file; None = the user's."""
        self._path = path or Path(user_config_dir("outis"), "outis.ini")
        self._store = QSettings(str(self._path), QSettings.Format.IniFormat)

    @property
    def recent_models(self) -> tuple[str, ...]:
        """Paths of models that were opened, the latest first."""
        found = self._store.value("recent_models", [])
        paths = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        return tuple(path for path in paths if isinstance(path, str) and path)[:MAX_RECENT]

    def add_recent_model(self, path: str) -> None:
        others = [recent for recent in self.recent_models if recent != path]
        self._store.setValue("recent_models", [path, *others][:MAX_RECENT])

    @property
    def last_folder(self) -> str:
        """Where the user last opened or saved a file; their home folder if that is gone."""
        folder = self._text("last_folder")
        return folder if folder and Path(folder).is_dir() else str(Path.home())

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self._store.setValue("last_folder", folder)

    @property
    def device(self) -> str:
        """The device that the user chose; "auto" if none."""
        return self._text("device") or "auto"

    @device.setter
    def device(self, device: str) -> None:
        self._store.setValue("device", device)

    @property
    def geometry(self) -> QByteArray:
        """`QWidget.saveGeometry` of the window; empty = never saved."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._store.setValue("window/geometry", geometry)

    @property
    def docks(self) -> QByteArray:
        """`QMainWindow.saveState`; empty = never saved."""
        return self._bytes("window/docks")

    @docks.setter
    def docks(self, state: QByteArray) -> None:
        self._store.setValue("window/docks", state)

    def save(self) -> bool:
        """Write now; whether it worked."""
        self._store.sync()
        return self._store.status() is QSettings.Status.NoError

    def _text(self, key: str) -> str:
        value = self._store.value(key, "")
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
