"""The moves that grabbing chooses from: vectors in W+, each cut into groups of layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Floats, pack

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

    def direction(self, move: Move, start: Floats | None = None) -> Direction:
        """The direction whose amount 1 is `move` beyond `start`, `[num_ws, w_dim]` of an earlier grab."""
        rows = self.rows(move) if start is None else start + self.rows(move)
        return Direction(NAME, pack(rows), Layers.ALL, self.num_ws)
