"""The average of the generator over its last steps, which is what is kept and shown: it wavers less than they."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

SHORTEST = 1.0  # images; at the very start the averaged weights are the weights


@dataclass(frozen=True)
class Ema:
    """Exponential moving average whose half-life is counted in images (Karras et al. 2018, section 4.1; shorter at the
    start, as in Karras et al. 2020a's code, so that the first weights are soon forgotten)."""

    half_life: float = 10_000  # images, at most ...
    share: float = 0.05  # ... this share of the images seen

    def weight(self, images: int, batch: int) -> float:
        """Share of the current weights in the average after a step of `batch` images that follows `images` images."""
        half_life = max(min(self.half_life, self.share * images), SHORTEST)
        return float(1 - 0.5 ** (batch / half_life))

    @staticmethod
    @torch.no_grad()
    def update(average: nn.Module, current: nn.Module, weight: Tensor | float) -> None:
        """Move the parameters of `average` towards those of `current`, copy its buffers; in place.

        weight: as above; a tensor `[]` where the step is captured as a CUDA graph.
        """
        for mean, parameter in zip(average.parameters(), current.parameters(), strict=True):
            mean.lerp_(parameter, weight)  # not _foreach_lerp_, which would fetch the weight from the card
        for kept, buffer in zip(average.buffers(), current.buffers(), strict=True):
            kept.copy_(buffer)
