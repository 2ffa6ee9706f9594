"""Finding people who fit a brief: screen seeds, look at the likeliest, move them the last bit, keep them apart.

Everything is decided by the brief and the model: the same brief finds the same people, however fast the machine is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from generator.people.people import People, Person
from generator.people.search import Found, Search
from generator.people.together import Team
from generator.progress import Job
from generator.recipe.recipe import SeedSource
from generator.wishes.wish import Brief

__all__ = ["Crowd", "Found", "find", "more_like", "replacing"]


@dataclass(frozen=True)
class Crowd:
    """Who was found for a brief."""

    brief: Brief
    people: tuple[Person, ...]  # by number
    missing: tuple[int, ...]  # numbers for whom nobody was found
    rejected: Mapping[str, int]  # how many were looked at and not taken: by measure or cue, "unseen" or "alike"
    screened: int  # seeds


def find(brief: Brief, people: People, team: Team | None = None) -> Job[Crowd]:
    """Find the people of `brief`; yields `Found` for each as soon as there is one, in any order.

    team: processes that all call this at the same time. All of them end in the same crowd, which one alone would find
    as well, and each yields those whose pictures it has rendered.

    Raises `WishError` for a wish of something that is not predicted for this model.

    Example:
        for step in find(brief, People.of(engine, measure, predictor, library)):
            if isinstance(step, Found):
                show(step.person, step.pixels)
    """
    search = Search(brief, people, team=team)
    cells = dict(enumerate(brief.cells(), start=1))
    found = yield from search.looking(cells)
    missing = tuple(sorted(cells.keys() - {person.number for person in found}))
    return Crowd(brief, found, missing, dict(sorted(search.rejected.items())), search.screened)


def replacing(
    person: Person, brief: Brief, people: People, others: Collection[Person], never: Collection[int] = ()
) -> Job[Person | None]:
    """Somebody else for the place of `person` in `brief`, who is apart from `others`; None if there is nobody.

    never: seeds of those who were sent away before.
    """
    search = Search(brief, people, never={person.seed, *never})
    for other in others:
        search.keep_apart_from(other)
    found = yield from search.looking({person.number: brief.cells()[person.number - 1]})
    return next(iter(found), None)


def more_like(
    person: Person, count: int, brief: Brief, people: People, first: int, never: Collection[int] = ()
) -> Job[tuple[Person, ...]]:
    """`count` people like `person`, within the same bands and numbered from `first` on.

    Each is a mixture of `person` with the face of another seed, which is that `seed` of theirs; they are like each
    other, too. never: seeds that were used before.
    """
    assert isinstance(person.recipe.source, SeedSource)
    search = Search(replace(brief, apart=0.0), people, never, person.recipe.source)
    cell = brief.cells()[person.number - 1]
    return (yield from search.looking(dict.fromkeys(range(first, first + count), cell)))
