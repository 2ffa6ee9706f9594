"""Solving a direction again so that others stay as they are: the rows that are held.

A held row is a vector on the principal components, in sigma: what a step along it changes. Measures are held by their
slopes. Directions are held by the slopes of their own measure, and those without one by themselves and by the measure
that they move most: itself alone, a direction made by a measure keeps two thirds of what others move of it (of 0.21 of
its own effect, 0.13; with its measure 0.03, at an equal loss).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from generator.attributes.solve import Cost, cheapest_move
from generator.directions.survey import Array, Survey
from generator.errors import DirectionError, did_you_mean
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.pca import Pca
from generator.recipe.recipe import Direction, Floats

KEPT = 0.65  # of the effect of one sigma, below which too much of a move is lost to what it holds still
_SHARES = (0.1, 0.2, 0.3, 0.45, 0.6, 0.8)  # of the wanted effect, which a held measure may move by
FIRM = 10.0  # times the scale on which the solver lets bounds slip a little: here they are meant
TOLERANCE = 0.02  # standard deviations of a held measure, for one sigma of the direction


def coordinates_of(direction: Direction, pca: Pca) -> Array:
    """The move along `direction` on the components, `[k]` in sigma; of several rows the mean of those that act."""
    rows = direction.array.reshape(direction.rows, -1)
    acting = [0] if direction.rows == 1 else direction.layers.indices(direction.rows)
    return move_of(rows[acting].sum(axis=0) / max(len(acting), 1), pca)


def move_of(vector: Floats, pca: Pca) -> Array:
    """A step in W `[D]` on the components, `[k]` in sigma."""
    sigma = np.maximum(pca.sigma.astype(np.float64), 1e-12)
    return np.asarray(pca.components.astype(np.float64) @ vector.astype(np.float64) / sigma)


def vector_of(move: Array, pca: Pca) -> Floats:
    """The step in W `[D]` of a move `[k]` in sigma."""
    return np.asarray((pca.sigma * move) @ pca.components, np.float32)


def held_rows(names: Sequence[str], survey: Survey, library: DirectionLibrary, pca: Pca) -> Array:
    """The rows `[H, k]` that hold the measures or directions of these names: one or two each. Raises
    `DirectionError`."""
    rows = [row for name in names for row in _held(name, survey, library, pca)]
    return np.array(rows).reshape(len(rows), len(pca.components))


def _held(name: str, survey: Survey, library: DirectionLibrary, pca: Pca) -> list[Array]:
    if name in survey.names:
        return [survey.slopes[:, survey.index(name)]]
    known = {entry.name: entry for entry in library.entries}
    if name not in known:
        every = [*survey.names, *known]
        hint = did_you_mean(name, every) or f"; there are {', '.join(every) or 'none'}."
        raise DirectionError(f"There is no measure and no direction {name!r} to hold{hint}")
    row = coordinates_of(known[name].direction, pca)
    unit = np.asarray(row / max(float(np.linalg.norm(row)), 1e-12))
    return [unit, *(survey.slopes[:, survey.index(measure)] for measure in _moved_most(known[name], unit, survey))]


def _moved_most(entry: NamedDirection, row: Array, survey: Survey) -> list[str]:
    """The measure that a direction moves most, as it was measured or else as the survey predicts it; none where none is
    known."""
    moves = dict(entry.effects) or dict(zip(survey.names, row @ survey.slopes, strict=True))
    known = [name for name in moves if name in survey.names]
    return sorted(known, key=lambda name: -abs(moves[name]))[:1]


def solved(
    move: Array,
    held: Array,
    tolerance: float | Array = TOLERANCE,
    cost: Cost | None = None,
    near: bool = False,
) -> Array:
    """The cheapest move `[k]` that goes one unit along `move` `[k]` and changes each row of `held` `[H, k]` by at most
    `tolerance` `[]` or `[H]`.

    cost: None = the shortest. near: the price is that of what makes it another than `move`. Raises `DirectionError` if
    nothing is left of it.
    """
    wanted = move / max(float(np.linalg.norm(move)), 1e-12)
    if not len(held) and cost is None:
        return np.asarray(wanted)
    bounds = np.broadcast_to(np.asarray(tolerance, np.float64), len(held))
    start = wanted if near else None
    found = cheapest_move(FIRM * held.T, wanted, FIRM * bounds, cost or Cost(np.eye(len(wanted))), start)
    if not (np.isfinite(found).all() and wanted @ found > 0.5 and np.linalg.norm(found) < 10):
        raise DirectionError("Nothing is left of the direction when what is to be held stays; hold less.")
    return np.asarray(found)


def selective(move: Array, others: Array, held: Array, own: Array | None = None, cost: Cost | None = None) -> Array:
    """`solved` with the smallest side effects on `others` `[O, k]` that leave most of what the move is for; what is
    `held` `[H, k]` stays in any case.

    own: `[k]`, the slope of what the move is for, in standard deviations; None = itself. Where the `cost` leaves
    little of it, the shortest moves are tried as well. Raises `DirectionError`.
    """
    own = move if own is None else own
    effect = float(own @ move / np.linalg.norm(move))  # of one sigma
    rows = np.concatenate([others, held])
    for price in (cost, None) if cost is not None else (None,):
        for share in _SHARES:
            bounds = np.array([share * max(effect, TOLERANCE)] * len(others) + [TOLERANCE] * len(held))
            try:
                found = solved(move, rows, bounds, price)
            except DirectionError:
                continue
            if own @ found / np.linalg.norm(found) >= KEPT * effect:
                return found
    return solved(move, held, TOLERANCE)


def held_still(vector: Floats, held: Array, pca: Pca, tolerance: float = TOLERANCE, cost: Cost | None = None) -> Floats:
    """`vector` `[D]` solved again with the `held` rows; what it has beyond the components is kept. cost: the price of
    making it another; None = the length of what does."""
    if not len(held):
        return vector
    move = move_of(vector, pca)
    length = float(np.linalg.norm(move))
    corrected = solved(move, held, tolerance, cost, near=cost is not None) * length
    return np.asarray(vector + vector_of(corrected - move, pca), np.float32)


def solve_again(
    direction: Direction, names: Sequence[str], survey: Survey, library: DirectionLibrary, pca: Pca
) -> Direction:
    """`direction` with every measure or direction of `names` held still, as long as before. What makes it another
    moves other measures as little as it can: a third less than the shortest does."""
    if direction.target is not None:
        raise DirectionError(f"{direction.name!r} leads to a fixed value and cannot be solved again.")
    held = held_rows([name for name in names if name != direction.name], survey, library, pca)
    rows = direction.array.reshape(direction.rows, -1)
    kept = np.array([held_still(row, held, pca, cost=survey.side_effects) if row.any() else row for row in rows])
    scale = np.linalg.norm(rows) / max(float(np.linalg.norm(kept)), 1e-12)
    values = np.asarray(kept * scale, "<f4")
    return Direction(direction.name, values.tobytes(), direction.layers, direction.rows)
