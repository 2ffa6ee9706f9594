"""Direction libraries as versioned JSON, with vectors as base64 of little-endian float32.

Version 2 is written. Reading is strict: anything but what `to_json` writes, or wrote before, raises a `DirectionError`
of one sentence.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from generator.errors import DirectionError, RecipeError
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.layers import Layers
from generator.recipe.recipe import MAX_DIRECTIONS, Direction, Target
from generator.recipe.recipe_json import exact_layers, is_text
from generator.storage.regular_file import read_regular

FORMAT = "outis-directions"
FIRST, VERSION = 1, 2  # version 1 has one span of layers, and none of `_LATER`
MAX_EFFECT = 1e6  # standard deviations, and of every other number but those of vectors
MAX_BYTES = 16_000_000  # fifteen directions of 512 numbers have about 60,000
_ENTRY = {"name", "title", "low", "high", "description", "effects", "vector"}
_LATER = {"layers", "rows", "target", "group", "colour", "note", "locked", "hidden", "origin", "identity", "limits"}


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
    version = values.get("version")
    if version not in (FIRST, VERSION):
        found = str(version)[:20]
        raise DirectionError(f"The direction library has version {found}; this Outis reads versions 1 and 2.")
    fields = _Fields(values, {"format", "version", "model", "provenance", "directions"})
    found = fields.take("directions", list)
    if len(found) > MAX_DIRECTIONS:
        raise DirectionError(f"The direction library has {len(found)} directions; at most {MAX_DIRECTIONS} are read.")
    entry_from_dict = _first_entry_from_dict if version == FIRST else _entry_from_dict
    with _as_direction_error():
        entries = tuple(map(entry_from_dict, found))
    return DirectionLibrary(fields.take("model", str), entries, fields.take("provenance", str))


def looks_like_library(text: str) -> bool:
    """Whether `text` is JSON with the format of a direction library, otherwise damaged or not."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(values, dict) and values.get("format") == FORMAT


def _entry_to_dict(entry: NamedDirection) -> dict[str, Any]:
    direction, target = entry.direction, entry.direction.target
    return {
        "name": direction.name,
        "title": entry.title,
        "low": entry.low,
        "high": entry.high,
        "description": entry.description,
        "group": entry.group,
        "colour": entry.colour,
        "note": entry.note,
        "locked": entry.locked,
        "hidden": entry.hidden,
        "origin": entry.origin,
        "identity": entry.identity,
        "limits": None if entry.limits is None else list(entry.limits),
        "effects": dict(entry.effects),
        "layers": str(direction.layers),
        "rows": direction.rows,
        "target": None if target is None else {"data": _base64(target.center), "value": target.value},
        "vector": _base64(direction.vector),
    }


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@contextmanager
def _as_direction_error() -> Iterator[None]:
    try:
        yield
    except RecipeError as error:
        raise DirectionError(str(error)) from error


def _first_entry_from_dict(values: Any) -> NamedDirection:
    fields = _Fields(values, _ENTRY | {"first", "last"})
    layers = Layers.span(fields.take("first", int), fields.take("last", int))
    return _named(fields, Direction(fields.take("name", str), fields.data("vector"), layers))


def _entry_from_dict(values: Any) -> NamedDirection:
    fields = _Fields(values, _ENTRY | _LATER)
    vector, layers, rows = fields.data("vector"), exact_layers(fields.take("layers", str)), fields.take("rows", int)
    direction = Direction(fields.take("name", str), vector, layers, rows, _target(values["target"]))
    words = {name: fields.take(name, str) for name in ("group", "colour", "note", "origin")}
    identity = None if values["identity"] is None else fields.number("identity")
    marks = {name: fields.take(name, bool) for name in ("locked", "hidden")}
    return replace(_named(fields, direction), identity=identity, limits=_limits(values["limits"]), **words, **marks)


def _named(fields: _Fields, direction: Direction) -> NamedDirection:
    """What every version says of `direction`."""
    title, low, high, description = (fields.take(name, str) for name in ("title", "low", "high", "description"))
    return NamedDirection(direction, title, low, high, description, _effects(fields.take("effects", dict)))


def _target(values: Any) -> Target | None:
    if values is None:
        return None
    fields = _Fields(values, {"data", "value"})
    return Target(fields.data("data"), fields.number("value"))


def _limits(values: Any) -> tuple[float, float] | None:
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != 2 or not all(map(_is_number, values)):
        raise DirectionError("In the direction library, the limits of a direction are not two amounts.")
    low, high = map(float, values)
    return low, high


def _is_number(value: Any) -> bool:
    """Whether it is a number that a float can be: of these, JSON can write far larger ones."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_EFFECT


def _effects(values: dict[str, Any]) -> tuple[tuple[str, float], ...]:
    if not all(map(_is_number, values.values())):
        raise DirectionError("In the direction library, an effect is not a number of standard deviations.")
    if not all(map(is_text, values)):
        raise DirectionError("In the direction library, the name of an effect is not Unicode text; it is damaged.")
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
        if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):  # in Python a bool is an int
            raise DirectionError(f"In the direction library, {name!r} is {type(value).__name__}, not {kind.__name__}.")
        if isinstance(value, str) and not is_text(value):
            raise DirectionError(f"In the direction library, {name!r} is not Unicode text; it is damaged.")
        return value

    def number(self, name: str) -> float:
        if not _is_number(self._values[name]):
            raise DirectionError(f"In the direction library, {name!r} is not a number, or too large a one.")
        return float(self._values[name])

    def data(self, name: str) -> bytes:
        try:
            return base64.b64decode(self.take(name, str), validate=True)
        except (binascii.Error, ValueError) as error:
            raise DirectionError(f"In the direction library, {name!r} is not base64; it is damaged.") from error
