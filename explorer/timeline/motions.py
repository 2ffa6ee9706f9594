"""The ready-made motions: what the window asks for."""

from __future__ import annotations

from dataclasses import dataclass

from generator.recipe.recipe import Direction, Recipe


@dataclass(frozen=True)
class MotionWish:
    """A motion by its name, and what it is made of."""

    name: str  # of `generator.motion.motions.MOTIONS`
    face: Recipe  # the one shown
    faces: tuple[tuple[Recipe, str], ...] = ()  # those to walk through, with their names
    direction: Direction | None = None  # of a sweep
