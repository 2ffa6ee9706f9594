"""What a feature space is, and which there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from generator.errors import TrainingError

if TYPE_CHECKING:
    from torch import Tensor

EFFICIENTNET, PATCHES = "efficientnet-lite0", "patches"
SPACES = (EFFICIENTNET, PATCHES)


class FeatureSpace(Protocol):
    """Images -> vectors in which distances are meant to say how different two images look."""

    @property
    def name(self) -> str:
        """One of `SPACES`."""

    @property
    def size(self) -> int:
        """Numbers a vector has."""

    def __call__(self, images: Tensor) -> Tensor:
        """images `[N, 3, R, R]` in [-1, 1], of any R and on any device -> `[N, size]`, without gradient."""


def feature_space(name: str, device: str = "cpu") -> FeatureSpace:
    """The space called `name`, working on `device` where it has something to place there.

    Raises `TrainingError` for an unknown name, or where the extra that it needs is missing.
    """
    if name == EFFICIENTNET:
        from generator.training.features.pooled import PooledFeatures

        return PooledFeatures(device)
    if name == PATCHES:
        from generator.training.features.patches import PatchFeatures

        return PatchFeatures()
    raise TrainingError(f"{name} is no feature space; choose one of {', '.join(SPACES)}.")
