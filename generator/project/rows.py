"""Faces as rows of a table: whatever a file contains, what comes out is within bounds and fit to be shown."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from generator.printable import printable
from generator.project.face import MAX_STARS, Face, Place
from generator.project.packing import PackedRecipe
from generator.recipe.stored_noise import MAX_BYTES

MAX_ID = 2**53  # of a face: a number that every other program can represent
MAX_NAME = 200  # characters, also of a tag
MAX_TAGS = 100  # of a face
MAX_NOTE = 100_000  # characters
MAX_RECIPE = 2_000_000  # characters without the vectors
MAX_VECTOR = MAX_BYTES  # bytes: the noise of a face is the longest
MAX_THUMBNAIL = 256_000  # bytes
MAX_TIME = 253_402_300_799.0  # the last second of the year 9999

COLUMNS = "id, recipe, place, position, name, stars, rejected, note, made, parent"
_VECTORS = re.compile('"(?:vector|data)":"([^"]*)"')

Values = tuple[object, ...]


def clean(face: Face) -> Face:
    """`face` as a project keeps it: text without control characters, numbers within their range."""
    return replace(
        face,
        order=_finite(face.order),
        name=_line(face.name),
        stars=min(max(face.stars, 0), MAX_STARS),
        rejected=bool(face.rejected),
        tags=clean_tags(face.tags),
        note=printable(face.note[:MAX_NOTE], kept="\n\t"),
        made=min(max(_finite(face.made), 0.0), MAX_TIME),
        parent=face.parent if face.parent is not None and 0 < face.parent < face.id else None,
    )


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags sorted, each once, without empty ones."""
    return tuple(sorted({line for tag in tags if (line := _line(tag))})[:MAX_TAGS])


def to_row(face: Face) -> Values:
    """The values of `COLUMNS`."""
    row = (face.id, face.packed.text, int(face.place), face.order, face.name, face.stars, int(face.rejected))
    return (*row, face.note, face.made, face.parent)


def from_row(row: Values, tags: Iterable[str], vectors: Mapping[str, bytes]) -> Face | None:
    """The face of a row; None if it lies about what cannot be guessed: its number and its recipe."""
    id, text, place, order, name, stars, rejected, note, made, parent = row
    if not isinstance(id, int) or not 0 < id <= MAX_ID or not isinstance(text, str):
        return None
    if text[:1] != "{" or len(text) > MAX_RECIPE:
        return None
    if any(key not in vectors for key in vectors_of(text)):
        return None
    face = Face(
        id,
        PackedRecipe(text, vectors),
        Place(place) if isinstance(place, int) and 0 <= place < len(Place) else Place.TABLE,
        order if isinstance(order, float) else 0.0,
        name if isinstance(name, str) else "",
        stars if isinstance(stars, int) else 0,
        rejected == 1,
        tuple(tags),
        note if isinstance(note, str) else "",
        made if isinstance(made, float) else 0.0,
        parent if isinstance(parent, int) else None,
    )
    return clean(face)


def vectors_of(text: str) -> list[str]:
    """The hashes of the vectors that a packed recipe needs."""
    return _VECTORS.findall(text)


def _line(text: str) -> str:
    return printable(text[:MAX_NAME]).strip()


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 0.0
