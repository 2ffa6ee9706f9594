"""Direction libraries as files: shipped ones beside the weights, the user's own in the user's data folder.

A direction that the user has fitted replaces a shipped one of the same name. Needs no torch.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from platformdirs import user_data_dir

import weights
from generator.errors import DirectionError, refusing
from generator.recipe import directions_json
from generator.recipe.directions import DirectionLibrary
from generator.storage.atomic import atomic_write

log = logging.getLogger(__name__)
SUFFIX = ".directions.json"


def library_of(model: str) -> DirectionLibrary:
    """Every named direction known for the model with this hash: shipped, then the user's own.

    A file that cannot be read is skipped and logged: it must not prevent a model from opening.
    """
    library = DirectionLibrary(model)
    for path in _library_files():
        try:
            found = load_library(path)
            library = library.overridden_by(found) if found.model == model else library
        except DirectionError as error:
            log.warning("A direction library was not loaded: %s", error)
    return library


def user_folder() -> Path:
    """The folder of the user's own libraries; it may not exist yet."""
    return Path(user_data_dir("outis"), "directions")


def load_library(path: str | Path) -> DirectionLibrary:
    """The library in the JSON file `path`. Raises `DirectionError` with one sentence."""
    try:
        with refusing(DirectionError, "the file is damaged."):
            return directions_json.read(Path(path))
    except DirectionError as error:
        raise DirectionError(f"{Path(path).name}: {error}") from error


def save_library(library: DirectionLibrary, path: str | Path) -> None:
    """Write `library` as JSON; the old file stays until the new one is complete. Raises `ExportError`."""
    with atomic_write(path) as file:
        file.write(directions_json.to_json(library).encode())


def _library_files() -> Iterator[Path]:
    for folder in (Path(weights.__file__).parent, user_folder()):
        yield from sorted(folder.glob(f"*{SUFFIX}"))
