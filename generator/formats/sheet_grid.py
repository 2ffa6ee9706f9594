"""How the faces of a contact sheet stand, and how many fit on one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from generator.errors import ExportError

MAX_SIDE = 8192  # pixels of the sheet; faces are made smaller where they would not fit
MIN_CELL = 16  # pixels of a face, below which nothing can be seen
MOST = MAX_SIDE // MIN_CELL  # columns, or rows


@dataclass(frozen=True)
class Grid:
    """Rows of faces, filled one after the other."""

    columns: int
    rows: int
    cell: int  # pixels on a side of a face

    @classmethod
    def of(cls, count: int, columns: int, face: int = MIN_CELL) -> Grid:
        """The grid of `count` faces; a cell has `face` pixels, or as many as `MAX_SIDE` allows. Raises `ExportError`
        where that is too few."""
        columns, rows = min(columns, count), -(-count // columns)
        cell = min(face, MAX_SIDE // max(columns, rows))
        if cell < min(face, MIN_CELL):
            raise ExportError(f"{count} faces in {columns} columns do not fit on one sheet: {_advice(count)}.")
        return cls(columns, rows, cell)


def _advice(count: int) -> str:
    """How so many faces fit."""
    side = math.isqrt(count - 1) + 1
    return f"choose {side} columns" if side <= MOST else "choose fewer seeds"
