"""The open model, and what becomes known about it later or may change while it is open."""

from __future__ import annotations

from explorer.document.class_titles import remember
from explorer.messages import Components, ModelFacts
from generator.recipe.class_names import ClassNames
from generator.recipe.directions import DirectionLibrary, NamedDirection


class ModelState:
    """Facts, principal components and named directions."""

    def __init__(self) -> None:
        self.facts: ModelFacts | None = None  # None until the first model is open
        self.class_names = ClassNames()
        self.components: Components | None = None  # None until they are computed
        self._own: tuple[NamedDirection, ...] = ()
        self._directions: tuple[NamedDirection, ...] = ()

    @property
    def directions(self) -> tuple[NamedDirection, ...]:
        """Those that came with the model and the user's own, in the order in which they are listed."""
        return self._directions

    @property
    def own(self) -> tuple[NamedDirection, ...]:
        """The user's own; one replaces the direction of its name that came with the model."""
        return self._own

    @own.setter
    def own(self, entries: tuple[NamedDirection, ...]) -> None:
        named = self.facts.named if self.facts is not None else ()
        own = DirectionLibrary("", entries)
        self._own, self._directions = entries, DirectionLibrary("", named).overridden_by(own).entries

    def open(self, facts: ModelFacts) -> None:
        """Set another model, or the same one on another device, which keeps the directions as they are now."""
        same = self.facts is not None and self.facts.hash == facts.hash
        self.facts, self.own = facts, self._own if same else facts.own
        self.name_classes(ClassNames(facts.class_names, facts.class_fault))

    def name_classes(self, names: ClassNames) -> None:
        """Call the classes of the open model so."""
        assert self.facts is not None
        self.class_names = names
        remember(self.facts.hash, names)
