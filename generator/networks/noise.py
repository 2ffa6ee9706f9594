"""The noise images that StyleGAN and StyleGAN2 add after their convolutions."""

from __future__ import annotations

import torch
from torch import Tensor

from generator.recipe.recipe import NoiseMode


class NoiseSource:
    """Hands every layer its noise in turn: stored, fresh, or none."""

    def __init__(self, mode: NoiseMode, seed: int | None, like: Tensor) -> None:
        """like: gives batch size, dtype and device. seed: of the "random" mode; None = different every time.

        Without a seed it is drawn from torch's default generator of that device, the one source that a CUDA graph
        may draw from: who seeds it gets the same noise again, as a training does before each step.
        """
        self._mode = mode
        self._like = like
        self._random = None if seed is None else torch.Generator().manual_seed(seed)

    def take(self, stored: Tensor) -> Tensor | None:
        """Noise `[N or 1, 1, res, res]` of the next layer, whose stored noise is `[res, res]`."""
        if self._mode == "none":
            return None
        if self._mode == "const":
            return stored[None, None]
        if self._random is None:
            like = self._like
            return torch.randn(like.shape[0], 1, *stored.shape, dtype=like.dtype, device=like.device)
        return torch.randn(1, 1, *stored.shape, generator=self._random).to(self._like)
