"""The noise of every layer of one image, sampled once and cached while the image's noise stays the same."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from generator.networks import ops
from generator.networks.noise import NoiseSource
from generator.networks.stylegan2 import SynthesisLayer
from generator.recipe.recipe import NoiseMode
from generator.render.cpu.activation_cache import CacheKey


class NoiseImages:
    """Item i is the noise of the i-th layer, `[N or 1, 1, h, w]`, times its factor, in `dtype`; None where there is no
    noise. Sampled in order, as far as needed: random noise depends on the order."""

    def __init__(
        self,
        layers: Sequence[tuple[Tensor, Tensor | float]],
        source: NoiseSource,
        mode: NoiseMode,
        seed: int | None,
        dtype: torch.dtype,
    ) -> None:
        """layers: of each its stored noise `[h, w]` and the factor."""
        self._layers, self._source, self._dtype = layers, source, dtype
        self._mode, self._seed = mode, seed
        self._fresh = mode == "random" and seed is None
        self._images: list[Tensor | None] = []
        self.origin: CacheKey = object() if self._fresh else (mode, seed if mode == "random" else None)

    def same(self, mode: NoiseMode, seed: int | None) -> bool:
        """True if an image with this noise may use these noise images."""
        return not self._fresh and mode == self._mode and (mode != "random" or seed == self._seed)

    def __getitem__(self, i: int) -> Tensor | None:
        while len(self._images) <= i:
            self._images.append(self._draw(*self._layers[len(self._images)]))
        return self._images[i]

    def of(self, i: int, sample: int | None) -> Tensor | None:
        """Item i, of one `sample` of a batch where each has its own noise."""
        image = self[i]
        return image if image is None or sample is None or len(image) == 1 else image[sample : sample + 1]

    def _draw(self, stored: Tensor, factor: Tensor | float) -> Tensor | None:
        image = self._source.take(stored)
        return None if image is None else (image * factor).to(self._dtype)


def noises_of(layers: Sequence[SynthesisLayer]) -> list[tuple[Tensor, Tensor]]:
    """Of layers of StyleGAN2 the stored noise, and its strength times the activation's gain."""
    return [(layer.noise_const, layer.noise_strength * ops.GAIN) for layer in layers]
