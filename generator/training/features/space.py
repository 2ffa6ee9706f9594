"""What a feature space is, and the names of those there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

EFFICIENTNET, PATCHES = "efficientnet-lite0", "patches"
SPACES = (EFFICIENTNET, PATCHES)


class FeatureSpace(Protocol):
    """Images -> vectors whose distances are meant to measure how different two images look."""

    @property
    def name(self) -> str:
        """One of `SPACES`."""

    @property
    def size(self) -> int:
        """Numbers a vector has."""

    def __call__(self, images: Tensor) -> Tensor:
        """images `[N, 3, R, R]` in [-1, 1], of any R and on any device -> `[N, size]`, without gradient."""
