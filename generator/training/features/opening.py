"""From the name of a feature space to the space; only this loads its network."""

from __future__ import annotations

from generator.errors import TrainingError
from generator.training.features.space import EFFICIENTNET, PATCHES, SPACES, FeatureSpace


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
    raise TrainingError(f"{name} is not a feature space; choose one of {', '.join(SPACES)}.")
