"""Named directions of a model: what a slider moves and what a user should know about it. Needs no torch.

A library contains the hash of the model it was fitted to; `directions_json` writes it, `direction_files` stores it.
"""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import DirectionError, did_you_mean
from generator.recipe.recipe import Direction


@dataclass(frozen=True)
class NamedDirection:
    """A direction and what a user should know about it."""

    direction: Direction
    title: str  # "Age"
    low: str  # what negative amounts mean: "younger"
    high: str  # and positive ones: "older"
    description: str  # what was measured and where it comes from: the tooltip
    effects: tuple[tuple[str, float], ...] = ()  # (attribute, its move in standard deviations from -3 to +3 sigma)

    def __post_init__(self) -> None:
        if not self.direction.name or not self.title:
            raise DirectionError("A named direction has no name or no title.")


@dataclass(frozen=True)
class DirectionLibrary:
    """The named directions of one model."""

    model: str  # content hash of the model
    entries: tuple[NamedDirection, ...] = ()  # in the order in which the window lists them
    provenance: str = ""  # how they were made: command, samples, measures

    def __post_init__(self) -> None:
        names = [entry.direction.name for entry in self.entries]
        if len(set(names)) < len(names):
            raise DirectionError("The direction library has two directions of the same name.")
        if len({len(entry.direction.vector) for entry in self.entries}) > 1:
            raise DirectionError("The vectors of the direction library have different lengths.")

    def find(self, name: str) -> NamedDirection:
        """The direction `name`. Raises `DirectionError` that suggests one, or lists the known ones."""
        for entry in self.entries:
            if entry.direction.name == name:
                return entry
        known = [entry.direction.name for entry in self.entries]
        hint = did_you_mean(name, known) or f"; it has: {', '.join(known) or 'none'}."
        raise DirectionError(f"This model has no direction {name!r}{hint}")

    def overridden_by(self, other: DirectionLibrary) -> DirectionLibrary:
        """This library with the directions of `other` in place of those of the same name, and its new ones at the
        end."""
        theirs = {entry.direction.name: entry for entry in other.entries}
        merged = [theirs.pop(entry.direction.name, entry) for entry in self.entries]
        provenance = " ".join(filter(None, (self.provenance, other.provenance)))
        return DirectionLibrary(self.model, (*merged, *theirs.values()), provenance)
