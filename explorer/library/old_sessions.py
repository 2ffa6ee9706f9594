"""The sessions that an older Outis kept as JSON files, one for each model: taken over into the project, once.

A file that cannot be read, or that contains something else, is ignored and moved aside.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.library.kept_sessions import (
    BAD_SESSION,
    parsed,
    read_sessions,
    stored_of,
    write_recipes,
    write_stored,
)
from explorer.messages import SavedSession
from generator.errors import OutisError
from generator.project.face import Face, Place
from generator.recipe.recipe_json import from_dict
from generator.storage.atomic import claim
from generator.storage.regular_file import read_regular

if TYPE_CHECKING:
    from generator.project.project import Project

log = logging.getLogger(__name__)

MAX_BYTES = 64_000_000
MAX_FILES = 1000
TAKEN, DAMAGED = ".taken-over", ".damaged"


def take_over(project: Project, folder: Path) -> None:
    """Move the sessions in `folder` into `project`: their faces into its history, and the session with each model that
    it has none with."""
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem)[:MAX_FILES]:
        try:
            lock = claim(path.with_suffix(".lock"))
            if lock is None:
                continue  # an older Outis is running
        except OSError:  # nothing can be locked here
            lock = None
        try:
            _take_one(project, path)
        except (OSError, OutisError) as error:
            log.warning("%s could not be taken over: %s", path, error)
        finally:
            if lock is not None:
                lock.close()


def _take_one(project: Project, path: Path) -> None:
    try:
        session = _session_of(parsed(read_regular(path, MAX_BYTES).decode()))
    except (OSError, *BAD_SESSION) as error:
        log.warning("The saved session %s cannot be read and is moved aside: %s", path, error)
        with suppress(OSError):
            path.replace(path.with_suffix(DAMAGED))
        return
    _put(project, session)
    path.replace(path.with_suffix(TAKEN))


def _session_of(values: Any) -> SavedSession:
    return SavedSession(from_dict(values["recipe"]), stored_of(values["stored"]))


def _put(project: Project, session: SavedSession) -> None:
    """Of two windows with one model, the first is gone on with; the stored faces are those of both."""
    model = session.recipe.model
    known = read_sessions(project).get(model)
    stored = tuple(dict.fromkeys((*(known.stored if known else ()), *session.stored)))
    face = Face.of(project.last_id() + 1, session.recipe, place=Place.HISTORY, made=time.time())
    with project.transaction():
        project.put([face])
        if known is None:
            write_recipes(project, {model: session.recipe})
        write_stored(project, {model: stored})
