"""What a pickle or a torch file holds as plain values: dicts, lists, text, numbers and numpy arrays; nothing is run.

The calls that `generator.checkpoint.restricted_pickle` wrote down become arrays where they are known to make some, and
`Unknown` otherwise. The number of values and of bytes is bounded, since a short pickle can repeat a long array.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from generator.checkpoint.file_slice import FormatError
from generator.checkpoint.inert_objects import Call, describe, mapping
from generator.checkpoint.lazy_tensor import StoredTensor
from generator.checkpoint.numpy_values import is_array, plain_scalar, stored_array
from generator.checkpoint.torch_values import FindStorage, is_tensor, sizes, stored_tensor
from generator.errors import LatentError
from generator.formats.held_latents import Unread
from generator.recipe.stored_noise import MAX_BYTES as MAX_NOISE
from generator.storage.arrays import Array

MAX_DEPTH = 12  # dicts and lists in each other
MAX_ITEMS = 20_000  # values in all of them: a dict of 5,000 named directions is not one that anyone reads
MAX_LATER_ITEMS, MAX_LATER_BYTES = 100, 4 * MAX_NOISE  # the noise of a face, as numbers of up to 8 bytes
MAX_BYTES = 128_000_000  # of all arrays together: 512 components of 65,536 numbers


@dataclass(frozen=True)
class Unknown:
    """A value that is neither a number nor an array, text or a container of them."""

    what: str  # a few words for an error


@dataclass
class Plainer:
    """Turns the value of one file into plain values. Raises `FormatError`."""

    find: FindStorage
    items: int = field(default=MAX_ITEMS)
    bytes: int = field(default=MAX_BYTES)
    left_out: frozenset[str] = frozenset()  # keys of dicts whose values are not wanted, and not read
    later: frozenset[str] = frozenset()  # keys of dicts whose values are `Unread`

    def __call__(self, value: object, depth: int = 0) -> object:
        self.items -= 1
        if self.items < 0 or depth > MAX_DEPTH:
            raise FormatError("holds more values in each other than any file of latents or directions")
        held = mapping(value)
        if held is not None:
            return {_word(key): self._inner(key, inner, depth) for key, inner in held.items()}
        if isinstance(value, list | tuple):
            return [self(inner, depth + 1) for inner in value]
        if isinstance(value, Call):
            return self._made(value, depth)
        return value if value is None or isinstance(value, str | int | float) else Unknown(describe(value))

    def _inner(self, key: object, value: object, depth: int) -> object:
        if key in self.later:
            return Unread(partial(self._read_later, value))
        return Unknown("left out") if key in self.left_out else self(value, depth + 1)

    def _read_later(self, value: object) -> object:
        """One of the values under a key of `later`, each within bounds of its own. Raises `LatentError`."""
        try:
            return Plainer(self.find, MAX_LATER_ITEMS, MAX_LATER_BYTES)(value)
        except FormatError as fault:
            raise LatentError(f"It {fault}.") from fault

    def _made(self, call: Call, depth: int) -> object:
        """What a call of torch's or numpy's makes."""
        if is_tensor(call):
            return self._loaded(stored_tensor(call, self.find))
        if not is_array(call):
            return Unknown(describe(call))
        objects = _objects(call)
        if objects is not None:
            return self(objects[0] if _is_single(call) and objects else objects, depth + 1)
        scalar = plain_scalar(call)
        return self._loaded(stored_array(call)) if scalar is call else scalar

    def _loaded(self, stored: StoredTensor) -> Array:
        """The numbers, with the strides of the file: which axis is a direction's may show in them alone."""
        self.bytes -= max(stored.numel, stored.extent) * stored.storage.dtype.itemsize
        if self.bytes < 0:
            raise FormatError(
                f"holds more than {MAX_BYTES // 1_000_000} MB of numbers; no file of latents or directions does"
            )
        tensor = stored.load()
        return np.asarray(tensor.float() if tensor.dtype.itemsize == 2 and tensor.is_floating_point() else tensor)


def _word(key: object) -> str:
    """The key of a dictionary as text."""
    return str(key)[:200] if isinstance(key, str | int | float) else describe(key)


def _objects(call: Call) -> list[object] | None:
    """The values of an array of objects, which `numpy.save` writes of a dict; None for an array of numbers."""
    state = call.state
    if not (isinstance(state, tuple) and len(state) == 5 and isinstance(state[4], list)):
        return None
    return state[4]


def _is_single(call: Call) -> bool:
    """Whether the array of objects has no axes: it is its only value."""
    state = call.state
    return isinstance(state, tuple) and sizes(state[1]) == ()
