"""The session with each model, as the project keeps it: the face, the stored sources and the timeline.

They are texts in the project's state, read defensively: what is damaged is left out and stays in the file under another
key.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.messages import ModelFacts, SavedSession
from generator.errors import MotionError, OutisError, RecipeError
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import from_json, to_json
from generator.recipe.recipe import Recipe, Source
from generator.recipe.recipe_json import from_dict, to_dict

if TYPE_CHECKING:
    from generator.project.project import Project

log = logging.getLogger(__name__)

MODELS = "session models"  # key of the list of hashes
MAX_MODELS = 1000
MAX_STORED = 500  # the latest of the stored sources
MAX_CHARACTERS = 12_000_000  # of them together, in the file
MAX_PARTS = 200_000  # commas and brackets of the JSON, counted before it is parsed
BAD_SESSION = (ValueError, KeyError, TypeError, RecursionError, RecipeError)


def read_sessions(project: Project) -> dict[str, SavedSession]:
    """The session with each model, by the model's hash."""
    found = {model: _read(project, model) for model in _models(project)}
    return {model: session for model, session in found.items() if session is not None}


def write_recipes(project: Project, recipes: Mapping[str, Recipe]) -> None:
    """Keep the face of each model."""
    known = _models(project)
    new = [model for model in recipes if model not in known]
    if new:
        project.set_state(MODELS, json.dumps([*known, *new][-MAX_MODELS:]))
    for model, recipe in recipes.items():
        project.set_state(f"session:{model}", json.dumps(to_dict(recipe)))


def write_stored(project: Project, stored: Mapping[str, tuple[Source, ...]]) -> None:
    """Keep the stored sources of each model."""
    for model, sources in stored.items():
        recipes = [json.dumps(to_dict(Recipe(source=source))) for source in sources[-MAX_STORED:]]
        while sum(map(len, recipes)) > MAX_CHARACTERS:
            del recipes[0]
        project.set_state(f"stored:{model}", f"[{','.join(recipes)}]")


def write_timelines(project: Project, timelines: Mapping[str, Timeline]) -> None:
    """Keep the timeline of each model."""
    for model, timeline in timelines.items():
        project.set_state(f"timeline:{model}", to_json(timeline))


def differences(before: SavedSession | None, after: SavedSession) -> dict[tuple[str, int | str], Any]:
    """What is to be written where `before` was kept, as changes of the project; what is as good as empty is not."""
    known, model = before or SavedSession(Recipe()), after.recipe.model
    changes: dict[tuple[str, int | str], Any] = {}
    if before is None or before.recipe != after.recipe:
        changes["session", model] = after.recipe
    if known.stored != after.stored:
        changes["stored", model] = after.stored
    if known.timeline != after.timeline:
        changes["timeline", model] = after.timeline
    return changes


def put_aside(project: Project, models: Mapping[str, object]) -> None:
    """Keep the texts of sessions that cannot be continued where a new one does not replace them."""
    for model in models:
        text = project.state(f"session:{model}")
        if text is not None:
            project.set_state(f"damaged session:{model}", text)


def fits(kept: SavedSession, facts: ModelFacts) -> bool:
    """Whether the model can render what was kept."""
    from generator.formats.open_face import check_shapes

    try:
        stored, faces = (Recipe(source=source) for source in kept.stored), kept.timeline.keyframes
        for recipe in (kept.recipe, *stored, *(face.recipe for face in faces)):
            check_shapes(recipe, facts.config)
    except OutisError as error:
        log.warning("The session with %s does not fit it and is put aside: %s", facts.name, error)
        return False
    return True


def parsed(text: str) -> Any:
    """The JSON value in `text`. Raises one of `BAD_SESSION`."""
    if sum(text.count(mark) for mark in ",[{") > MAX_PARTS:
        raise ValueError("it has more parts than any session")
    return json.loads(text)


def stored_of(values: Any) -> tuple[Source, ...]:
    """The sources in a list of recipes. Raises one of `BAD_SESSION`."""
    return tuple(from_dict(recipe).source for recipe in values[-MAX_STORED:])


def _models(project: Project) -> list[str]:
    try:
        values = json.loads(project.state(MODELS) or "[]")
    except (ValueError, RecursionError):
        return []
    return [model for model in values if isinstance(model, str)][-MAX_MODELS:] if isinstance(values, list) else []


def _read(project: Project, model: str) -> SavedSession | None:
    text = project.state(f"session:{model}")
    try:
        if text is None:
            return None
        recipe = from_dict(parsed(text))
        stored = stored_of(parsed(project.state(f"stored:{model}") or "[]"))
    except BAD_SESSION as error:
        log.warning("The session with the model %s is damaged and put aside: %s", model, error)
        if not project.read_only and text is not None:
            put_aside(project, {model: None})
        return None
    return SavedSession(recipe, stored, _timeline(project, model)) if recipe.model == model else None


def _timeline(project: Project, model: str) -> Timeline:
    """Without one, or with a damaged one, which stays in the file under another key: an empty one."""
    text = project.state(f"timeline:{model}")
    try:
        return Timeline() if text is None else from_json(text)
    except MotionError as error:
        log.warning("The timeline of the model %s is damaged and put aside: %s", model, error)
        if not project.read_only and text is not None:
            project.set_state(f"damaged timeline:{model}", text)
        return Timeline()
