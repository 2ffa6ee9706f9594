"""How the faces of a contact sheet stand, and how many fit on one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from generator.errors import ExportError

MAX_SIDE = 8192  # pixels of the sheet; faces are made smaller where they would not fit
MIN_CELL = 16  # pixels of a face, below which nothing can be seen
MOST = MAX_SIDE // MIN_CELL  # columns, or rows
MAX_FACES = 10_000  # of one sheet: in a square of them each has 81 pixels; more are a mistyped range rather than a wish


@dataclass(frozen=True)
class Grid:
    """Rows of faces, filled one after the other."""

    columns: int
    rows: int
    cell: int  # pixels on a side of a face

    @classmethod
    def of(cls, count: int, columns: int, face: int = MIN_CELL) -> Grid:
        """The grid of `count` faces; a cell has `face` pixels, or as many as `MAX_SIDE` allows. Raises `ExportError`
        where that is too few, or where faces are more than `MAX_FACES`."""
        if count > MAX_FACES:
            raise ExportError(f"{count} faces do not fit on one sheet, which holds {MAX_FACES}: choose fewer seeds.")
        columns, rows = min(columns, count), -(-count // columns)
        cell = min(face, MAX_SIDE // max(columns, rows))
        if cell < min(face, MIN_CELL):
            raise ExportError(
                f"{count} faces in {columns} columns do not fit on one sheet: choose {_square(count)} columns."
            )
        return cls(columns, rows, cell)


def _square(count: int) -> int:
    """Columns of the smallest square that holds so many faces."""
    return math.isqrt(count - 1) + 1
