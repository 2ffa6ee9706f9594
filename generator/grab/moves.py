"""The moves that grabbing chooses from: the strongest principal components of W, on groups of layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Floats, pack

NAME = "grab"  # of the direction in a recipe
Move = NDArray[np.float64]  # [groups * k] in sigma, group after group

_GROUP_ENDS = (2, 4, 6, 8)  # pose, face shape, features, details; the rest is colours


@dataclass(frozen=True)
class MoveSpace:
    """Moves of each group of layers along each of k components."""

    components: Floats  # [k, w_dim], each one sigma long
    num_ws: int

    @property
    def groups(self) -> tuple[range, ...]:
        """The layers that move together, from coarse to fine."""
        ends = [end for end in _GROUP_ENDS if end < self.num_ws] + [self.num_ws]
        return tuple(range(first, last) for first, last in zip([0, *ends], ends, strict=False))

    @property
    def size(self) -> int:
        """Numbers in a move."""
        return len(self.groups) * len(self.components)

    def rows(self, move: Move) -> Floats:
        """What `move` adds to W+, float32 `[num_ws, w_dim]`."""
        by_group = move.reshape(len(self.groups), -1).astype(np.float32) @ self.components
        return np.repeat(by_group, [len(group) for group in self.groups], axis=0)

    def direction(self, move: Move, start: Floats | None = None) -> Direction:
        """The direction whose amount 1 is `move` beyond `start`, `[num_ws, w_dim]` of an earlier grab."""
        rows = self.rows(move) if start is None else start + self.rows(move)
        return Direction(NAME, pack(rows), Layers.ALL, self.num_ws)
