"""Random seeds."""

from __future__ import annotations

import random

from generator.recipe.recipe import MAX_SEED


def random_seed() -> int:
    """A random seed in 0..2**32-1."""
    return random.randint(0, MAX_SEED)
