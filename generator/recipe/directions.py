"""Named directions of a model: what a slider moves and what a user should know about it. Needs no torch.

A library contains the hash of the model it was fitted to; `directions_json` writes it, `direction_files` stores it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generator.errors import DirectionError, did_you_mean
from generator.recipe.recipe import MAX_AMOUNT, Direction

MAX_DISTANCE = 10.0  # of two embedded faces; the embedding is below 2
_COLOUR = re.compile("#[0-9a-f]{6}")


@dataclass(frozen=True)
class NamedDirection:
    """A direction and what a user should know about it."""

    direction: Direction
    title: str  # "Age"
    low: str  # what negative amounts mean: "younger"
    high: str  # and positive ones: "older"
    description: str  # what was measured and where it comes from: the tooltip
    effects: tuple[tuple[str, float], ...] = ()  # (attribute, its move in standard deviations from -3 to +3 sigma)
    group: str = ""  # heading under which it is listed; "" = none
    colour: str = ""  # "#rrggbb", "" = none
    note: str = ""  # the user's own words
    locked: bool = False  # others are solved again so that this does not change
    hidden: bool = False  # has no slider
    origin: str = ""  # how it was made: "fitted", "piles", "sefa", "file NAME", ...; "" = not known
    identity: float | None = None  # median distance of the embedded faces at -2 and +2 sigma; None = not measured
    limits: tuple[float, float] | None = None  # amounts beyond which person or picture breaks; None = not measured

    def __post_init__(self) -> None:
        if not self.direction.name or not self.title:
            raise DirectionError("A named direction has no name or no title.")
        name = self.direction.name[:80]
        if self.colour and not _COLOUR.fullmatch(self.colour):
            raise DirectionError(f"The colour {self.colour[:20]!r} of {name!r} is not #rrggbb, as in #3daee9.")
        if self.identity is not None and not 0 <= self.identity <= MAX_DISTANCE:  # also false for NaN
            raise DirectionError(f"The distance {self.identity} of {name!r} is not in 0..{MAX_DISTANCE:g}.")
        if self.limits is not None and not -MAX_AMOUNT <= self.limits[0] <= self.limits[1] <= MAX_AMOUNT:
            raise DirectionError(f"The limits of {name!r} are not two amounts in ascending order.")

    @property
    def name(self) -> str:
        """What recipes and the command line call it."""
        return self.direction.name

    @property
    def effect(self) -> float | None:
        """The move of its own attribute in standard deviations; None where it was not measured."""
        return dict(self.effects).get(self.name)

    def others(self, most: int = 3) -> tuple[tuple[str, float], ...]:
        """The largest moves of other attributes, largest first."""
        others = [(name, move) for name, move in self.effects if name != self.name]
        return tuple(sorted(others, key=lambda other: -abs(other[1]))[:most])


@dataclass(frozen=True)
class DirectionLibrary:
    """The named directions of one model."""

    model: str  # content hash of the model
    entries: tuple[NamedDirection, ...] = ()  # in the order in which the window lists them
    provenance: str = ""  # how they were made: command, samples, measures

    def __post_init__(self) -> None:
        names = [entry.name for entry in self.entries]
        if len(set(names)) < len(names):
            raise DirectionError("The direction library has two directions of the same name.")
        if len({entry.direction.w_dim for entry in self.entries}) > 1:
            raise DirectionError("The vectors of the direction library have different lengths.")

    def find(self, name: str) -> NamedDirection:
        """The direction `name`. Raises `DirectionError` that suggests one, or lists the known ones."""
        for entry in self.entries:
            if entry.name == name:
                return entry
        known = [entry.name for entry in self.entries]
        hint = did_you_mean(name, known) or f"; it has: {', '.join(known) or 'none'}."
        raise DirectionError(f"This model has no direction {name!r}{hint}")

    def __contains__(self, name: str) -> bool:
        return any(entry.name == name for entry in self.entries)

    def with_entry(self, entry: NamedDirection) -> DirectionLibrary:
        """This library with `entry` in place of the direction of its name, or at the end."""
        return self.overridden_by(DirectionLibrary(self.model, (entry,)))

    def without(self, name: str) -> DirectionLibrary:
        """This library without the direction `name`. Raises `DirectionError` if it has none."""
        gone = self.find(name)
        return replace(self, entries=tuple(entry for entry in self.entries if entry is not gone))

    def renamed(self, name: str, new: str) -> DirectionLibrary:
        """This library with the direction `name` called `new`, also by its title, at the same place.

        Raises `DirectionError` if there is no such direction, or another one with the new name.
        """
        old = self.find(name)
        if new != name and new in self:
            raise DirectionError(f"There is a direction {new!r} already; choose another name or remove that one.")
        entry = replace(old, direction=replace(old.direction, name=new), title=new[:1].upper() + new[1:])
        return replace(self, entries=tuple(entry if other is old else other for other in self.entries))

    def changed(self, before: Sequence[NamedDirection], after: Sequence[NamedDirection]) -> DirectionLibrary:
        """This library with what an edit from `before` to `after` changed: replaced, added, removed, and its order.

        What neither of them has comes first.
        """
        old, new = ({entry.name: entry for entry in entries} for entries in (before, after))
        kept = {entry.name: entry for entry in self.entries if entry.name in new or entry.name not in old}
        kept |= {name: entry for name, entry in new.items() if old.get(name) != entry}
        order = [*(name for name in kept if name not in new), *(name for name in new if name in kept)]
        return replace(self, entries=tuple(kept[name] for name in order))

    def overridden_by(self, other: DirectionLibrary) -> DirectionLibrary:
        """This library with the directions of `other` in place of those of the same name, and its new ones at the
        end."""
        theirs = {entry.name: entry for entry in other.entries}
        merged = [theirs.pop(entry.name, entry) for entry in self.entries]
        provenance = " ".join(filter(None, (self.provenance, other.provenance)))
        return DirectionLibrary(self.model, (*merged, *theirs.values()), provenance)
