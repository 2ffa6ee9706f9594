"""Arrays in a file that may be latents, sorted by how the file names and arranges them; what they are is for
`array_readings` to say, which knows a model.

Public tools write one array, a dict of arrays under usual names, a dict {photo: array} (ReStyle, HyperStyle), or a dict
{photo: {"img", "latent", "noise"}} (rosinality's projector), as numpy, torch or pickle store them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from generator.errors import LatentError
from generator.formats.latent_file import W_PLUS_NAMES
from generator.printable import printable
from generator.recipe.recipe import Floats
from generator.storage.arrays import Array

MAX_VALUES = 1_000_000  # of a latent: w+ of the largest public model has 9,216
MAX_ALL = 32_000_000  # of all latents of a file: some thousand faces of 18 rows
MAX_NAME = 80  # characters of what one of several is called
NOISES = "The noises that the file stores beside it are left out."
BESIDE = frozenset({"img"})  # what projectors store with each latent: megabytes that are not needed ...
LATER = frozenset({"noise"})  # ... and what is needed of the face that is chosen
_STYLES = "It holds styles (S, StyleSpace), which Outis does not draw; it draws z, w and w+."
_ONE_TENSOR = "should be one tensor [num_ws, w_dim] of floats"

Named = Literal["", "z", "w"]


@dataclass(frozen=True, eq=False)
class Unread:
    """A value of a file that is read when it is wanted."""

    read: Callable[[], object]  # raises `LatentError`


@dataclass(frozen=True, eq=False)
class Held:
    """The arrays of one file: N of them, each with some rows. A plain array [A, D] is one of A rows: whether it is
    one face or A of them is not known yet."""

    arrays: Floats  # [N, A, D]
    names: tuple[str, ...] = ()  # of each, where the file has some
    named: Named = ""  # what the file says: z; or w, as a latent in w or w+; "" = nothing but numbers
    is_whole: bool = False  # the file arranges each array as one thing: [1, A, D], or A rows under a name of its own
    is_column: bool = False  # [A, 1, D]: a row a layer, where the model has as many, and else A faces
    note: str = ""  # one sentence: what the user should know
    model: str = ""  # hash of the model that the file names; "" = it names none
    noises: tuple[Unread | None, ...] = ()  # of each, what the file stores as its noise; () = of none

    def name_of(self, number: int) -> str:
        """What one of several is called, counted from 0."""
        return self.names[number] if number < len(self.names) else str(number)


def held_in(value: object) -> Held:
    """The latents in the plain value of a file. Raises `LatentError`, one sentence."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, list):
        return _array(_stacked(value))
    if isinstance(value, dict):
        return _dictionary(value)
    raise LatentError(f"It contains no latent: it {_ONE_TENSOR}.")


def has_usual_name(names: Iterable[str]) -> bool:
    """Whether one of the names of arrays is usual for a latent."""
    return not {name.lower() for name in names}.isdisjoint((*W_PLUS_NAMES, "z"))


def _array(values: Array, named: Named = "") -> Held:
    """`[D]`, `[A, D]`, `[A, 1, D]`, `[N, A, D]`, `[N, 1, A, D]`, any of them with ones before it."""
    _check(values)
    is_whole = values.ndim > 2 and values.shape[0] == 1
    while values.ndim > 2 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 4 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim == 3 and values.shape[1] == 1:
        return replace(_array(values[:, 0], named), is_column=True)
    if values.ndim > 3:
        raise LatentError(f"Its array {list(values.shape)} holds no latents: those are [N, num_ws, w_dim] or smaller.")
    if values.ndim < 3:
        values = values.reshape(1, -1, values.shape[-1])
    with np.errstate(over="ignore"):  # to infinity, which `LatentSource` refuses
        return Held(np.asarray(values, np.float32), (), named, is_whole or len(values) > 1)


def _check(values: Array) -> None:
    if values.ndim == 0:
        raise LatentError("It holds one number; a latent has shape [num_ws, w_dim].")
    if values.dtype.kind != "f":
        raise LatentError(f"The array contains {values.dtype}: it {_ONE_TENSOR}.")
    if not 0 < values.size <= MAX_ALL:
        raise LatentError(f"The array has {values.size} values; a latent has 1 to {MAX_VALUES}.")


def _stacked(values: list[object]) -> Array:
    """Equal arrays of a list as one."""
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    if not arrays or len(arrays) < len(values):
        raise LatentError(f"It contains no latent: it {_ONE_TENSOR}.")
    if len({array.shape for array in arrays}) > 1:
        widths = {array.shape[-1] if array.ndim else 0 for array in arrays}
        raise LatentError(_STYLES if len(widths) > 1 else "Its latents have different shapes; save one by itself.")
    return np.stack(arrays)


def _dictionary(value: dict[str, object]) -> Held:
    named = _usual(value)
    if named is not None:
        return named
    photos = {name: _usual(inner) for name, inner in value.items() if isinstance(inner, dict)}
    if photos and len(photos) == len(value) and all(photos.values()):
        return _joined({name: held for name, held in photos.items() if held is not None}, "w")
    arrays = {name: inner for name, inner in value.items() if isinstance(inner, np.ndarray | list)}
    is_network = any(name.endswith((".weight", ".bias")) for name in value)
    if not arrays or len(arrays) < len(value) or is_network:
        raise LatentError(f"It contains no latent: its arrays are {', '.join(sorted(value))[:200] or 'none'}.")
    if len(arrays) == 1 and isinstance(only := next(iter(arrays.values())), np.ndarray):
        return _array(only)
    return _joined({name: held_in(inner) for name, inner in arrays.items()}, "")


def _usual(value: dict[str, object]) -> Held | None:
    """The array under a usual name; None if there is none."""
    by_name = {name.lower(): inner for name, inner in value.items()}
    for name in (*W_PLUS_NAMES, "z"):
        inner = by_name.get(name)
        if isinstance(inner, list):
            inner = _stacked(inner)
        if isinstance(inner, np.ndarray):
            held = _array(inner, "z" if name == "z" else "w")
            noise = by_name.get("noise")
            if isinstance(noise, Unread) and len(held.arrays) == 1:
                return replace(held, noises=(noise,))
            has_noise = any(other.startswith("noise") for other in by_name)
            return replace(held, note=NOISES if has_noise else "")
    return None


def _joined(parts: dict[str, Held], named: Named) -> Held:
    """The latents of several photographs, those of each counted where it has several. Raises `LatentError`."""
    if len({held.arrays.shape[1:] for held in parts.values()}) > 1:
        raise LatentError("Its latents have different shapes; save one by itself.")
    if sum(held.arrays.size for held in parts.values()) > MAX_ALL:
        raise LatentError(f"Its latents have more than {MAX_ALL} values; save some of them by themselves.")
    names = tuple(
        printable(name if len(held.arrays) == 1 else f"{name} {number}")[:MAX_NAME]
        for name, held in parts.items()
        for number in range(len(held.arrays))
    )
    arrays = np.concatenate([held.arrays for held in parts.values()])
    note = next((held.note for held in parts.values() if held.note), "")
    noises = tuple(noise for held in parts.values() for noise in held.noises or (None,) * len(held.arrays))
    return Held(arrays, names, named, is_whole=True, note=note, noises=noises if any(noises) else ())
