"""Who was found for which wishes: what becomes a face of the project, and what is said of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from explorer.dialogs.wish_words import band_text, number, tag_of, unit_of
from explorer.document.face_commands import Arrivals
from explorer.library.library import Library
from explorer.messages import FoundPerson, PeopleFound, PeopleKnown
from explorer.translation import tr
from generator.printable import printable
from generator.project.face import Face, Place
from generator.project.rows import clean
from generator.wishes.wish import Band, Brief

_REASONS = {"unseen": tr("no face seen"), "alike": tr("too much like another")}
_MOST_NAMED = 3  # kinds of people that nobody is


@dataclass
class Batch:
    """The people of one brief, and those who took their places or are like them."""

    tag: str  # of all their faces: "people 1"
    model: str  # content hash
    brief: Brief
    known: PeopleKnown  # of the model
    people: dict[int, FoundPerson] = field(default_factory=dict)  # by the id of their face
    seeds: set[int] = field(default_factory=set)  # that were used, also of those who were sent away

    def face_of(self, person: FoundPerson, library: Library) -> Face:
        """A new face of the project, with tags and what was measured."""
        face = replace(
            library.new_face(person.recipe),
            name=tr("Person {number}", number=len(self.people) + 1),
            tags=(self.tag, *self.tags_of(person)),
            note=self.note_of(person),
        )
        face = clean(face)  # as the project will give it back
        self.people[face.id] = person
        self.seeds.add(person.seed)
        return face

    def tags_of(self, person: FoundPerson) -> tuple[str, ...]:
        """What was wished of somebody: "woman", "age 20–30"."""
        wished = zip(self.brief.wishes, person.cell, strict=True)
        tags = (tag_of(wish.measure, self.title(wish.measure), label) for wish, label in wished)
        return tuple(filter(None, tags))

    def note_of(self, person: FoundPerson) -> str:
        """The measures that were wished, a line each, and how suspicious the face is."""
        values, lines = dict(person.values), []
        for name in (wish.measure for wish in self.brief.wishes):
            if name in values:
                told = f"{self.title(name)} {number(values[name])} {unit_of(self.known.scales.find(name))}".strip()
                lines.append(tr("{value} (predicted)", value=told) if name in person.predicted else told)
        judged = [(name, cue) for name, cue in person.cues if cue is not None]
        if judged:
            worst = max(judged, key=lambda cue: cue[1])
            lines.append(tr("Tell-tales: at most {percentile:.0f} of 100 ({cue})", percentile=worst[1], cue=worst[0]))
        return "\n".join(lines)

    def title(self, measure: str) -> str:
        return printable(self.known.scales.find(measure).title)


@dataclass
class Search:
    """A search that goes on."""

    number: int
    batch: Batch
    arrivals: Arrivals | None = None  # those whom it adds; None = they take places of others
    alike: FoundPerson | None = None  # whom they are to be like


def free_tag(library: Library) -> str:
    """A tag for a batch, which no face of the table has."""
    taken = {tag for face in library.faces(Place.TABLE) for tag in face.tags}
    return next(tag for number in count(1) if (tag := tr("people {number}", number=number)) not in taken)


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
    named = "; ".join(_described(labels, found.brief) for labels in list(kinds)[:_MOST_NAMED])
    more = len(kinds) - _MOST_NAMED
    text = tr("{named}, and {more} more kinds", named=named, more=more) if more > 0 else named
    return tr("Nobody was found for: {kinds}. Widen a wish, or let people be less different.", kinds=text)


def _described(labels: Sequence[str], brief: Brief) -> str:
    """What was asked of one person."""
    cells = zip(brief.wishes, labels, strict=True)
    return ", ".join(band_text(wish.measure, _band(wish.bands, label)) for wish, label in cells)


def _band(bands: Sequence[Band], label: str) -> Band:
    return next(band for band in bands if band.label == label)


def _most(rejected: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(rejected, key=lambda pair: -pair[1])[:_MOST_NAMED]


def _reason(name: str, known: PeopleKnown) -> str:
    return _REASONS.get(name) or _title(name, known).lower()


def _title(name: str, known: PeopleKnown) -> str:
    return printable(known.scales.find(name).title) if name in known.scales else name
