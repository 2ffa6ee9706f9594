"""Recipes as versioned JSON, as stored in exported files. Needs no torch.

Reading is strict: an unknown version, a missing or unknown field, a wrong type or a value out of range raises a
`RecipeError` of one sentence, so that a recipe either restores its face exactly or is refused with a reason.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from typing import Any

from generator.errors import RecipeError
from generator.recipe.layers import Layers
from generator.recipe.recipe import (
    MAX_DIRECTIONS,
    Direction,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Source,
    Target,
    Transform,
    Truncation,
)
from generator.recipe.stored_noise import MAX_IMAGES, StoredNoise

FORMAT = "outis-recipe"
PLAIN, LATER, VERSION = 1, 2, 3  # 1 has directions of one row, one span of layers and no target; 3 stored noise
MAX_NUMBERS = 1000  # in a list
MAX_CHARACTERS = 16_000_000  # a recipe of 64 directions and two W+ of 18 layers has about 300,000


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def to_json(recipe: Recipe, indent: int | None = None) -> str:
    """The recipe as a JSON object; `from_json` returns an equal recipe, bit for bit.

    Example:
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> from generator.recipe.recipe_json import from_json, to_json
        >>> recipe = Recipe(source=SeedSource(85))
        >>> from_json(to_json(recipe)) == recipe
        True
    """
    return json.dumps(to_dict(recipe), indent=indent, allow_nan=False)


def from_json(text: str) -> Recipe:
    """The recipe written by `to_json`. Raises `RecipeError` with one sentence for anything else.

    Example:
        >>> from pathlib import Path
        >>> from generator.recipe.recipe_json import from_json
        >>> from_json(Path("recipe.json").read_text()).truncation.psi
        0.7
    """
    if len(text) > MAX_CHARACTERS:
        raise RecipeError(f"The recipe has {len(text)} characters; recipes have at most {MAX_CHARACTERS}.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError("The recipe is not valid JSON; it may be damaged.") from error
    return from_dict(values)


def to_dict(recipe: Recipe, encode: Callable[[bytes], str] = _base64) -> dict[str, Any]:
    """The recipe as JSON values, of the first version that can say it: other programs, and older ones, read that.

    encode: what a vector or a stored latent is written as.
    """
    version = _version(recipe)
    return {
        "format": FORMAT,
        "version": version,
        "model": recipe.model,
        "source": _source_to_dict(recipe.source, encode),
        "truncation": {"psi": recipe.truncation.psi, "cutoff": recipe.truncation.cutoff},
        "directions": [_edit_to_dict(edit, encode, version == PLAIN) for edit in recipe.directions],
        "mix": None
        if recipe.mix is None
        else {"source": _source_to_dict(recipe.mix.source, encode), "weights": list(recipe.mix.weights)},
        "noise": _noise_to_dict(recipe.noise, encode),
        "transform": {"x": recipe.transform.x, "y": recipe.transform.y, "degrees": recipe.transform.degrees},
    }


def _version(recipe: Recipe) -> int:
    if recipe.noise.stored is not None:
        return VERSION
    return PLAIN if all(is_plain(edit.direction) for edit in recipe.directions) else LATER


def from_dict(values: Any, decode: Callable[[str], bytes] = _from_base64) -> Recipe:
    """The recipe from JSON values. decode: the inverse of `encode` in `to_dict`. Raises `RecipeError`."""
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise RecipeError(f'This JSON is not a recipe of Outis: it has no "format": "{FORMAT}".')
    version = values.get("version")
    if version not in (PLAIN, LATER, VERSION):
        found = str(version)[:20]
        raise RecipeError(f"The recipe has version {found}; this Outis reads versions 1 to {VERSION}. Update Outis.")
    edit_from_dict = _plain_edit_from_dict if version == PLAIN else _edit_from_dict
    fields = _Fields(values, "the recipe", {"format", "version"})
    recipe = Recipe(
        model=fields.take("model", str),
        source=_source_from_dict(fields.take("source", dict), "source", decode),
        truncation=_truncation_from_dict(fields.take("truncation", dict)),
        directions=tuple(edit_from_dict(edit, decode) for edit in _bounded(fields.take("directions", list))),
        mix=_mix_from_dict(fields.take("mix", dict, optional=True), decode),
        noise=_noise_from_dict(fields.take("noise", dict), decode, version),
        transform=_transform_from_dict(fields.take("transform", dict)) if "transform" in values else Transform(),
    )
    fields.finish()
    return recipe


class _Fields:
    """Takes typed fields from one JSON object; `finish` refuses the fields that were not taken."""

    def __init__(self, values: Any, where: str, known: set[str] | None = None) -> None:
        if not isinstance(values, dict):
            raise RecipeError(f"In the recipe, {where} is {type(values).__name__}, not an object.")
        self._values, self._where, self._taken = values, where, set(known or ())

    def take(self, name: str, kind: type | tuple[type, ...], optional: bool = False) -> Any:
        if name not in self._values:
            raise RecipeError(f"In the recipe, {self._where} lacks {name!r}; it may be damaged.")
        self._taken.add(name)
        value = self._values[name]
        if value is None and optional:
            return None
        if not isinstance(value, kind) or isinstance(value, bool):  # in Python a bool is an int
            raise RecipeError(f"In the recipe, {name!r} of {self._where} is {type(value).__name__}.")
        if isinstance(value, str) and not is_text(value):
            raise RecipeError(f"In the recipe, {name!r} of {self._where} is not Unicode text; it is damaged.")
        return value

    def number(self, name: str) -> float:
        return self._float(name, self.take(name, (int, float)))

    def numbers(self, name: str) -> tuple[float, ...]:
        values = self.take(name, list)
        if len(values) > MAX_NUMBERS:
            raise RecipeError(
                f"In the recipe, {name!r} of {self._where} has {len(values)} numbers, more than any model has."
            )
        return tuple(self._float(name, value) for value in values)

    def _float(self, name: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise RecipeError(
                f"In the recipe, {name!r} of {self._where} contains {type(value).__name__}, not a number."
            )
        try:
            return float(value)
        except OverflowError as error:
            raise RecipeError(f"In the recipe, {name!r} of {self._where} is too large a number.") from error

    def data(self, name: str, decode: Callable[[str], bytes]) -> bytes:
        text = self.take(name, str)
        try:
            return decode(text)
        except (binascii.Error, ValueError) as error:
            raise RecipeError(f"In the recipe, {name!r} of {self._where} is not base64; it is damaged.") from error

    def finish(self) -> None:
        unknown = set(self._values) - self._taken
        if unknown:  # a hostile file may have millions
            shown = ", ".join(sorted(islice(unknown, 100)))[:200]
            raise RecipeError(f"In the recipe, {self._where} has unknown fields: {shown}.")


def is_text(value: str) -> bool:
    """Whether it is Unicode: JSON can contain half a surrogate pair, which no file or window can represent."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _source_to_dict(source: Source, encode: Callable[[bytes], str]) -> dict[str, Any]:
    if isinstance(source, SeedSource):
        return {"seed": source.seed, "label": source.label}
    return {"space": source.space, "rows": source.rows, "data": encode(source.data), "name": source.name}


def _source_from_dict(values: Any, where: str, decode: Callable[[str], bytes]) -> Source:
    fields = _Fields(values, where)
    source: Source
    if "seed" in values:
        source = SeedSource(fields.take("seed", int), fields.take("label", int, optional=True))
    else:
        source = LatentSource(
            fields.take("space", str), fields.take("rows", int), fields.data("data", decode), fields.take("name", str)
        )
    fields.finish()
    return source


def _truncation_from_dict(values: Any) -> Truncation:
    fields = _Fields(values, "truncation")
    truncation = Truncation(fields.number("psi"), fields.take("cutoff", int, optional=True))
    fields.finish()
    return truncation


def _bounded(edits: list[Any]) -> list[Any]:
    """The edits, unless checking so many of them would take long."""
    if len(edits) > MAX_DIRECTIONS:
        raise RecipeError(f"The recipe has {len(edits)} directions; at most {MAX_DIRECTIONS} are possible.")
    return edits


def is_plain(direction: Direction) -> bool:
    """Whether version 1 of the JSON can say it: one row, one span of layers, no target."""
    return direction.rows == 1 and len(direction.layers.spans) == 1 and direction.target is None


def _edit_to_dict(edit: DirectionEdit, encode: Callable[[bytes], str], plain: bool) -> dict[str, Any]:
    d, target = edit.direction, edit.direction.target
    values: dict[str, Any] = {"name": d.name, "vector": encode(d.vector)}
    if plain:
        return {**values, "first": d.first, "last": d.last, "amount": edit.amount}
    # The centre has the field name by which every version finds what `encode` has put elsewhere.
    leads = None if target is None else {"data": encode(target.center), "value": target.value}
    return {**values, "layers": str(d.layers), "rows": d.rows, "target": leads, "amount": edit.amount}


def _plain_edit_from_dict(values: Any, decode: Callable[[str], bytes]) -> DirectionEdit:
    fields = _Fields(values, "a direction")
    name, vector = fields.take("name", str), fields.data("vector", decode)
    layers = Layers.span(fields.take("first", int), fields.take("last", int))
    edit = DirectionEdit(_direction(name, vector, layers, 1, None), fields.number("amount"))
    fields.finish()
    return edit


def _edit_from_dict(values: Any, decode: Callable[[str], bytes]) -> DirectionEdit:
    fields = _Fields(values, "a direction")
    name, vector = fields.take("name", str), fields.data("vector", decode)
    layers, rows = exact_layers(fields.take("layers", str)), fields.take("rows", int)
    target = _target_from_dict(fields.take("target", dict, optional=True), decode)
    edit = DirectionEdit(_direction(name, vector, layers, rows, target), fields.number("amount"))
    fields.finish()
    return edit


def exact_layers(text: str) -> Layers:
    """The layers that are written as `text`, which says it in the one form that is written."""
    layers = Layers.parse(text)
    if str(layers) != text:
        raise RecipeError(f"The layers {text[:60]!r} are not in the form in which Outis writes them, {layers}.")
    return layers


def _target_from_dict(values: Any, decode: Callable[[str], bytes]) -> Target | None:
    if values is None:
        return None
    fields = _Fields(values, "the target of a direction")
    target = Target(fields.data("data", decode), fields.number("value"))
    fields.finish()
    return target


@lru_cache(maxsize=256)
def _direction(name: str, vector: bytes, layers: Layers, rows: int, target: Target | None) -> Direction:
    """Thousands of faces share a direction: one object is checked once, and quickly found to be the same."""
    return Direction(name, vector, layers, rows, target)


def _mix_from_dict(values: Any, decode: Callable[[str], bytes]) -> Mix | None:
    if values is None:
        return None
    fields = _Fields(values, "mix")
    mix = Mix(_source_from_dict(fields.take("source", dict), "the mixed source", decode), fields.numbers("weights"))
    fields.finish()
    return mix


def _transform_from_dict(values: Any) -> Transform:
    fields = _Fields(values, "transform")
    transform = Transform(fields.number("x"), fields.number("y"), fields.number("degrees"))
    fields.finish()
    return transform


def _noise_to_dict(noise: Noise, encode: Callable[[bytes], str]) -> dict[str, Any]:
    values: dict[str, Any] = {"mode": noise.mode, "seed": noise.seed}
    if noise.stored is None:
        return values
    # The images have the field name by which every version finds what `encode` has put elsewhere.
    return {
        **values,
        "stored": {"sizes": [list(size) for size in noise.stored.sizes], "data": encode(noise.stored.data)},
    }


def _noise_from_dict(values: Any, decode: Callable[[str], bytes], version: int) -> Noise:
    fields = _Fields(values, "noise")
    stored = version == VERSION and "stored" in values
    images = _stored_from_dict(fields.take("stored", dict), decode) if stored else None
    noise = Noise(fields.take("mode", str), fields.take("seed", int), images)
    fields.finish()
    return noise


def _stored_from_dict(values: Any, decode: Callable[[str], bytes]) -> StoredNoise:
    fields = _Fields(values, "the stored noise")
    sizes = fields.take("sizes", list)[: MAX_IMAGES + 1]
    if not all(isinstance(size, list) and len(size) == 2 and all(type(side) is int for side in size) for size in sizes):
        raise RecipeError("In the recipe, 'sizes' of the stored noise are not pairs of whole numbers.")
    noise = StoredNoise(tuple((height, width) for height, width in sizes), fields.data("data", decode))
    fields.finish()
    return noise
