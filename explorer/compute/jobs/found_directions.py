"""Files with directions, as the window is told of them. On the compute thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.messages import DirectionsFound, FoundDirection
from explorer.translation import tr
from generator.errors import ComponentsMissingError, DirectionError, OutisError, refusing

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.directions.foreign import FoundFile

_SAMPLES = 500  # random w: enough to know how long those of faces are


def told(path: str, file: FoundFile, host: ModelHost) -> DirectionsFound:
    """What `file` holds, in words, and whether it looks like a face of the open model instead."""
    doubt = " ".join(filter(None, (_stranger(file, host), doubt_in(file, host)))) if host.has_model else ""
    found = (FoundDirection(one.name, one.sentence, one.layers) for one in file.directions)
    components = None if file.beside is None else str(file.beside)
    return DirectionsFound(path, " ".join(filter(None, (file.sentence, doubt))), tuple(found), components)


def lacking(path: str, error: ComponentsMissingError) -> DirectionsFound:
    """A table of edits without the file of its components, for which the window asks."""
    return DirectionsFound(path, str(error), (), components="")


def recognised(path: str, host: ModelHost) -> DirectionsFound | None:
    """The directions in the file at `path`, of which nobody has said what it is. None: it has none, or what it holds
    is as long as a face."""
    from generator.directions.foreign import read_directions

    try:
        file = read_directions(path)
    except ComponentsMissingError as error:
        return lacking(path, error)
    except DirectionError:
        return None  # the readers of faces say what it is
    return None if host.has_model and doubt_in(file, host) else told(path, file, host)


def refusal(path: str) -> str:
    """What the file at `path`, which holds neither a direction nor a face, is known to hold: styles, say, or a network
    that finds directions. "" = that is not known."""
    from generator.checkpoint.file_slice import FormatError
    from generator.directions.foreign.contents import read_contents
    from generator.directions.foreign.refused import refuse

    try:
        with refusing(DirectionError, "it is damaged."):
            contents = read_contents(Path(path))
    except (OutisError, FormatError, OSError):
        return ""
    try:
        refuse(contents)
    except DirectionError as error:
        return "" if "--" in str(error) else f"{Path(path).name}: {error}"  # options are for the command line
    return ""


def _stranger(file: FoundFile, host: ModelHost) -> str:
    """That the file names another model than the one that is open; "" = it does not."""
    if file.model in ("", host.facts.hash):
        return ""
    return tr(
        "That is not the open model, {own}: what the directions do may differ, or be nothing.", own=host.facts.hash[:8]
    )


def doubt_in(file: FoundFile, host: ModelHost) -> str:
    """Why the first direction of `file` looks like a face; "" = it does not."""
    from generator.directions.fitted import doubt_of, drawn

    return doubt_of(file.directions[0], drawn(host.engine.sampled, host.facts.config, _SAMPLES))
