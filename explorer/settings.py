"""What Outis remembers from one start to the next: window, docks, recent files, folders.

A small JSON file in the user's configuration folder, written at every change; what another window has written meanwhile
is kept. (Not QSettings: in PySide6 a value in its file may be a pickle, which would be executed.) It is only a
convenience: anything missing, damaged or of the wrong type counts as unset, and if the folder cannot be written, the
settings are just not remembered.
"""

from __future__ import annotations

import base64
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_config_dir
from PySide6.QtCore import QByteArray

from generator.errors import ExportError
from generator.formats.picture_options import PictureOptions
from generator.project.export_options import ExportOptions
from generator.project.look import ALL_PARTS, Part
from generator.storage.atomic import alone, make_folder, write_atomically
from generator.storage.regular_file import read_regular
from generator.video.options import VideoOptions

log = logging.getLogger(__name__)

MAX_RECENT = 15
MAX_MODELS = 200
MAX_BYTES = 1_000_000  # of the file; a window's state has some thousand


Kept = TypeVar("Kept", ExportOptions, PictureOptions)


class Presets(Mapping[str, Kept]):
    """Kept options, by the names that the user gave them; what is damaged is not among them."""

    def __init__(self, settings: Settings, key: str, read: Callable[[Any], Kept]) -> None:
        self._settings, self._key = settings, key
        self._read: Callable[[Any], Kept] = read

    def keep(self, name: str, options: Kept) -> None:
        """Keep `options` under `name`, in the place of others of that name."""
        self._settings.change_kept(self._key, name, options.to_values())

    def remove(self, name: str) -> None:
        """Forget the preset of that name."""
        self._settings.change_kept(self._key, name, None)

    @property
    def _found(self) -> dict[str, Kept]:
        found = {name: _options(values, self._read) for name, values in self._settings.kept(self._key).items()}
        return {name: options for name, options in found.items() if options is not None}

    def __getitem__(self, name: str) -> Kept:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


class Settings:
    """Typed access to the settings file. GUI thread only."""

    def __init__(self, path: Path | None = None) -> None:
        """`path` of the file; None = the user's."""
        self._path = path or Path(user_config_dir("outis", appauthor=False), "settings.json")
        self._values = _read(self._path)

    @property
    def recent(self) -> tuple[str, ...]:
        """Paths of the opened models, pictures, recipes and latents, the latest first."""
        if "recent" in self._values:
            return self._paths("recent")
        return (*self._paths("recent_models"), *self._paths("recent_files"))[:MAX_RECENT]  # of an older Outis

    def add_recent(self, path: str) -> None:
        self._change("recent", lambda: _with_first(path, self.recent))

    def forget_recent(self, path: str) -> None:
        """Remove a path that cannot be opened any more."""
        self._change("recent", lambda: [recent for recent in self.recent if recent != path])

    @property
    def recent_trainings(self) -> tuple[str, ...]:
        """Run folders that were opened or created, the latest first."""
        return self._paths("recent_trainings")

    def add_recent_training(self, folder: str) -> None:
        self._change("recent_trainings", lambda: _with_first(folder, self.recent_trainings))

    def forget_recent_training(self, folder: str) -> None:
        """It cannot be opened any more."""
        if folder in self.recent_trainings:
            self._change("recent_trainings", lambda: [path for path in self.recent_trainings if path != folder])

    def model_with(self, hash: str) -> str:
        """Path of the model with this content hash, "" if it was never open here."""
        path = self.kept("models").get(hash)
        return path if isinstance(path, str) else ""

    def remember_model(self, hash: str, path: str) -> None:
        """Record where a model is, for faces that belong to it."""
        if self.model_with(hash) != path:
            self._change("models", lambda: dict([*self.kept("models").items(), (hash, path)][-MAX_MODELS:]))

    def favourites(self, model: str) -> tuple[str, ...]:
        """Names of the directions of the model with this hash whose sliders stand under the picture."""
        names = self.kept("favourites").get(model)
        return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()

    def set_favourites(self, model: str, names: tuple[str, ...]) -> None:
        others = {other: kept for other, kept in self.kept("favourites").items() if other != model}
        kept = [*others.items(), (model, list(names))] if names else list(others.items())
        self._put("favourites", dict(kept[-MAX_MODELS:]))

    @property
    def hint_seen(self) -> bool:
        """Whether the user has followed the first hint."""
        return self._values.get("hint_seen") is True

    @hint_seen.setter
    def hint_seen(self, seen: bool) -> None:
        self._put("hint_seen", seen)

    @property
    def only_clean(self) -> bool:
        """Whether "New face" leaves out faces with something unusual."""
        return self._values.get("only_clean") is True

    @only_clean.setter
    def only_clean(self, only_clean: bool) -> None:
        self._put("only_clean", only_clean)

    @property
    def look_parts(self) -> frozenset[Part]:
        """The parts that were ticked last for copying edits or for a look; all at first."""
        names = self._values.get("look_parts")
        return frozenset(part for part in Part if part in names) if isinstance(names, list) else ALL_PARTS

    @look_parts.setter
    def look_parts(self, parts: frozenset[Part]) -> None:
        self._put("look_parts", sorted(parts))

    @property
    def last_folder(self) -> str:
        """Where the user last opened a file; their home folder if that does not exist any more."""
        return self._folder("last_folder")

    @last_folder.setter
    def last_folder(self, folder: str) -> None:
        self._put("last_folder", folder)

    @property
    def export_folder(self) -> str:
        """Where the user last exported to; their home folder if that is gone."""
        return self._folder("export_folder")

    @export_folder.setter
    def export_folder(self, folder: str) -> None:
        self._put("export_folder", folder)

    @property
    def last_export(self) -> ExportOptions:
        """How many faces were exported last; nothing is overwritten unless it is asked for again."""
        options = _options(self._values.get("last_export"), ExportOptions.from_values)
        return ExportOptions() if options is None else replace(options, overwrite=False)

    @last_export.setter
    def last_export(self, options: ExportOptions) -> None:
        self._put("last_export", options.to_values())

    @property
    def last_video(self) -> tuple[str, VideoOptions]:
        """The suffix, without its dot, and the options of the last video."""
        kept = self._values.get("last_video")
        suffix = kept.get("suffix") if isinstance(kept, dict) else None
        try:
            options = VideoOptions.from_values(kept.get("options") if isinstance(kept, dict) else None)
        except ExportError:
            options = VideoOptions()
        return suffix if isinstance(suffix, str) else "mp4", options

    @last_video.setter
    def last_video(self, last: tuple[str, VideoOptions]) -> None:
        self._put("last_video", {"suffix": last[0], "options": last[1].to_values()})

    @property
    def export_presets(self) -> Presets[ExportOptions]:
        """Kept ways of exporting many faces."""
        return Presets(self, "export_presets", ExportOptions.from_values)

    @property
    def last_picture(self) -> PictureOptions | None:
        """How one face was exported last; None = never."""
        return _options(self._values.get("last_picture"), PictureOptions.from_values)

    @last_picture.setter
    def last_picture(self, options: PictureOptions) -> None:
        self._put("last_picture", options.to_values())

    @property
    def picture_presets(self) -> Presets[PictureOptions]:
        """Kept ways of exporting one face."""
        return Presets(self, "picture_presets", PictureOptions.from_values)

    @property
    def copies_as_exported(self) -> bool:
        """Whether a copied image is made as the last exported one was."""
        return self._values.get("copies_as_exported") is True

    @copies_as_exported.setter
    def copies_as_exported(self, as_exported: bool) -> None:
        self._put("copies_as_exported", as_exported)

    @property
    def more_export_options(self) -> bool:
        """Whether the dialogs that export show all options."""
        return self._values.get("more_export_options") is True

    @more_export_options.setter
    def more_export_options(self, more: bool) -> None:
        self._put("more_export_options", more)

    @property
    def geometry(self) -> QByteArray:
        """`QWidget.saveGeometry` of the window; empty = never saved."""
        return self._bytes("geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._put("geometry", _as_text(geometry))

    @property
    def docks(self) -> QByteArray:
        """`QMainWindow.saveState`; empty = never saved."""
        return self._bytes("docks")

    @docks.setter
    def docks(self, state: QByteArray) -> None:
        self._put("docks", _as_text(state))

    @property
    def view(self) -> tuple[int, ...]:
        """Where the face is in the window: x, y, width, height; empty = never saved."""
        values = self._values.get("view")
        return tuple(value for value in values if type(value) is int) if isinstance(values, list) else ()

    @view.setter
    def view(self, place: tuple[int, int, int, int]) -> None:
        self._put("view", list(place))

    def _paths(self, key: str) -> tuple[str, ...]:
        paths = self._values.get(key)
        texts = [path for path in paths if isinstance(path, str)] if isinstance(paths, list) else []
        return tuple(texts[:MAX_RECENT])

    def _folder(self, key: str) -> str:
        folder = self._text(key)
        return folder if os.path.isdir(folder) else str(Path.home())  # noqa: PTH112  (Path raises if a name is too long)

    def _text(self, key: str) -> str:
        value = self._values.get(key)
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        try:
            return QByteArray(base64.b64decode(self._text(key), validate=True))
        except ValueError:
            return QByteArray()

    def _put(self, key: str, value: object) -> None:
        self._change(key, lambda: value)

    def kept(self, key: str) -> dict[str, object]:
        """The values under `key`, by their names."""
        values = self._values.get(key)
        return values if isinstance(values, dict) else {}

    def change_kept(self, key: str, name: str, values: dict[str, Any] | None) -> None:
        """Keep `values` as `name` under `key`; None forgets what was kept there."""

        def changed() -> object:
            others = {other: kept for other, kept in self.kept(key).items() if values is not None or other != name}
            return others if values is None else others | {name: values}

        self._change(key, changed)

    def _change(self, key: str, value: Callable[[], object]) -> None:
        """Store `value()`, which may depend on the current file, under `key`, and leave the rest."""
        try:
            make_folder(self._path.parent)
            with alone(self._path.with_suffix(".lock")):
                self._values |= _read(self._path)
                self._values[key] = value()
                text = json.dumps(self._values, indent=1)
                write_atomically(self._path, text.encode(), durable=False)  # the GUI thread must not wait for the disk
        except ExportError as error:
            self._values[key] = value()
            log.warning("The settings could not be written: %s", error)


def _read(path: Path) -> dict[str, Any]:
    """The JSON object in the file, or an empty one."""
    try:
        values = json.loads(read_regular(path, MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _options(values: object, read: Callable[[Any], Kept]) -> Kept | None:
    """The kept options; None where they are damaged."""
    try:
        return read(values)
    except ExportError:
        return None


def _with_first(path: str, paths: tuple[str, ...]) -> list[str]:
    """`paths` with `path` as the latest, each once."""
    return [path, *(other for other in paths if other != path)][:MAX_RECENT]


def _as_text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode()
