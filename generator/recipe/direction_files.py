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
from generator.storage.atomic import atomic_write, make_folder

log = logging.getLogger(__name__)
SUFFIX = ".directions.json"


def library_of(model: str, kept: bool = True) -> DirectionLibrary:
    """Every named direction known for the model with this hash: shipped, then the user's own.

    kept: with those of `mine`. A file that cannot be read is skipped and logged: it must not prevent a model from
    opening.
    """
    library = DirectionLibrary(model)
    left_out = None if kept else mine_path(model)
    for folder in (Path(weights.__file__).parent, user_folder()):
        for path, found in _libraries(folder):
            library = library.overridden_by(found) if found.model == model and path != left_out else library
    return library


def kept_of(model: str) -> DirectionLibrary:
    """As `mine`, but empty where it cannot be read, as in `library_of`."""
    found = dict(users(model))
    return found.get(mine_path(model), DirectionLibrary(model))


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


def mine(model: str) -> DirectionLibrary:
    """The library in which the user keeps directions of the model with this hash; empty if there is none yet.

    Raises `DirectionError` if it cannot be read: what is written then would replace it.
    """
    path = mine_path(model)
    if not path.exists():
        return DirectionLibrary(model)
    library = load_library(path)
    if library.model != model:
        raise DirectionError(
            f"{path.name} belongs to the model {library.model[:12]}, not to {model[:12]}; move it away."
        )
    return library


def save_mine(library: DirectionLibrary) -> None:
    """Write the library in which the user keeps directions of its model. Raises `ExportError`."""
    path = mine_path(library.model)
    make_folder(path.parent)
    save_library(library, path)


def mine_path(model: str) -> Path:
    """Where `save_mine` keeps the library of the model with this hash."""
    return user_folder() / f"{model[:16]}.mine{SUFFIX}"


def users(model: str) -> list[tuple[Path, DirectionLibrary]]:
    """The user's libraries of the model with this hash, by their files: `mine`, and those that were fitted."""
    found = ((path, library) for path, library in _libraries(user_folder()) if library.model == model)
    return list(found)


def owned(model: str, name: str) -> list[tuple[Path, DirectionLibrary]]:
    """Those of the user's libraries of a model that have the direction `name`, by their files.

    Raises `DirectionError` if none has it.
    """
    found = [(path, library) for path, library in users(model) if name in library]
    if not found:
        library_of(model).find(name)
        raise DirectionError(
            f"The direction {name!r} came with Outis and cannot be renamed or removed; hide it in the direction studio."
        )
    return found


def _libraries(folder: Path) -> Iterator[tuple[Path, DirectionLibrary]]:
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            yield path, load_library(path)
        except DirectionError as error:
            log.warning("A direction library was not loaded: %s", error)
