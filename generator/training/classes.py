"""The classes of a training: those of real images, and those that samples are drawn of, as frequent as in the data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class DataClasses:
    """The class of every image of a data set, on a device; `count` is 0 where they have none."""

    def __init__(self, labels: NDArray[np.int32], count: int, device: torch.device) -> None:
        """labels: `[N]`, below `count`; they may be left out where that is 0."""
        self.count = count
        self._labels = torch.from_numpy(labels.astype(np.int64)).to(device)  # [N]

    def at(self, places: NDArray[np.intp]) -> Tensor:
        """The numbers of the classes at `places`, int64 `[M]`."""
        return self._labels[torch.from_numpy(places).to(self._labels.device)]

    def drawn(self, count: int, random: torch.Generator) -> Tensor | None:
        """Classes of images drawn from the data, one-hot `[count, C]`; None where there are none."""
        if not self.count:
            return None
        places = torch.randint(len(self._labels), (count,), generator=random, device=self._labels.device)
        return one_hot(self._labels[places], self.count)


def one_hot(numbers: Tensor, classes: int) -> Tensor:
    """int64 `[M]` -> float32 `[M, classes]`. `F.one_hot` would wait for the card."""
    return torch.zeros(len(numbers), classes, device=numbers.device).scatter_(1, numbers[:, None], 1.0)


def classes_of_seeds(seeds: Sequence[int], labels: NDArray[np.int32]) -> list[int]:
    """The class that the sample of each seed is of: drawn from `labels`, those of the data, and always the same one."""
    places = (np.random.Generator(np.random.PCG64([seed, 1])).integers(len(labels)) for seed in seeds)
    return [int(labels[place]) for place in places]
