"""Looks: a named set of edits that can be applied to any face, and edits of one face done to others as well.

A look is kept in a project and, to be shared, as a JSON file `NAME.look.json`. Needs no torch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from generator.errors import ExportError, RecipeError, did_you_mean
from generator.recipe.recipe import (
    MAX_AMOUNT,
    DirectionEdit,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    Truncation,
    check,
)
from generator.recipe.recipe_json import from_dict, to_dict
from generator.storage.atomic import write_atomically
from generator.storage.regular_file import read_regular

FORMAT = "outis-look"
VERSION = 1
SUFFIX = ".look.json"
MAX_BYTES = 16_000_000  # of a file; a look of 64 directions and a mixed w+ has about 300,000
MAX_NAME = 200  # characters
_DECIMALS = 10  # of an amount that was added to, so that going there and back ends where it began


class Part(StrEnum):
    """What a look can consist of."""

    DIRECTIONS = "directions"
    MIX = "mix"  # the second face, and its weight on every layer
    TRUNCATION = "truncation"
    NOISE = "noise"


ALL_PARTS: frozenset[Part] = frozenset(Part)


@dataclass(frozen=True)
class Look:
    """A named set of edits: the `parts` of `recipe`, whose source means nothing."""

    name: str
    recipe: Recipe
    parts: frozenset[Part] = ALL_PARTS

    def __post_init__(self) -> None:
        check(
            len(self.name) <= MAX_NAME,
            f"The name of the look has {len(self.name)} characters; at most {MAX_NAME} are possible.",
        )


def take(name: str, recipe: Recipe, parts: Iterable[Part] = ALL_PARTS) -> Look:
    """The edits of `recipe` as a look; what is in none of `parts` is left out.

    Example:
        >>> from generator.project.look import Part, take
        >>> from generator.recipe.recipe import Recipe, SeedSource, Truncation
        >>> look = take("calm", Recipe(source=SeedSource(85), truncation=Truncation(0.5)), {Part.TRUNCATION})
        >>> look.recipe.truncation.psi, look.recipe.source
        (0.5, SeedSource(seed=0, label=None))
    """
    chosen = frozenset(parts)
    edits = Recipe(
        model=recipe.model,
        truncation=recipe.truncation if Part.TRUNCATION in chosen else Truncation(),
        directions=recipe.directions if Part.DIRECTIONS in chosen else (),
        mix=recipe.mix if Part.MIX in chosen else None,
        noise=recipe.noise if Part.NOISE in chosen else Noise(),
    )
    return Look(name, edits, chosen)


def applied(
    look: Look,
    to: Recipe,
    strength: float = 1.0,
    num_ws: int | None = None,
    replace: bool = False,
    w_dim: int | None = None,
) -> Recipe:
    """The recipe `to` with the edits of `look`: between itself at a `strength` of 0 and all of the look at 1.

    Amounts, psi and weights go in proportion, cutoff and noise are taken from any strength on. What the look does not
    mention stays, except with `replace`: then directions and a mix that the look lacks go back to none.
    num_ws: layers of the model, to which the weights of the mix are cut or padded. w_dim: length of its vectors.
    Raises `RecipeError` if the look was made for a model of other shapes.

    Example:
        >>> from generator.project.look import applied, take
        >>> from generator.recipe.recipe import Recipe, SeedSource, Truncation
        >>> look = take("average", Recipe(truncation=Truncation(0.0)))
        >>> half = applied(look, Recipe(source=SeedSource(85), truncation=Truncation(1.0)), strength=0.5)
        >>> half.source.seed, half.truncation.psi
        (85, 0.5)
    """
    check(0 <= strength <= 1, f"A strength of {strength:g} is not in 0..1.")
    _check_fits(look, num_ws, w_dim)
    if strength == 0:
        return to
    edits = look.recipe
    truncation = Truncation(
        _between(to.truncation.psi, edits.truncation.psi, strength), _cutoff(edits.truncation.cutoff, num_ws)
    )
    return Recipe(
        model=to.model,
        source=to.source,
        truncation=truncation if Part.TRUNCATION in look.parts else to.truncation,
        directions=_directions(edits, to, strength, replace) if Part.DIRECTIONS in look.parts else to.directions,
        mix=_mix(edits.mix, to.mix, strength, num_ws, replace) if Part.MIX in look.parts else to.mix,
        noise=edits.noise if Part.NOISE in look.parts else to.noise,
        transform=to.transform,
    )


class Movement:
    """The edit that made `after` of `before`, to be done to many others: what a slider does to all marked faces.

    Amounts along directions change by the same difference, ending at the largest possible amount; everything else that
    was changed takes the new value. Model and source of the others stay.

    Example:
        >>> from generator.project.look import Movement
        >>> from generator.recipe.recipe import Recipe, SeedSource, Truncation
        >>> before = Recipe(source=SeedSource(1), truncation=Truncation(0.7))
        >>> after = Recipe(source=SeedSource(1), truncation=Truncation(0.5))
        >>> Movement(before, after).of(Recipe(source=SeedSource(2))).truncation.psi
        0.5
    """

    def __init__(self, before: Recipe, after: Recipe) -> None:
        self._before, self._after = before, after
        both = dict.fromkeys(edit.direction for edit in (*after.directions, *before.directions))
        amounts = ((direction, before.amount(direction), after.amount(direction)) for direction in both)
        self._amounts = [(direction, start, end) for direction, start, end in amounts if start != end]
        parts = ("truncation", "mix", "noise", "transform")
        self._parts = [part for part in parts if getattr(before, part) != getattr(after, part)]

    def of(self, other: Recipe) -> Recipe:
        """The recipe `other` with the edit; itself if that changes nothing."""
        moved = self._moved(other)
        parts = {part: self._part(part, other) for part in self._parts}
        if any(getattr(other, part) != value for part, value in parts.items()):
            return replace(moved, **parts)
        return moved

    def _moved(self, other: Recipe) -> Recipe:
        """`other` with its amounts changed by as much."""
        if self._before.directions == other.directions:
            kept = self._after.directions == other.directions
            return other if kept else replace(other, directions=self._after.directions)
        for direction, start, end in self._amounts:
            own = other.amount(direction)
            amount = end if own == start else round(own + (end - start), _DECIMALS)
            amount = min(max(amount, -MAX_AMOUNT), MAX_AMOUNT)
            other = other if amount == own else other.with_amount(direction, amount)
        return other

    def _part(self, part: str, other: Recipe) -> Any:
        """A part of the recipe with those of its fields that were changed."""
        before, after, own = (getattr(recipe, part) for recipe in (self._before, self._after, other))
        if part == "mix":
            return after
        changed = {name: value for name, value in vars(after).items() if value != getattr(before, name)}
        return replace(own, **changed)


def look_to_json(look: Look) -> str:
    """The look as a JSON object; `look_from_json` returns an equal one.

    Example:
        >>> from generator.project.look import look_from_json, look_to_json, take
        >>> from generator.recipe.recipe import Recipe
        >>> look = take("calm", Recipe())
        >>> look_from_json(look_to_json(look)) == look
        True
    """
    values = {
        "format": FORMAT,
        "version": VERSION,
        "name": look.name,
        "parts": sorted(look.parts),
        "recipe": to_dict(look.recipe),
    }
    return json.dumps(values, indent=1, allow_nan=False) + "\n"


def look_from_json(text: str) -> Look:
    """The look written by `look_to_json`. Raises `RecipeError` with one sentence for anything else."""
    if len(text) > MAX_BYTES:
        raise RecipeError(f"The look has {len(text)} characters; looks have at most {MAX_BYTES}.")
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecipeError("The look is not valid JSON; it may be damaged.") from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise RecipeError(f'This JSON is not a look of Outis: it has no "format": "{FORMAT}".')
    if values.get("version") != VERSION:
        found = str(values.get("version"))[:20]
        raise RecipeError(f"The look has version {found}; this Outis reads version {VERSION}. Update Outis.")
    if odd := {"format", "version", "name", "parts", "recipe"} ^ set(values):
        raise RecipeError(f"In the look, the field {min(odd)[:40]!r} is missing or unknown; it may be damaged.")
    return take(_name_of(values["name"]), from_dict(values["recipe"]), _parts_of(values["parts"]))


def read_look(path: str | Path) -> Look:
    """The look in the file `path`. Raises `RecipeError` with one sentence that names the file."""
    name = Path(path).name
    try:
        return look_from_json(read_regular(path, MAX_BYTES).decode())
    except OSError as error:
        raise RecipeError(f"{name} could not be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{name}: The file is not text; a look is JSON.") from error
    except RecipeError as error:
        raise RecipeError(f"{name}: {error}") from error


def save_look(path: str | Path, look: Look) -> None:
    """Write `look` to `path`, whole or not at all; its name ends in .look.json. Raises `ExportError`."""
    if not Path(path).name.lower().endswith(SUFFIX):
        raise ExportError(f"{Path(path).name} is not a name for a look; end it in {SUFFIX}.")
    write_atomically(path, look_to_json(look).encode())


def _check_fits(look: Look, num_ws: int | None, w_dim: int | None) -> None:
    """Refuse vectors that the model could not use."""
    if w_dim is None:
        return
    for edit in look.recipe.directions:
        if misfit := edit.direction.misfit(num_ws, w_dim):
            raise RecipeError(
                f"The look {look.name!r} does not fit this model: its direction {edit.direction.name!r} {misfit}."
            )
    second = look.recipe.mix.source if look.recipe.mix is not None else None
    if isinstance(second, LatentSource) and second.space != "z":
        rows = second.rows if num_ws is None or second.space == "w" else num_ws
        check(
            second.array.shape == (rows, w_dim),
            f"The look {look.name!r} does not fit this model: its second face has shape {list(second.array.shape)}, "
            f"and the model takes {[rows, w_dim]}.",
        )


def _between(face: float, look: float, strength: float) -> float:
    """`face` at 0, `look` at 1, exactly, and never outside of both."""
    value = (1 - strength) * face + strength * look
    return min(max(value, min(face, look)), max(face, look))


def _cutoff(cutoff: int | None, num_ws: int | None) -> int | None:
    """The cutoff for a model of so many layers: behind the last one, every layer is truncated."""
    return None if cutoff is None or (num_ws is not None and cutoff >= num_ws) else cutoff


def _directions(look: Recipe, to: Recipe, strength: float, replace: bool) -> tuple[DirectionEdit, ...]:
    """Directions of both, in the order of `to`, then of the look."""
    wanted = {edit.direction: edit.amount for edit in reversed(look.directions)}  # the first of several counts
    result = to
    for edit in to.directions:
        if edit.direction in wanted or replace:
            amount = _between(edit.amount, wanted.get(edit.direction, 0.0), strength)
            result = result.with_amount(edit.direction, amount)
    for edit in look.directions:
        if not to.amount(edit.direction):
            result = result.with_amount(edit.direction, wanted[edit.direction] * strength)
    return result.directions


def _mix(look: Mix | None, face: Mix | None, strength: float, num_ws: int | None, replace: bool) -> Mix | None:
    if look is None:
        return _faded(face, strength) if replace else face
    start = face.weights if face is not None and face.source == look.source else ()
    count = max(len(start), len(look.weights)) if num_ws is None else num_ws
    pairs = zip(_of_length(start, count), _of_length(look.weights, count), strict=True)
    return Mix(look.source, tuple(_between(before, after, strength) for before, after in pairs))


def _faded(mix: Mix | None, strength: float) -> Mix | None:
    if mix is None or strength == 1:
        return None
    return Mix(mix.source, tuple(weight * (1 - strength) for weight in mix.weights))


def _of_length(weights: tuple[float, ...], count: int) -> tuple[float, ...]:
    return (*weights, *(0.0,) * count)[:count]


def _name_of(name: Any) -> str:
    if not isinstance(name, str):
        raise RecipeError(f"In the look, 'name' is {type(name).__name__}, not text.")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:  # JSON can contain half a surrogate pair
        raise RecipeError("In the look, 'name' is not Unicode text; it is damaged.") from error
    return name


def _parts_of(parts: Any) -> frozenset[Part]:
    if not isinstance(parts, list) or len(parts) > len(Part):
        raise RecipeError(f"In the look, 'parts' is not a list of at most {len(Part)} parts.")
    known = {part.value: part for part in Part}
    for part in parts:
        if not isinstance(part, str) or part not in known:
            hint = did_you_mean(str(part), known) or f"; expected some of {', '.join(known)}."
            raise RecipeError(f"In the look, {str(part)[:40]!r} is not a part{hint}")
    return frozenset(known[part] for part in parts)
