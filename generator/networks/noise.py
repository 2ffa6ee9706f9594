"""The noise images that StyleGAN and StyleGAN2 add after their convolutions."""

from __future__ import annotations

import torch
from torch import Tensor

from generator.errors import RecipeError
from generator.recipe.recipe import NoiseMode
from generator.recipe.stored_noise import StoredNoise


class NoiseSource:
    """Hands every layer its noise in turn: stored in the model or the recipe, fresh, or none."""

    def __init__(self, mode: NoiseMode, seed: int | None, like: Tensor) -> None:
        """like: gives batch size, dtype and device. seed: of the "random" mode; None = different every time.

        Without a seed it is drawn from torch's default generator of that device, the one source that a CUDA graph
        may draw from: who seeds it gets the same noise again, as a training does before each step.
        """
        self._mode = mode
        self._like = like
        self._random = None if seed is None else torch.Generator().manual_seed(seed)
        self._given = 0  # stored images of the recipe

    def take(self, stored: Tensor) -> Tensor | None:
        """Noise `[N or 1, 1, res, res]` of the next layer, whose stored noise is `[res, res]`."""
        if self._mode == "none":
            return None
        if self._mode == "const":
            return stored[None, None]
        if isinstance(self._mode, StoredNoise):
            return self._next(self._mode, stored)
        if self._random is None:
            like = self._like
            return torch.randn(like.shape[0], 1, *stored.shape, dtype=like.dtype, device=like.device)
        return torch.randn(1, 1, *stored.shape, generator=self._random).to(self._like)

    def _next(self, given: StoredNoise, like: Tensor) -> Tensor:
        """The next image of a face's own noise, of the size of `like`. Raises `RecipeError` where it has another."""
        image = given.images[self._given] if self._given < len(given.images) else None
        if image is None or image.shape != tuple(like.shape):
            raise RecipeError("The stored noise of the face belongs to another model; choose another noise.")
        self._given += 1
        return torch.tensor(image)[None, None].to(self._like)
