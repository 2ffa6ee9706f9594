"""Directions of other tools: one reader for each family of files, and what is refused by name."""

from __future__ import annotations

from pathlib import Path

from generator.checkpoint import holds_model
from generator.checkpoint.file_slice import FormatError
from generator.directions.foreign import bare, ganspace, named, ours
from generator.directions.foreign.contents import Contents, read_contents
from generator.directions.foreign.found import Found, FoundFile
from generator.directions.foreign.refused import MODEL, nothing_found, refuse
from generator.errors import ComponentsMissingError, DirectionError, OutisError, refusing

__all__ = ["Found", "FoundFile", "read_directions"]


def read_directions(path: str | Path, certain: bool = False, beside: str | Path | None = None) -> FoundFile:
    """The directions in the file at `path`, as they are stored; nothing in it is executed.

    certain: the user says that they are directions in W, whatever the name of the file suggests. beside: the PCA file
    of a table of edits; None = one in the same folder. Raises `DirectionError`, one sentence that begins with the
    file's name and says what it holds instead; `ComponentsMissingError` if it is a table that needs another file.

    Example:
        >>> import numpy as np
        >>> from generator.directions.foreign import read_directions
        >>> np.save("age.npy", np.eye(1, 32).repeat(18, 0))
        >>> read_directions("age.npy").sentence
        "Direction 'age' in W, 18 equal rows: one for all layers."
    """
    path = Path(path)
    try:
        with refusing(DirectionError, "it is damaged or truncated."):
            return _found(read_contents(path), certain, Path(beside) if beside is not None else None)
    except FormatError as error:
        raise DirectionError(f"{_name(path)}: {MODEL}" if holds_model(path) else f"{_name(path)} {error}.") from error
    except OutisError as error:
        kind = ComponentsMissingError if isinstance(error, ComponentsMissingError) else DirectionError
        raise kind(f"{_name(path)}: {_short(str(error))}") from error
    except OSError as error:
        raise DirectionError(f"{_name(path)} could not be read: {error.strerror or error}.") from error


def _found(contents: Contents, certain: bool, beside: Path | None) -> FoundFile:
    for read in (ours.library, ours.tensors):
        if (found := read(contents)) is not None:
            return found
    refuse(contents)
    readers = (
        *(ganspace.edit, ganspace.cached_components, ganspace.pca, named.eigenvectors, named.boundary_of_layers),
        *(named.dictionary, lambda contents: ganspace.configs(contents, beside)),
        lambda contents: bare.array(contents, certain),
    )
    for reader in readers:
        if (found := reader(contents)) is not None:
            return found
    raise DirectionError(MODEL) if holds_model(contents.path) else nothing_found(contents)


def _name(path: Path) -> str:
    """The name of the file as text: names may contain bytes that are not characters."""
    return (path.name or str(path)).encode("utf-8", "replace").decode("utf-8")[:200]


def _short(sentence: str) -> str:
    """`sentence` without its middle where a hostile file has put a novel into it."""
    return sentence if len(sentence) <= 500 else f"{sentence[:250]} … {sentence[-200:]}"
