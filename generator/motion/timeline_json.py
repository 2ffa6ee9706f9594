"""Timelines as versioned JSON, in files `NAME.timeline.json` and inside of videos. Needs no torch.

Reading is strict, as for recipes (`generator.recipe.recipe_json`): a timeline is restored exactly, or refused with one
`MotionError` sentence. Vectors of directions and stored latents are written once, however many faces have them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from generator.errors import MotionError, RecipeError, refusing
from generator.motion.easing import STRAIGHT, Easing
from generator.motion.timeline import MAX_KEYFRAMES, MAX_KEYS, MAX_LANES, Key, Keyframe, Lane, Timeline
from generator.recipe.recipe import Direction, DirectionEdit, Recipe
from generator.recipe.recipe_json import from_dict, is_text, to_dict

SUFFIX = ".timeline.json"
FORMAT, VERSION = "outis-timeline", 1
MAX_CHARACTERS = 64_000_000  # a thousand stored W+ of 18 layers have about 50 million
MAX_EDITS = 50_000  # moved sliders of all faces together
MAX_COMMAS = 1_000_000  # counted before the text is parsed: so many values take a second

_TIMELINE = {"format", "version", "duration", "path", "loop", "beats", "sound", "pace", "faces", "lanes", "vectors"}
_NUMBER = (int, float)


def to_json(timeline: Timeline) -> str:
    """The timeline as a JSON object; `from_json` returns an equal one. Raises `MotionError` if it would be too long.

    Example:
        >>> from generator.motion.timeline import Timeline
        >>> from generator.motion.timeline_json import from_json, to_json
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> timeline = Timeline().with_face(Recipe(source=SeedSource(85))).with_face(Recipe(source=SeedSource(1)))
        >>> from_json(to_json(timeline)) == timeline
        True
    """
    vectors: dict[bytes, str] = {}

    def shared(data: bytes) -> str:
        return vectors.setdefault(data, str(len(vectors)))

    values = {
        "format": FORMAT,
        "version": VERSION,
        "duration": timeline.duration,
        "path": timeline.path,
        "loop": timeline.loop,
        "beats": timeline.beats,
        "sound": timeline.sound,
        "pace": base64.b64encode(timeline.pace).decode("ascii"),
        "faces": [_face_values(face, shared) for face in timeline.keyframes],
        "lanes": [_lane_values(lane, shared) for lane in timeline.lanes],
    }
    values["vectors"] = [base64.b64encode(data).decode("ascii") for data in vectors]
    text = json.dumps(values, allow_nan=False)
    if len(text) > MAX_CHARACTERS or sum(len(face.recipe.directions) for face in timeline.keyframes) > MAX_EDITS:
        raise MotionError("The timeline is too long for a file; use fewer faces, or faces with fewer directions.")
    return text


def _face_values(face: Keyframe, shared: Callable[[bytes], str]) -> dict[str, Any]:
    recipe = to_dict(face.recipe, shared)
    return {"time": face.time, "name": face.name, "easing": _easing(face.easing), "recipe": recipe}


def _lane_values(lane: Lane, shared: Callable[[bytes], str]) -> dict[str, Any]:
    return {
        "kind": lane.kind,
        "off": lane.off,
        "direction": None if lane.direction is None else to_dict(_along(lane.direction), shared),
        "keys": [[key.time, key.value, _easing(key.easing)] for key in lane.keys],
    }


def from_json(text: str) -> Timeline:
    """The timeline written by `to_json`. Raises `MotionError` with one sentence for anything else."""
    if len(text) > MAX_CHARACTERS:
        raise MotionError(f"The timeline has {len(text)} characters; timelines have at most {MAX_CHARACTERS}.")
    if text.count(",") > MAX_COMMAS:
        raise MotionError("The timeline has more values than any timeline needs; it may be damaged.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MotionError("The timeline is not valid JSON; it may be damaged.") from error
    with refusing(MotionError, "The timeline is damaged."):
        return _timeline(values)


def _timeline(values: Any) -> Timeline:
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise MotionError(f'This JSON is not a timeline of Outis: it has no "format": "{FORMAT}".')
    if values.get("version") != VERSION:
        found = str(values.get("version"))[:20]
        raise MotionError(f"The timeline has version {found}; this Outis reads version {VERSION}. Update Outis.")
    fields = _Fields(values, "the timeline", _TIMELINE)
    vectors = [fields.data(vector) for vector in fields.take("vectors", list)]
    faces, lanes = fields.some("faces", MAX_KEYFRAMES), fields.some("lanes", MAX_LANES)
    _check_sizes(faces, lanes)
    return Timeline(
        keyframes=tuple(_keyframe(face, number, vectors) for number, face in enumerate(faces, 1)),
        lanes=tuple(_lane(lane, vectors) for lane in lanes),
        duration=fields.number("duration"),
        path=fields.take("path", str),
        loop=fields.take("loop", bool),
        beats=fields.number("beats"),
        sound=fields.take("sound", str),
        pace=fields.data(fields.take("pace", str)),
    )


def _check_sizes(faces: list[Any], lanes: list[Any]) -> None:
    """Refuse what would take long to read, before it is read."""
    recipes = [face.get("recipe") for face in faces if isinstance(face, dict)]
    for found, name, most in ((recipes, "directions", MAX_EDITS), (lanes, "keys", MAX_KEYS)):
        lists = (some.get(name) for some in found if isinstance(some, dict))
        count = sum(len(values) for values in lists if isinstance(values, list))
        if count > most:
            raise MotionError(f"The timeline has {count} {name}; at most {most} are possible.")


def _keyframe(values: Any, number: int, vectors: list[bytes]) -> Keyframe:
    fields = _Fields(values, f"face {number}", {"time", "name", "easing", "recipe"})
    recipe = _recipe(fields.take("recipe", dict), f"Face {number}", vectors)
    return Keyframe(fields.number("time"), recipe, fields.take("name", str), _from_easing(values["easing"]))


def _lane(values: Any, vectors: list[bytes]) -> Lane:
    fields = _Fields(values, "a lane", {"kind", "off", "direction", "keys"})
    keys = tuple(_key(key) for key in fields.take("keys", list))
    return Lane(fields.take("kind", str), keys, _direction(values["direction"], vectors), fields.take("off", bool))


def _key(values: Any) -> Key:
    if not isinstance(values, list) or len(values) != 3:
        raise MotionError("In the timeline, a key is not [time, value, easing].")
    time, value, easing = values
    return Key(_float(time, "the time of a key"), _float(value, "the value of a key"), _from_easing(easing))


def _along(direction: Direction) -> Recipe:
    """How a direction is written: as a recipe that is moved along it."""
    return Recipe(directions=(DirectionEdit(direction, 1.0),))


def _direction(values: Any, vectors: list[bytes]) -> Direction | None:
    if values is None:
        return None
    edits = _recipe(values, "The direction of a lane", vectors).directions
    if len(edits) != 1:
        raise MotionError(f"In the timeline, a lane moves along {len(edits)} directions, not one.")
    return edits[0].direction


def _recipe(values: Any, what: str, vectors: list[bytes]) -> Recipe:
    """The recipe whose vectors are numbers of `vectors`."""

    def vector(number: str) -> bytes:
        if not number.isdecimal() or len(number) > 9 or int(number) >= len(vectors):
            raise ValueError(number)
        return vectors[int(number)]

    with _naming(what):
        return from_dict(values, vector)


@contextmanager
def _naming(what: str) -> Iterator[None]:
    try:
        yield
    except RecipeError as error:
        raise MotionError(f"{what} of the timeline: {error}") from error


def _easing(easing: Easing) -> str | list[float]:
    return list(easing.handles) if easing.kind == "curve" else easing.kind


def _from_easing(values: Any) -> Easing:
    if isinstance(values, str):
        return Easing(values, STRAIGHT)
    if not isinstance(values, list) or len(values) != 4:
        raise MotionError("In the timeline, an easing is neither a name nor the four numbers of a curve.")
    x1, y1, x2, y2 = (_float(value, "a handle of an easing") for value in values)
    return Easing("curve", (x1, y1, x2, y2))


def _float(value: Any, what: str) -> float:
    if not isinstance(value, _NUMBER) or isinstance(value, bool) or not abs(value) < 1e18:
        raise MotionError(f"In the timeline, {what} is not a number, or too large a one.")
    return float(value)


class _Fields:
    """Takes typed fields from one JSON object that has exactly the `known` ones."""

    def __init__(self, values: Any, where: str, known: set[str]) -> None:
        if not isinstance(values, dict):
            raise MotionError(f"In the timeline, {where} is {type(values).__name__}, not an object.")
        if odd := known ^ set(values):
            raise MotionError(f"In {where}, the field {min(odd)[:40]!r} is missing or unknown.")
        self._values, self._where = values, where

    def take(self, name: str, kind: type) -> Any:
        value = self._values[name]
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):  # in Python a bool is an int
            raise MotionError(f"In {self._where}, {name!r} is {type(value).__name__}, not {kind.__name__}.")
        if isinstance(value, str) and not is_text(value):
            raise MotionError(f"In {self._where}, {name!r} is not Unicode text; it is damaged.")
        return value

    def some(self, name: str, most: int) -> list[Any]:
        values: list[Any] = self.take(name, list)
        if len(values) > most:
            raise MotionError(f"In {self._where}, {name!r} are {len(values)}; at most {most} are possible.")
        return values

    def number(self, name: str) -> float:
        return _float(self._values[name], f"{name!r} of {self._where}")

    def data(self, text: Any) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (TypeError, ValueError) as error:
            raise MotionError(f"In {self._where}, some data is not base64; it is damaged.") from error
