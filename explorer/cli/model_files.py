"""What MODEL means on the command line (a file, a URL, or a name from the catalogue), and the engine of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.cli.terminal import report, say
from generator.errors import CatalogueError, did_you_mean
from generator.hub.address import is_address
from generator.hub.catalogue import catalogue, entry_at, names
from generator.hub.model_store import fetching, is_there, path_of
from generator.progress import finish

if TYPE_CHECKING:
    from generator.render.engine import Engine


def resolved(model: str) -> str:
    """`model` as a path, or as a URL that may be fetched. A file wins over a name of the catalogue.

    Raises `CatalogueError` for a model of the catalogue that is not downloaded, because its terms must be accepted
    first, and for a name close to one.
    """
    if Path(model).exists():
        return model
    known = next((entry for entry in catalogue() if entry.name == model), None) or entry_at(model)
    if known is None:
        hint = "" if is_address(model) else did_you_mean(model, names())
        if hint:
            raise CatalogueError(f"There is no file {model!r}, and the catalogue has no model of that name{hint}")
        return model
    if not is_there(known.address):
        raise CatalogueError(
            f"{known.name} is not downloaded yet; `outis catalogue get {known.name}` shows its terms and downloads it."
        )
    return str(path_of(known.address))


def local(model: str) -> str:
    """The path of `model`, fetched if it is a URL. Raises `DownloadError` or `CatalogueError`."""
    found = resolved(model)
    return str(finish(fetching(found), report)) if is_address(found) else found


def open_engine(model: str, device: str) -> Engine:
    """The engine of the model at `model`; its notice about the device goes to stderr."""
    from generator import checkpoint
    from generator.render.engine import Engine

    engine = Engine(checkpoint.load(local(model)), device)
    for sentence in filter(None, (engine.notice, engine.remark)):
        say(sentence)
    return engine
