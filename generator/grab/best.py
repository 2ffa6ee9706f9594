"""The best of a drag so far, and when to go back to it: while frames come nearer to the goals, it goes on."""

from __future__ import annotations

import numpy as np

from generator.grab.moves import Move

PATIENCE = 5  # frames in which nothing comes nearer, after which nothing will
GAIN = 0.05  # share of the distance by which a frame must be nearer to count


class Best:
    """Of the frames since the goals have moved last."""

    def __init__(self, move: Move, error: float = np.inf) -> None:
        """move: of the frame seen last. error: its mean distance from the goals, in pixels."""
        self.move, self.error = move.copy(), error
        self._mark, self._waits = error, 0

    @property
    def is_final(self) -> bool:
        """Whether nothing has come nearer for `PATIENCE` frames."""
        return self._waits >= PATIENCE

    def wait(self) -> None:
        """Another frame is computed, whatever it will show: in one that loses the face nothing comes nearer."""
        self._waits += 1

    def note(self, error: float, move: Move) -> None:
        """Keep `move` if it is the best."""
        if error < (1 - GAIN) * self._mark:
            self._mark, self._waits = error, 0
        if error < self.error:
            self.error, self.move = error, move.copy()
