"""Which of a hundred thousand seeds are likely to be who is looked for, told from their w alone.

What is predicted of a measure is a normal distribution: the prediction, and the deviation of what cannot be predicted.
The chance of a face is how much of it lies within the bands, for all wishes together.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from generator.attributes.attribute_model import Values
from generator.people.aim import Aim
from generator.people.predictor import Predictor
from generator.people.together import Team
from generator.progress import Job, Progress
from generator.recipe.recipe import MAX_SEED, Floats

SEEDS = 102_400  # of one brief at most: 50 chunks
CHUNK = 2048  # seeds in a step: some 150 ms
GOOD = 0.5  # of the best conceivable chance: faces from here on are as good as each other

ToW = Callable[[Sequence[int]], Floats]  # seeds [N] -> w [N, D], mixed and truncated as it is rendered


class Screen:
    """Seeds of one brief, and what is predicted of their faces; it grows chunk by chunk, always in the same way."""

    def __init__(self, predictor: Predictor, to_w: ToW, seed: int, key: Hashable, team: Team) -> None:
        """seed: of the brief; each has seeds of its own, until 2**32 is reached. key: equal where `to_w` is, so that
        whoever looks again, for somebody else, has these predictions already. team: shares the chunks."""
        self._predictor, self._to_w, self._team = predictor, to_w, team
        self._first = seed * SEEDS % (MAX_SEED + 1)
        self._chunks = _chunks(predictor.model, predictor.faces, predictor.names, self._first, key)
        self.predicted: Floats = np.empty((0, len(predictor.names)), np.float32)  # [N, A]

    def widening(self, size: int) -> Job[None]:
        """Predict until there are `size` faces, a multiple of `CHUNK`."""
        team = self._team
        for first in range(len(self._chunks) * CHUNK, size, CHUNK * team.size):
            yield Progress(first, size, "Looking through seeds")
            mine = range(first + CHUNK * team.rank, min(first + CHUNK * (team.rank + 1), size))
            predicted = [self._predictor.predict(self.w(mine))] if mine else []
            self._chunks += [chunk for part in team.gather(predicted) for chunk in part]
        self.predicted = np.concatenate(self._chunks[: size // CHUNK])

    def seed(self, place: int) -> int:
        """The seed of the face at `place`."""
        return (self._first + place) % (MAX_SEED + 1)

    def w(self, places: range) -> Floats:
        """w `[N, D]` of the faces at `places`."""
        return self._to_w([self.seed(place) for place in places])

    def ranked(self, aim: Aim) -> Iterator[tuple[int, bool]]:
        """The places of all faces, best first, and whether each is good.

        Good ones come in the order of their seeds: the likeliest first would be all of a kind, and farthest out.
        """
        residual = self._predictor.residual
        chances = sum_of_chances(self.predicted, residual, aim)
        good = np.log(GOOD) + float(sum_of_chances(_middle(aim, residual), residual, aim)[0])
        for place in np.argsort(-np.minimum(chances, good), kind="stable"):
            yield int(place), bool(chances[place] >= good)


@lru_cache(maxsize=2)
def _chunks(*_: Hashable) -> list[Floats]:
    """What was predicted `[CHUNK, A]` of the seeds of one brief; a whole screen has some 20 MB."""
    return []


def sum_of_chances(predicted: Floats, residual: Floats, aim: Aim) -> Values:
    """The logarithm `[N]` of the chance that each of N faces, predicted `[N, A]`, lies within the bounds of `aim`."""
    total = np.zeros(len(predicted))
    for place in aim.wished:
        low, high = ((end[place] - predicted[:, place]) / float(residual[place]) for end in (aim.low, aim.high))
        total += log_chance(low, high)
    return total


def log_chance(low: Values, high: Values) -> Values:
    """The logarithm of the chance `[N]` that a standard normal number lies between `low` and `high` `[N]`, exact far
    out in both tails: log(P(high) - P(low)) = log P(high) + log(1 - P(low) / P(high))."""
    mirrored = low > 0  # there both are near 1, and their difference would be lost
    low, high = np.where(mirrored, -high, low), np.where(mirrored, -low, high)
    below, above = (torch.special.log_ndtr(torch.from_numpy(np.asarray(end, np.float64))) for end in (low, high))
    return np.asarray((above + torch.log1p(-torch.exp((below - above).clamp(max=-1e-12)))).numpy())


def _middle(aim: Aim, residual: Floats) -> NDArray[np.float32]:
    """`[1, A]` a face in the middle of every band, far inside of open ones."""
    far = 10 * residual
    low = np.where(np.isfinite(aim.low), aim.low, np.where(np.isfinite(aim.high), aim.high - 2 * far, 0))
    high = np.where(np.isfinite(aim.high), aim.high, low + 2 * far)
    return np.asarray((low + high)[None] / 2, np.float32)
