"""What was being made with a model when it was left: it is there again when Outis starts with that model.

One JSON file a model in the user's data folder, as long as there is something to lose. Needs neither Qt nor torch. A
file that cannot be read, or that does not fit the model, counts as none and is put aside.
"""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_data_dir

from explorer.messages import KeptSession
from generator.config import GeneratorConfig
from generator.errors import ExportError, LatentError, RecipeError
from generator.formats.open_face import check_shapes
from generator.recipe.recipe import Recipe
from generator.recipe.recipe_json import from_dict, to_dict
from generator.storage.atomic import make_folder, write_atomically

log = logging.getLogger(__name__)

MAX_BYTES = 64_000_000  # an edited face has some 30,000, a stored one as many
MAX_STORED = 500  # the latest of the stored sources


def keep(session: KeptSession) -> bool:
    """Have `session` there at the next start, or nothing if there is nothing to lose; whether that went well."""
    path = _path(session.recipe.model)
    try:
        if _is_worth_keeping(session):
            make_folder(path.parent)
            write_atomically(path, json.dumps(_to_dict(session)).encode())
        else:
            path.unlink(missing_ok=True)
    except (ExportError, OSError) as error:
        log.warning("What was being made could not be kept: %s", error)
        return False
    return True


def kept(model: str, config: GeneratorConfig) -> KeptSession | None:
    """What was kept of the model with the hash `model`."""
    try:
        with _path(model).open("rb") as file:
            session = _from_dict(json.loads(file.read(MAX_BYTES)))
        for recipe in (session.recipe, *(Recipe(source=source) for source in session.stored)):
            check_shapes(recipe, config)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, RecipeError, LatentError) as error:
        log.warning("What was kept of the last session cannot be read, and is put aside: %s", error)
        with suppress(OSError):
            _path(model).replace(_path(model).with_suffix(".damaged"))
        return None
    return session if session.recipe.model == model else None


def _is_worth_keeping(session: KeptSession) -> bool:
    """Whether more would be lost than a face that comes back by its seed."""
    return bool(session.stored) or session.recipe != Recipe(session.recipe.model, session.recipe.source)


def _to_dict(session: KeptSession) -> dict[str, Any]:
    stored = [to_dict(Recipe(source=source)) for source in session.stored[-MAX_STORED:]]
    return {"recipe": to_dict(session.recipe), "stored": stored}


def _from_dict(values: Any) -> KeptSession:
    stored = values["stored"][-MAX_STORED:]  # as many as are written
    return KeptSession(from_dict(values["recipe"]), tuple(from_dict(recipe).source for recipe in stored))


def _path(model: str) -> Path:
    return Path(user_data_dir("outis"), "sessions", f"{model}.json")
