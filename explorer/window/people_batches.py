"""Who was found for which wishes: what becomes a face of the project, and what is said of a search."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from explorer.dialogs.wish_words import number, tag_of, unit_of
from explorer.document.face_commands import Arrivals
from explorer.library.library import Library
from explorer.messages import FoundPerson, PeopleFound, PeopleKnown
from explorer.translation import tr
from generator.errors import WishError, refusing
from generator.printable import printable
from generator.project.face import Face, Place
from generator.project.rows import clean
from generator.wishes.wish import Brief

_REASONS = {
    "unseen": tr("no face seen"),
    "alike": tr("too much like another"),
    "unusual background": tr("unusual background"),
    "unusual symmetry": tr("unusual symmetry"),
    "unusual teeth": tr("unusual teeth"),
    "unusual hair": tr("unusual hair"),
    "unusual droplets": tr("unusual droplets"),
    "unusual eyes": tr("unusual eyes"),
}
_MOST_NAMED = 3  # kinds of people that nobody is


@dataclass
class Batch:
    """The people of one brief, and those who took their places or are like them."""

    tag: str  # of all their faces: "people 1"
    model: str  # content hash
    brief: Brief
    people: dict[int, FoundPerson] = field(default_factory=dict)  # by the id of their face
    seeds: set[int] = field(default_factory=set)  # that were used, also of those who were sent away

    def face_of(self, person: FoundPerson, library: Library, known: PeopleKnown) -> Face:
        """A new face of the project, with tags and what was measured. known: of the model."""
        face = replace(
            library.new_face(person.recipe),
            name=tr("Person {number}", number=len(self.people) + 1),
            tags=(self.tag, *self.tags_of(person, known)),
            note=self.note_of(person, known),
        )
        face = clean(face)  # as the project will give it back
        self.people[face.id] = person
        self.seeds.add(person.seed)
        return face

    def tags_of(self, person: FoundPerson, known: PeopleKnown) -> tuple[str, ...]:
        """What was wished of somebody: "woman", "age 20–30"."""
        wished = zip(self.brief.wishes, person.cell, strict=True)
        tags = (tag_of(wish.measure, _title(wish.measure, known), label) for wish, label in wished)
        return tuple(filter(None, tags))

    def note_of(self, person: FoundPerson, known: PeopleKnown) -> str:
        """The measures that were wished, a line each, and how suspicious the face is."""
        values, lines = dict(person.values), []
        for name in (wish.measure for wish in self.brief.wishes):
            if name in values:
                told = f"{_title(name, known)} {number(values[name])} {unit_of(known.scales.find(name))}".strip()
                lines.append(tr("{value} (predicted)", value=told) if name in person.predicted else told)
        judged = [(name, cue) for name, cue in person.cues if cue is not None]
        if judged:
            worst = max(judged, key=lambda cue: cue[1])
            lines.append(tr("Tell-tales: at most {percentile:.0f} of 100 ({cue})", percentile=worst[1], cue=worst[0]))
        return "\n".join(lines)

    def to_values(self, library: Library) -> dict[str, Any]:
        """As JSON values, with those whose faces are still in the project."""
        people = {id: person for id, person in self.people.items() if library.has(id)}
        return {
            **{"tag": self.tag, "model": self.model, "brief": self.brief.to_dict(), "seeds": sorted(self.seeds)},
            "people": [[id, one.number, one.seed, list(one.cell)] for id, one in people.items()],
        }

    @classmethod
    def from_values(cls, values: Any, library: Library) -> Batch:
        """What `to_values` returned. Raises `WishError` for anything else."""
        with refusing(WishError, "It is not known any more who was found for which wishes."):
            brief = Brief.from_dict(values["brief"])
            batch = cls(str(values["tag"]), str(values["model"]), brief, seeds=set(map(int, values["seeds"])))
            for id, number, seed, cell in values["people"]:
                if library.has(id) and 1 <= number <= brief.count and len(cell) == len(brief.wishes):
                    recipe = library.face(id).recipe
                    batch.people[id] = FoundPerson(int(number), int(seed), recipe, tuple(map(str, cell)), ())
        return batch


def kept(batches: Iterable[Batch], library: Library) -> str:
    """The batches as a text of the project."""
    return json.dumps([batch.to_values(library) for batch in batches], separators=(",", ":"))


def read(text: str, library: Library) -> list[Batch]:
    """The batches in a text of the project. Raises `WishError` where it is damaged."""
    with refusing(WishError, "It is not known any more who was found for which wishes."):
        return [Batch.from_values(values, library) for values in json.loads(text)]


@dataclass
class Search:
    """A search that goes on."""

    number: int
    batch: Batch
    arrivals: Arrivals | None = None  # those whom it adds; None = they take places of others
    alike: FoundPerson | None = None  # whom they are to be like
    found: int = 0  # people so far
    goes_on: bool = True


def free_tag(library: Library, kind: str = tr("people")) -> str:
    """A tag for a batch, which no face of the table has: "people 1"."""
    taken = {tag for face in library.faces(Place.TABLE) for tag in face.tags}
    return next(tag for number in count(1) if (tag := f"{kind} {number}") not in taken)


def outcome(found: PeopleFound, known: PeopleKnown) -> str:
    """How a search went, in sentences."""
    parts = [tr("{found} of {count} people found.", found=found.found, count=found.found + len(found.missing))]
    if found.missing:
        parts.append(_missing(found, known))
    turned_away = sum(many for _, many in found.rejected)
    if turned_away:
        why = ", ".join(f"{_reason(name, known)} {many}" for name, many in _most(found.rejected))
        parts.append(tr("{count} others were looked at and not taken ({why}).", count=turned_away, why=why))
    if found.only_predicted:
        titles = ", ".join(_title(name, known).lower() for name in found.only_predicted)
        parts.append(
            tr("Only predicted, not measured, as the extra “attributes” is not installed: {titles}.", titles=titles)
        )
    return " ".join(parts)


def _missing(found: PeopleFound, known: PeopleKnown) -> str:
    kinds = dict.fromkeys(found.missing)
    named = "; ".join(_described(labels, found.brief, known) for labels in list(kinds)[:_MOST_NAMED])
    more = len(kinds) - _MOST_NAMED
    text = tr("{named}, and {more} more kinds", named=named, more=more) if more > 0 else named
    return tr("Nobody was found for: {kinds}. Widen a wish, or let people be less different.", kinds=text)


def _described(labels: Sequence[str], brief: Brief, known: PeopleKnown) -> str:
    """What was asked of one person."""
    asked = zip(brief.wishes, labels, strict=True)
    tags = (tag_of(wish.measure, _title(wish.measure, known), label) for wish, label in asked)
    return ", ".join(filter(None, tags)) or tr("anybody")


def _most(rejected: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(rejected, key=lambda pair: -pair[1])[:_MOST_NAMED]


def _reason(name: str, known: PeopleKnown) -> str:
    return _REASONS.get(name) or _title(name, known).lower()


def _title(name: str, known: PeopleKnown) -> str:
    return printable(known.scales.find(name).title) if name in known.scales else name
