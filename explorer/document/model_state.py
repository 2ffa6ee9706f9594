"""The open model, and what becomes known about it later or may change while it is open."""

from __future__ import annotations

from explorer.messages import Components, ModelFacts
from generator.recipe.directions import NamedDirection


class ModelState:
    """Facts, principal components and named directions."""

    def __init__(self) -> None:
        self.facts: ModelFacts | None = None  # None until the first model is open
        self.components: Components | None = None  # None until they are computed
        self.directions: tuple[NamedDirection, ...] = ()  # of its library, in the order in which they are listed

    def open(self, facts: ModelFacts) -> None:
        """Set another model, or the same one on another device."""
        self.facts, self.directions = facts, facts.named
