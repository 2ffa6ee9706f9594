"""Damage a good file over and over, and see that its reader answers, or refuses it with one of our sentences."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from generator.errors import OutisError
from tests.support.mutations import Mutate

SECONDS = 2.0  # of the processor, for one file
Read = Callable[[Path], object]

ODD = [-1, 2**31, 2**53, 2**64, 10**400, 1e-320, 1e308, float("nan"), float("inf"), "\ud800", "a\0b\n\x1b"]
_leaves = st.none() | st.booleans() | st.integers() | st.sampled_from(ODD) | st.floats() | st.text(max_size=8)
json_values: st.SearchStrategy[Any] = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def refusal(read: Read, path: Path) -> str:
    """The sentence with which `read` refuses the file, "" where it is read; both must come soon."""
    start, sentence = time.process_time(), ""
    try:
        read(path)
    except OutisError as error:
        sentence = str(error)
    assert time.process_time() - start < SECONDS
    assert "\n" not in sentence
    assert len(sentence) < 1500
    return sentence


def damage(read: Read, path: Path, mutations: Sequence[Mutate], times: int) -> None:
    """Read the good file at `path`, then `times` damaged ones in its place."""
    good, dice = path.read_bytes(), random.Random(path.name)
    read(path)
    for _ in range(times):
        path.write_bytes(dice.choice(mutations)(good, dice))
        refusal(read, path)


def with_value(text: str, value: object, place: int) -> str:
    """The JSON `text` with `value` in one of its places, which `place` chooses."""
    values = json.loads(text)
    spots = _spots(values)
    holder, key = spots[place % len(spots)]
    holder[key] = value
    return json.dumps(values)


def _spots(values: Any) -> list[tuple[Any, Any]]:
    if not isinstance(values, dict | list):
        return []
    keys = list(values) if isinstance(values, dict) else range(len(values))
    return [spot for key in keys for spot in ((values, key), *_spots(values[key]))]
