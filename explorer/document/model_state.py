"""The model that is open, and what is found out about it later or may change while it is open."""

from __future__ import annotations

from explorer.messages import Components, ModelFacts
from generator.recipe.directions import NamedDirection


class ModelState:
    """Facts, principal components and named directions."""

    def __init__(self) -> None:
        self.facts: ModelFacts | None = None  # None until the first model is open
        self.components: Components | None = None  # None until they are fitted
        self.directions: tuple[NamedDirection, ...] = ()  # of its library, in the order in which they are listed

    def open(self, facts: ModelFacts) -> None:
        """Another model, or the same one elsewhere."""
        self.facts, self.directions = facts, facts.named
