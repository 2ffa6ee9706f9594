"""Points of a picture on the command line: `nose-tip`, `1`, `120,140`, `nose-tip=14,0`."""

from __future__ import annotations

import math
from typing import NamedTuple

from explorer.document.argument_types import NotationError
from generator.errors import did_you_mean
from generator.faces.points import HELD, HELD_COUNT

_LAST = HELD_COUNT - 1
_FARTHEST = 10_000.0  # pixels


class Place(NamedTuple):
    """A point of a picture without a face, in pixels from its upper left corner."""

    x: float
    y: float


def parse_point(text: str) -> int | Place:
    """A point of a face: its number, 0..472, or its name, "nose-tip"; or a place of the picture,
    "120,140"."""
    word = text.strip()
    x, comma, y = word.partition(",")
    if comma:
        return Place(_pixels(x), _pixels(y))
    if word in HELD:
        return HELD[word]
    if word.isascii() and word.isdecimal() and len(word) <= 12:
        if int(word) <= _LAST:
            return int(word)
        raise NotationError(f"Point {word} does not exist; the last one is {_LAST}.")
    hint = did_you_mean(word, HELD) or f"; known are {', '.join(HELD)}, and the numbers 0..{_LAST}."
    raise NotationError(f"There is no point {word[:60]!r}{hint}")


def parse_pull(text: str) -> tuple[int | Place, tuple[float, float]]:
    """`nose-tip=14,0` -> (1, (14.0, 0.0)): a point and pixels to the right and down."""
    name, equals, way = text.partition("=")
    numbers = way.split(",")
    if not equals or len(numbers) != 2:
        raise NotationError(f"{text[:60]!r} is not POINT=DX,DY, as in nose-tip=14,0.")
    x, y = map(_pixels, numbers)
    return parse_point(name), (x, y)


def _pixels(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not abs(number) <= _FARTHEST:  # nor is NaN
        raise NotationError(f"{text[:60]!r} is not a number of pixels.")
    return number
