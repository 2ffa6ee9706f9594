"""Named directions of a model: what a slider moves and what a user should know of it. Needs no torch.

A library is a JSON file (`directions_json.py`) that carries the hash of the model it was fitted to. The shipped
ones stand beside the weights; what a user fits goes to the user's data folder and wins over a shipped one of
the same name.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_dir

import weights
from generator.errors import DirectionError
from generator.recipe import Direction

log = logging.getLogger(__name__)
SUFFIX = ".directions.json"


@dataclass(frozen=True)
class NamedDirection:
    """A direction and what a user should know of it."""

    direction: Direction
    title: str  # "Age"
    low: str  # what negative amounts mean: "younger"
    high: str  # and positive ones: "older"
    description: str  # what was measured, where it comes from: the tooltip
    effects: tuple[tuple[str, float], ...] = ()  # (attribute, its move in standard deviations from -3 to +3 sigma)

    def __post_init__(self) -> None:
        if not self.direction.name or not self.title:
            raise DirectionError("A named direction has no name or no title.")


@dataclass(frozen=True)
class DirectionLibrary:
    """The named directions of one model."""

    model: str  # content hash of the model
    entries: tuple[NamedDirection, ...] = ()  # in the order in which a window lists them
    provenance: str = ""  # how they were made: command, samples, measures

    def __post_init__(self) -> None:
        names = [entry.direction.name for entry in self.entries]
        if len(set(names)) < len(names):
            raise DirectionError("The direction library holds two directions of the same name.")
        if len({len(entry.direction.vector) for entry in self.entries}) > 1:
            raise DirectionError("The vectors of the direction library have different lengths.")

    def find(self, name: str) -> NamedDirection:
        """The direction `name`. Raises `DirectionError` that lists the known ones."""
        for entry in self.entries:
            if entry.direction.name == name:
                return entry
        known = ", ".join(entry.direction.name for entry in self.entries) or "none"
        raise DirectionError(f"This model has no direction {name!r}; it has: {known}.")

    def overridden_by(self, other: DirectionLibrary) -> DirectionLibrary:
        """This library with the directions of `other` in place of those of the same name, and its new ones after."""
        theirs = {entry.direction.name: entry for entry in other.entries}
        merged = [theirs.pop(entry.direction.name, entry) for entry in self.entries]
        provenance = " ".join(filter(None, (self.provenance, other.provenance)))
        return DirectionLibrary(self.model, (*merged, *theirs.values()), provenance)


def library_of(model: str) -> DirectionLibrary:
    """Every named direction known for the model with this hash: shipped, then the user's own.

    A file that cannot be read is left out, with a line in the log: it must not keep a model from opening.
    """
    library = DirectionLibrary(model)
    for path in _library_files():
        try:
            found = load_library(path)
            library = library.overridden_by(found) if found.model == model else library
        except DirectionError as error:
            log.warning("A direction library was left out: %s", error)
    return library


def user_folder() -> Path:
    """Where the user's own libraries live; it may not exist yet."""
    return Path(user_data_dir("outis"), "directions")


def load_library(path: str | Path) -> DirectionLibrary:
    """The library in the JSON file `path`. Raises `DirectionError` with one sentence."""
    from generator import directions_json

    try:
        return directions_json.read(Path(path))
    except DirectionError as error:
        raise DirectionError(f"{Path(path).name}: {error}") from error


def save_library(library: DirectionLibrary, path: str | Path) -> None:
    """Write `library` as JSON; the old file stays until the new one is whole. Raises `ExportError`."""
    from generator import directions_json
    from generator.files import atomic_write

    with atomic_write(path) as file:
        file.write(directions_json.to_json(library).encode())


def _library_files() -> Iterator[Path]:
    for folder in (Path(weights.__file__).parent, user_folder()):
        yield from sorted(folder.glob(f"*{SUFFIX}"))
