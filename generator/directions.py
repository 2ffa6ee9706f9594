"""Named directions of a model: what a slider moves and what a user should know of it. Needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from generator.recipe import Direction


@dataclass(frozen=True)
class NamedDirection:
    """A direction and what a user should know of it."""

    direction: Direction
    title: str  # "Age"
    low: str  # what negative amounts mean: "younger"
    high: str  # and positive ones: "older"
    description: str  # what was measured, where it comes from: the tooltip
