"""Noise images that belong to one face: what a projector found for a photograph together with its latent.

Kept as float16, 2 bytes a number: noise is normal, and added times a strength that is below 1, so that the 11 bits of
each show in no pixel. Needs no torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from generator.errors import RecipeError

MAX_IMAGES = 64  # StyleGAN of 1024 px has 18
MAX_SIDE = 4096  # pixels
MAX_BYTES = 8_000_000  # the 17 images of StyleGAN2 at 1024 px have 5.6 million

Size = tuple[int, int]  # height, width


@dataclass(frozen=True)
class StoredNoise:
    """The noise of every layer in the order of the layers, each of its `sizes`."""

    sizes: tuple[Size, ...]
    data: bytes  # float16, little-endian, image after image, row after row

    def __post_init__(self) -> None:
        plain = 0 < len(self.sizes) <= MAX_IMAGES and all(0 < side <= MAX_SIDE for size in self.sizes for side in size)
        if not plain or len(self.data) > MAX_BYTES or len(self.data) != 2 * sum(map(prod, self.sizes)):
            raise RecipeError(f"The stored noise of {len(self.data)} bytes does not make the images that it should be.")
        if not np.isfinite(self._values).all():
            raise RecipeError("The stored noise contains values that are not finite numbers.")

    @classmethod
    def of(cls, images: Sequence[NDArray[np.floating]]) -> StoredNoise:
        """The noise of `images`, floats `[h, w]` in the order of the layers. Raises `RecipeError` where they are too
        large or many, or not finite.

        Example:
            >>> import numpy as np
            >>> from generator.recipe.stored_noise import StoredNoise
            >>> StoredNoise.of([np.zeros((4, 4)), np.zeros((8, 8))]).sizes
            ((4, 4), (8, 8))
        """
        size = 2 * sum(image.size for image in images)
        if size > MAX_BYTES:
            raise RecipeError(f"The noise takes {size} bytes; a recipe keeps at most {MAX_BYTES}.")
        with np.errstate(over="ignore"):  # to infinity, which is refused
            data = b"".join(np.ascontiguousarray(image, "<f2").tobytes() for image in images)
        return cls(tuple((int(image.shape[0]), int(image.shape[1])) for image in images), data)

    @cached_property
    def images(self) -> tuple[NDArray[np.float16], ...]:
        """Of every layer, read-only, float16 `[h, w]`."""
        ends = np.cumsum([prod(size) for size in self.sizes])
        return tuple(
            part.reshape(size) for part, size in zip(np.split(self._values, ends[:-1]), self.sizes, strict=True)
        )

    @property
    def _values(self) -> NDArray[np.float16]:
        return np.frombuffer(self.data, "<f2")
