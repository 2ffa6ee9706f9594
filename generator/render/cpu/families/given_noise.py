"""Noise that is drawn already, for layers that ask for theirs."""

from __future__ import annotations

from torch import Tensor

from generator.networks.noise import NoiseSource


class GivenNoise(NoiseSource):
    """Hands one layer its noise."""

    def __init__(self, image: Tensor | None) -> None:
        self._image = image

    def take(self, stored: Tensor) -> Tensor | None:
        return self._image
