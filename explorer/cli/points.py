"""Points of a picture on the command line: `nose-tip`, `1`, `120,140`, `nose-tip=14,0`."""

from __future__ import annotations

import math
from typing import NamedTuple

from explorer.document.argument_types import NotationError
from generator.errors import did_you_mean
from generator.faces.points import MIRRORED, POINTS

_LAST = len(MIRRORED) - 1  # of the mesh
_FARTHEST = 10_000.0  # pixels


class Place(NamedTuple):
    """A point of a picture without a face, in pixels from its upper left corner."""

    x: float
    y: float


def parse_point(text: str) -> int | Place:
    """A point of the mesh of a face: its number, 0..467, or its name, "nose-tip"; or a place of the picture,
    "120,140"."""
    word = text.strip()
    x, comma, y = word.partition(",")
    if comma:
        return Place(_pixels(x), _pixels(y))
    if word in POINTS:
        return POINTS[word]
    if word.isascii() and word.isdecimal() and len(word) <= 12:
        if int(word) <= _LAST:
            return int(word)
        raise NotationError(f"Point {word} does not exist; the last one is {_LAST}.")
    hint = did_you_mean(word, POINTS) or f"; known are {', '.join(POINTS)}, and the numbers 0..{_LAST}."
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
