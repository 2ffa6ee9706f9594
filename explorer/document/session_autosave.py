"""Saves the work with each model, so that Outis restores it when it starts with that model again.

One JSON file per model in the user's data folder, while there is something to lose. Several windows with the same model
have one file each, locked while they run, so that none overwrites or deletes another's. Needs neither Qt nor torch. A
file that cannot be read, or that does not fit the model, is ignored and moved aside.
"""

from __future__ import annotations

import atexit
import json
import logging
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

from platformdirs import user_data_dir

from explorer.messages import SavedSession
from generator.config import GeneratorConfig
from generator.errors import ExportError, LatentError, RecipeError
from generator.formats.open_face import check_shapes
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import from_dict, to_dict
from generator.storage.atomic import claim, make_folder, write_atomically
from generator.storage.regular_file import read_regular

log = logging.getLogger(__name__)

MAX_BYTES = 64_000_000  # an edited face has some 30,000, a stored one too
MAX_STORED = 500  # the latest of the stored sources
MAX_PARTS = 200_000  # commas and brackets of the JSON, counted before it is parsed
MAX_WINDOWS = 20  # with one model


class SessionFiles:
    """The files of this process: for each model the first that no other process has locked, preferably one with a
    session.

    Thread-safe.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._files: dict[Path, Path] = {}  # by the model's file when only one window is open
        self._claims: list[BinaryIO] = []  # the locks, held until the process ends

    def keep(self, session: SavedSession) -> bool:
        """Save `session` for the next start, or remove the file if there is nothing to lose; True on success."""
        try:
            if _is_worth_keeping(session):
                make_folder(_folder())
                write_atomically(self._file(session.recipe.model), json.dumps(_to_dict(session)).encode())
            elif _folder().is_dir():
                self._file(session.recipe.model).unlink(missing_ok=True)
        except (ExportError, OSError) as error:
            log.warning("The session could not be saved: %s", error)
            return False
        return True

    def kept(self, model: str, config: GeneratorConfig) -> SavedSession | None:
        """Load the session saved for the model with the hash `model`."""
        if not _folder().is_dir():
            return None
        path = self._file(model)
        try:
            session = _from_dict(_parsed(read_regular(path, MAX_BYTES)))
            for recipe in (session.recipe, *(Recipe(source=source) for source in session.stored)):
                check_shapes(recipe, config)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError, RecipeError, LatentError) as error:
            log.warning("The saved session cannot be read and is moved aside: %s", error)
            with suppress(OSError):
                path.replace(path.with_suffix(".damaged"))
            return None
        return session if session.recipe.model == model else None

    def close(self) -> None:
        """Release the files for other processes, as the end of this process does."""
        with self._guard:
            for file in self._claims:
                file.close()
            self._claims, self._files = [], {}

    def _file(self, model: str) -> Path:
        """Raises `ExportError` when other windows have locked every file."""
        first = _folder() / f"{model}.json"
        with self._guard:
            if first not in self._files:
                others = (first.with_name(f"{model}-{number}.json") for number in range(2, MAX_WINDOWS + 1))
                files = sorted((first, *others), key=lambda path: not path.exists())
                self._files[first] = self._first_free(files)
            return self._files[first]

    def _first_free(self, files: list[Path]) -> Path:
        for path in files:
            try:
                claimed = claim(path.with_suffix(".lock"))
            except OSError:  # nothing can be written or locked here, so no other window writes here either
                return path
            if claimed is not None:
                self._claims.append(claimed)
                return path
        raise ExportError(f"{MAX_WINDOWS} windows are open with this model; close one.")


def _folder() -> Path:
    return Path(user_data_dir("outis"), "sessions")


_OURS = SessionFiles()
keep, kept = _OURS.keep, _OURS.kept
atexit.register(_OURS.close)


def _is_worth_keeping(session: SavedSession) -> bool:
    """Whether more would be lost than a face that its seed restores."""
    return bool(session.stored) or session.recipe != Recipe(session.recipe.model, session.recipe.source)


def _to_dict(session: SavedSession) -> dict[str, Any]:
    stored = [to_dict(Recipe(source=source)) for source in session.stored[-MAX_STORED:]]
    return {"recipe": to_dict(session.recipe), "stored": stored}


def _parsed(data: bytes) -> Any:
    if sum(data.count(mark) for mark in (b",", b"[", b"{")) > MAX_PARTS:
        raise ValueError("it has more parts than any session")
    return json.loads(data)


def _from_dict(values: Any) -> SavedSession:
    stored = values["stored"][-MAX_STORED:]  # as in writing
    return SavedSession(from_dict(values["recipe"]), tuple(from_dict(recipe).source for recipe in stored))
