"""Direction libraries as versioned JSON, with vectors as base64 of little-endian float32.

Reading is strict: anything but what `to_json` writes raises a `DirectionError` of one sentence.
"""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path
from typing import Any

from generator.errors import DirectionError, RecipeError
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import MAX_DIRECTIONS, Direction
from generator.storage.regular_file import read_regular

FORMAT = "outis-directions"
VERSION = 1
MAX_EFFECT = 1e6  # standard deviations
MAX_BYTES = 16_000_000  # fifteen directions of 512 numbers have about 60,000


def to_json(library: DirectionLibrary) -> str:
    """The library as a JSON object; `from_json` returns an equal one.

    Example:
        >>> from generator.recipe.directions import DirectionLibrary
        >>> from generator.recipe.directions_json import from_json, to_json
        >>> from_json(to_json(DirectionLibrary("0" * 64))).entries
        ()
    """
    values = {
        "format": FORMAT,
        "version": VERSION,
        "model": library.model,
        "provenance": library.provenance,
        "directions": [_entry_to_dict(entry) for entry in library.entries],
    }
    return json.dumps(values, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def read(path: Path) -> DirectionLibrary:
    """The library in the file `path`. Raises `DirectionError`.

    Example:
        >>> from pathlib import Path
        >>> from generator.recipe import directions_json
        >>> library = directions_json.read(Path("model.directions.json"))
        >>> [entry.title for entry in library.entries]
        ['Age']
    """
    try:
        text = read_regular(path, MAX_BYTES).decode()
    except OSError as error:
        raise DirectionError(f"the file could not be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise DirectionError("the file is not text; a direction library is JSON.") from error
    return from_json(text)


def from_json(text: str) -> DirectionLibrary:
    """The library written by `to_json`. Raises `DirectionError` with one sentence for anything else."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DirectionError("The direction library is not valid JSON; it may be damaged.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise DirectionError(f'This JSON is not a direction library: it has no "format": "{FORMAT}".')
    if values.get("version") != VERSION:
        raise DirectionError(
            f"The direction library has version {str(values.get('version'))[:20]}; this Outis reads version {VERSION}."
        )
    fields = _Fields(values, {"format", "version", "model", "provenance", "directions"})
    found = fields.take("directions", list)
    if len(found) > MAX_DIRECTIONS:
        raise DirectionError(f"The direction library has {len(found)} directions; at most {MAX_DIRECTIONS} are read.")
    entries = tuple(_entry_from_dict(entry) for entry in found)
    return DirectionLibrary(fields.take("model", str), entries, fields.take("provenance", str))


def looks_like_library(text: str) -> bool:
    """Whether `text` is JSON with the format of a direction library, otherwise damaged or not."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and values.get("format") == FORMAT


def _entry_to_dict(entry: NamedDirection) -> dict[str, Any]:
    direction = entry.direction
    return {
        "name": direction.name,
        "title": entry.title,
        "low": entry.low,
        "high": entry.high,
        "description": entry.description,
        "first": direction.first,
        "last": direction.last,
        "effects": dict(entry.effects),
        "vector": base64.b64encode(direction.vector).decode("ascii"),
    }


def _entry_from_dict(values: Any) -> NamedDirection:
    known = {"name", "title", "low", "high", "description", "first", "last", "effects", "vector"}
    fields = _Fields(values, known)
    try:
        direction = Direction(
            fields.take("name", str),
            fields.data("vector"),
            Layers.span(fields.take("first", int), fields.take("last", int)),
        )
    except RecipeError as error:
        raise DirectionError(str(error)) from error
    title, low, high, description = (fields.take(name, str) for name in ("title", "low", "high", "description"))
    return NamedDirection(direction, title, low, high, description, _effects(fields.take("effects", dict)))


def _effects(values: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    for value in values.values():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not abs(value) <= MAX_EFFECT:  # also false for values that are not finite
            raise DirectionError("In the direction library, an effect is not a number of standard deviations.")
    return tuple(values.items())


class _Fields:
    """Takes typed fields from one JSON object that has exactly the `known` ones."""

    def __init__(self, values: Any, known: set[str]) -> None:
        if not isinstance(values, dict):
            raise DirectionError(f"In the direction library, a direction is {type(values).__name__}, not an object.")
        if odd := known ^ set(values):
            raise DirectionError(f"In the direction library, the field {min(odd)[:40]!r} is missing or unknown.")
        self._values = values

    def take(self, name: str, kind: type) -> Any:
        value = self._values[name]
        if not isinstance(value, kind) or isinstance(value, bool):  # in Python a bool is an int
            raise DirectionError(f"In the direction library, {name!r} is {type(value).__name__}, not {kind.__name__}.")
        return value

    def data(self, name: str) -> bytes:
        try:
            return base64.b64decode(self.take(name, str), validate=True)
        except (binascii.Error, ValueError) as error:
            raise DirectionError(f"In the direction library, {name!r} is not base64; it is damaged.") from error
