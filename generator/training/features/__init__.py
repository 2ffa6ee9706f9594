"""Feature spaces: what images are measured in. A distance in one of them means nothing in another.

`feature_space(name)` opens one; only that loads torch or weights.
"""

from __future__ import annotations

from generator.training.features.opening import feature_space
from generator.training.features.space import EFFICIENTNET, PATCHES, SPACES, FeatureSpace

__all__ = ["EFFICIENTNET", "PATCHES", "SPACES", "FeatureSpace", "feature_space"]
