"""Looking for people in several processes at once, that find who one alone would find.

All processes take the same decisions in the same order. What they share is the work between decisions: what is seen of
a candidate does not depend on who else has been found, so that candidates can be looked at before it is their turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol, TypeVar

from generator.people.people import Person, Pixels
from generator.progress import Job, Progress
from generator.wishes.wish import Cell

AHEAD = 2  # candidates that each process of several looks at before they exchange what they saw

T = TypeVar("T")
Key = tuple[Cell, int]  # who is looked for, and the place of a candidate in the screen


class Team(Protocol):
    """Processes that run the same search."""

    @property
    def rank(self) -> int:
        """Of this process, 0..size - 1."""
        ...

    @property
    def size(self) -> int: ...

    def gather(self, mine: T) -> list[T]:
        """What each process gives, by rank; all must call it equally often."""
        ...


class Alone:
    """A single process."""

    rank, size = 0, 1

    def gather(self, mine: T) -> list[T]:
        return [mine]


@dataclass(frozen=True, eq=False)
class Tried:
    """What was seen of one candidate."""

    person: Person | None = None  # None = not who is looked for
    reason: str = ""  # why not, or what else speaks against it; "" = nothing
    pixels: Pixels | None = None  # None where another process has looked


Look = Callable[[Key, Progress], Job[Tried]]


class Tries:
    """Candidates that this process and its team have looked at."""

    def __init__(self, team: Team, look: Look) -> None:
        """look: yields before each picture, and ends in what was seen; the same for the same key in all processes."""
        self._team, self._look = team, look
        self._waiting: dict[Key, Tried] = {}  # seen before they were asked for

    def of(self, key: Key, next_ones: Callable[[], Iterable[Key]], at: Progress) -> Job[Tried]:
        """What is seen of the candidate `key`. next_ones: who may be asked for after it, the likeliest first."""
        if self._team.size == 1:
            return (yield from self._look(key, at))
        if key not in self._waiting:
            new = (other for other in next_ones() if other != key and other not in self._waiting)
            yield from self._exchange([key, *islice(new, AHEAD * self._team.size - 1)], at)
        return self._waiting.pop(key)

    def _exchange(self, keys: list[Key], at: Progress) -> Job[None]:
        """Look at this process's share of the candidates, and learn of the others what was seen; pictures stay."""
        seen: dict[Key, Tried] = {}
        for key in keys[self._team.rank :: self._team.size]:
            seen[key] = yield from self._look(key, at)
        for part in self._team.gather({key: replace(tried, pixels=None) for key, tried in seen.items()}):
            self._waiting |= part
        self._waiting |= seen
