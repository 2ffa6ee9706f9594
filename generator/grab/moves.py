"""The moves that grabbing chooses from: vectors in W+, each cut into groups of layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, DirectionEdit, Floats, Recipe, pack

NAME = "grab"  # of the direction in a recipe
Move = NDArray[np.float64]  # [size]: how much of each cut vector

_CUTS = (2, 4)  # pose and shape of the face, features, the rest


@dataclass(frozen=True, eq=False)
class MoveSpace:
    """Combinations of `vectors`, of which each group of layers can be used alone."""

    vectors: Floats  # [k, num_ws, w_dim]

    @property
    def num_ws(self) -> int:
        return int(self.vectors.shape[1])

    @property
    def w_dim(self) -> int:
        return int(self.vectors.shape[2])

    @property
    def groups(self) -> tuple[range, ...]:
        """The layers that are used together, from coarse to fine."""
        cuts = [cut for cut in _CUTS if cut < self.num_ws] + [self.num_ws]
        return tuple(range(first, last) for first, last in zip([0, *cuts], cuts, strict=False))

    @property
    def size(self) -> int:
        """Numbers in a move: vectors of the first group, then of the second, and so on."""
        return len(self.groups) * len(self.vectors)

    def rows(self, move: Move) -> Floats:
        """What `move` adds to W+, float32 `[num_ws, w_dim]`."""
        amounts = move.reshape(len(self.groups), -1).astype(np.float32)
        parts = [
            np.tensordot(amount, self.vectors[:, list(group)], 1)
            for amount, group in zip(amounts, self.groups, strict=True)
        ]
        return np.concatenate(parts)

    @cached_property
    def cut(self) -> Floats:
        """Each of the moves alone, `[size, num_ws, w_dim]`."""
        return np.stack([self.rows(one) for one in np.eye(self.size)])

    def direction(self, move: Move) -> Direction:
        """The direction whose amount 1 is `move`."""
        return _direction(self.rows(move))


def grabbed(recipe: Recipe, rows: Floats) -> Recipe:
    """`recipe` moved by `rows`, float32 `[num_ws, w_dim]`, beyond what was grabbed before: one edit holds both."""
    earlier = [edit for edit in recipe.directions if _is_grab(edit.direction, rows)]
    others = tuple(edit for edit in recipe.directions if not _is_grab(edit.direction, rows))
    for edit in earlier:
        rows = rows + np.float32(edit.amount) * edit.direction.array
    edits = (DirectionEdit(_direction(rows), 1.0),) if np.any(rows) else ()
    return replace(recipe, directions=(*others, *edits))


def _is_grab(direction: Direction, rows: Floats) -> bool:
    """Whether it adds rows to every layer, as those of `grabbed` do: a user's own direction may have the name too."""
    adds = direction.layers.is_all and direction.target is None
    return direction.name == NAME and adds and direction.array.shape == rows.shape


def _direction(rows: Floats) -> Direction:
    return Direction(NAME, pack(rows), Layers.ALL, len(rows))
