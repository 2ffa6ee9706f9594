"""One search for people: who was screened, who was looked at, and who has been found so far.

It is made for a first face within seconds: as long as few seeds have been screened, only those people are looked for of
whom there are good candidates. What is rare waits for more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle, islice, takewhile

import numpy as np

from generator.attributes.attribute_model import Values
from generator.errors import WishError
from generator.people.aim import Aim
from generator.people.apart import Apart
from generator.people.line import Line
from generator.people.mending import Mended, Rejected, controls_of, mending
from generator.people.people import People, Person, Pixels
from generator.people.screening import SEEDS, Screen
from generator.people.together import Alone, Key, Team, Tried, Tries
from generator.progress import Job, Progress
from generator.recipe.recipe import Floats, Mix, Recipe, SeedSource, Truncation
from generator.wishes.wish import Brief, Cell

STAGES = (8_192, 32_768, SEEDS)  # seeds that are screened before people are looked for among them (again)
TRIES = 40  # candidates in a row of whom none fits, after whom a cell's other places stay empty
NOT_CLEAN = 95.0  # percentile of a cue above which a face is not taken: stricter than what is flagged elsewhere
KINSHIP = 0.6  # how much of somebody those who are like them have
UNSEEN, ALIKE = "unseen", "alike"  # why somebody is rejected, beside measures and cues


@dataclass(frozen=True)
class Found(Progress):
    """Progress that brings somebody along."""

    person: Person
    pixels: Pixels = field(repr=False, compare=False)


class Search:
    """A search among the seeds of one brief. `rejected` counts who was looked at and not taken, by the reason."""

    def __init__(
        self,
        brief: Brief,
        people: People,
        never: Collection[int] = (),
        kin: SeedSource | None = None,
        team: Team | None = None,
    ) -> None:
        """never: seeds that are left out. kin: whom all are to be like. team: those who run the same search.

        Raises `WishError` for a wish of something that is not predicted for this model.
        """
        self._brief, self._people, self._kin = brief, people, kin
        self._measures = tuple(wish.measure for wish in brief.wishes)
        unknown = next((name for name in self._measures if name not in people.predictor.names), None)
        if unknown is not None:
            raise WishError(f"{unknown!r} cannot be told of this model's faces; leave that wish out.")
        team = team or Alone()
        self._screen = Screen(people.predictor, self._w, brief.seed, (brief.psi, kin, people.label), team)
        self._tries = Tries(team, self._look)
        self._apart = Apart(brief.apart, people.psi(brief.psi) * people.usual_distance)
        self._used = set(never)
        self._refused: dict[Cell, set[int]] = {}  # seeds of those who are not who is looked for there
        self._misses: Counter[Cell] = Counter()  # candidates in a row who did not fit
        self._controls = cache(lambda aim: controls_of(aim, people.predictor, people.library))
        self._aim = cache(lambda cell: Aim.of(cell, self._measures, people.predictor.names))
        self._place = cache(lambda place: self._screen.w(range(place, place + 1))[0])
        self._pixels, self._seen = np.zeros((0, 0, 3), np.uint8), np.zeros(0)  # the last picture, and what it measures
        self.rejected: Counter[str] = Counter()

    @property
    def screened(self) -> int:
        """Seeds of which it is predicted what their faces look like."""
        return len(self._screen.predicted)

    def keep_apart_from(self, person: Person) -> None:
        """Find nobody like `person`."""
        self._used.add(person.seed)
        self._apart.add(person.w, person.face)

    def looking(self, cells: Mapping[int, Cell]) -> Job[tuple[Person, ...]]:
        """Look for somebody for each number; yields `Found` for each whose picture is here. Ends in all who were found,
        by number."""
        found: dict[int, Person] = {}
        for size in STAGES:
            yield from self._screen.widening(size)
            lines = {cell: self._line(cell, size == STAGES[-1]) for cell in cells.values()}
            for number in [number for number in cells if number not in found]:
                at = Progress(len(found), len(cells), "Looking for people")
                missing = [cells[other] for other in cells if other not in found]
                tried = yield from self._first_fit(cells[number], missing, lines, at)
                if tried is not None and tried.person is not None:
                    found[number] = replace(tried.person, number=number)
                    if tried.pixels is not None:
                        yield Found(len(found), len(cells), at.text, found[number], tried.pixels)
            if len(found) == len(cells):
                break
        return tuple(found[number] for number in sorted(found))

    def _line(self, cell: Cell, is_last: bool) -> Line:
        """The places of candidates for a cell, best first; all who are screened, or only good ones."""
        refused = self._refused.setdefault(cell, set())
        ranked = self._screen.ranked(self._aim(cell))
        places = (place for place, _ in takewhile(lambda pair: pair[1] or is_last, ranked))

        def is_free(place: int) -> bool:
            seed = self._screen.seed(place)
            return not (seed in self._used or seed in refused or self._apart.is_near(self._place(place)))

        return Line(places, is_free)

    def _first_fit(
        self, cell: Cell, missing: Sequence[Cell], lines: Mapping[Cell, Line], at: Progress
    ) -> Job[Tried | None]:
        """The first in line who fulfils what is asked. missing: the cells of all who are still looked for."""
        while self._misses[cell] < TRIES and (place := lines[cell].pop()) is not None:
            tried = yield from self._tries.of((cell, place), lambda: _next_in(lines, missing), at)
            reason = self._against(tried)
            if tried.person is not None and not reason:
                self._misses[cell] = 0
                self.keep_apart_from(tried.person)
                return tried
            self.rejected[reason] += 1
            self._misses[cell] += 1
            self._refused[cell].add(self._screen.seed(place))
        return None

    def _against(self, tried: Tried) -> str:
        """Why a candidate is not taken; "" = it is."""
        face = None if tried.person is None else tried.person.face
        return ALIKE if face is not None and self._apart.looks_like(face) else tried.reason

    def _look(self, key: Key, at: Progress) -> Job[Tried]:
        """What is seen of a candidate, whoever else has been found."""
        cell, place = key
        try:
            mended = yield from self._fitting(cell, place, at)
        except Rejected as reason:
            return Tried(reason=str(reason))
        pixels = self._pixels
        face = None if self._people.embed is None else self._people.embed(pixels)
        cues = {} if self._people.inspect is None else dict(self._people.inspect(pixels))
        told, seed = self._told(mended), self._screen.seed(place)
        person = Person(0, seed, mended.recipe, cell.labels, *told, cues, self._place(place), face)
        return Tried(person, self._unclean(cues), pixels)

    def _fitting(self, cell: Cell, place: int, at: Progress) -> Job[Mended]:
        """The face at `place`, moved until it is within the bands. Raises `Rejected`."""
        aim, predicted = self._aim(cell), self._screen.predicted[place].astype(np.float64)
        base = self._recipe(self._screen.seed(place))
        return (yield from mending(base, predicted, aim, self._controls(aim), self._measured, at))

    def _measured(self, recipe: Recipe, expected: Values) -> Values:
        """What is predicted, `[A]`, as it is measured of the picture of `recipe`; as expected where nobody can."""
        self._pixels = self._people.render(recipe)
        self._seen = self._people.measure(self._pixels)
        if np.isnan(self._seen).all():
            raise Rejected(UNSEEN)
        columns = self._people.columns
        return np.where(columns >= 0, self._seen[columns], expected)

    def _unclean(self, cues: Mapping[str, float | None]) -> str:
        """The cue that speaks against a face of a clean crowd; "" = none."""
        worst = max(cues, key=lambda name: cues[name] or 0.0, default=None)
        if self._brief.clean and worst is not None and (cues[worst] or 0.0) > NOT_CLEAN:
            return f"unusual {worst}"  # a measure may have the name of a cue
        return ""

    def _told(self, mended: Mended) -> tuple[dict[str, float], tuple[str, ...]]:
        """The values of the last picture by name, and which of them nobody here can measure."""
        measured = zip(self._people.measure.names, self._seen, strict=True)
        guessed = self._people.only_predicted
        values = {name: float(value) for name, value in measured if np.isfinite(value)}
        expected = {name: float(mended.values[self._people.predictor.index(name)]) for name in guessed}
        return values | expected, guessed

    def _recipe(self, seed: int) -> Recipe:
        truncation = Truncation(self._people.psi(self._brief.psi))
        if self._kin is None:
            return Recipe(self._people.model, SeedSource(seed, self._people.label), truncation)
        mix = Mix(SeedSource(seed, self._people.label), (1 - KINSHIP,) * self._people.num_ws)
        return Recipe(self._people.model, self._kin, truncation, mix=mix)

    def _w(self, seeds: Sequence[int]) -> Floats:
        """w `[N, D]`, truncated, of seeds: what every layer of their `_recipe` has."""
        w = self._people.w(*seeds)
        if self._kin is not None:
            w = w + KINSHIP * (self._people.w(self._kin.seed) - w)
        return self._people.truncated(w, self._brief.psi)


def _next_in(lines: Mapping[Cell, Line], missing: Sequence[Cell]) -> Iterator[Key]:
    """Who may be looked at next: for each of those who are missing the next in line, then again."""
    asked = Counter[Cell]()
    for cell in islice(cycle(missing), TRIES + len(missing)):
        if (place := lines[cell].ahead(asked[cell])) is not None:
            asked[cell] += 1
            yield cell, place
