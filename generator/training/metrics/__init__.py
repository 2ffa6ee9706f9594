"""How good a set of images is, as numbers: one measure a file, each a small function of feature vectors."""

from __future__ import annotations

from generator.training.metrics.coverage import precision_and_recall
from generator.training.metrics.frechet import frechet_distance
from generator.training.metrics.moments import Moments
from generator.training.metrics.neighbours import Neighbours, nearest

__all__ = ["Moments", "Neighbours", "frechet_distance", "nearest", "precision_and_recall"]
