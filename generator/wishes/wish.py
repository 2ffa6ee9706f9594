"""Wishes about people, as values: ranges and quotas of measures, and the brief that is made of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from generator.errors import WishError, refusing
from generator.wishes.quotas import places_of
from generator.wishes.terms import term_of

MAX_COUNT = 100_000  # people of one brief
MAX_BANDS = 100  # of one wish
MAX_CELLS = 10_000  # crossed quotas of one brief
MAX_APART = 1.2
APART = 0.6  # of the median distance of two random faces in W
PSI = 0.7  # what people look at
_SEEDS = 2**32
_DECIMALS = 6  # of a share
_LEAST = 10**-_DECIMALS
ROUNDING = MAX_BANDS * _LEAST  # of the shares of one wish together
_MAX_LABEL = 80  # characters


def written(value: float) -> str:
    """A number in the shortest text that reads as exactly it: "20", "0.05"."""
    text = f"{value:g}"
    return text if float(text) == value else repr(float(value))


@dataclass(frozen=True)
class Band:
    """A range of a measure, both ends included, and the share of the people who are to be in it."""

    low: float = -math.inf
    high: float = math.inf
    share: float = 1.0  # 0..1
    label: str = ""  # "20-30", "with"; "" becomes the range

    def __post_init__(self) -> None:
        if not self.low < self.high:  # also false for NaN
            raise WishError(f"{self.range} is not a range; write the lower number first, as in 20..70.")
        if not _LEAST <= self.share <= 1:
            raise WishError(f"A share of {100 * self.share:g} % is not possible; choose one up to 100 %.")
        object.__setattr__(self, "share", round(self.share, _DECIMALS))  # as it is written
        if not self.label:
            object.__setattr__(self, "label", self.range)
        if len(self.label) > _MAX_LABEL or not self.label.isprintable() or '"' in self.label:
            raise WishError(f"The label {self.label[:40]!r} is too long, or has signs that a label cannot have.")

    @property
    def range(self) -> str:
        """The range as it is written: "20..30", "> 0.05", "< 6", or "any"."""
        if math.isinf(self.low) and math.isinf(self.high):
            return "any"
        if math.isinf(self.high):
            return f"> {written(self.low)}"
        return f"< {written(self.high)}" if math.isinf(self.low) else f"{written(self.low)}..{written(self.high)}"

    def __contains__(self, value: object) -> bool:
        return isinstance(value, float | int) and self.low <= value <= self.high


ANY = Band()


@dataclass(frozen=True)
class Wish:
    """What is wished of one measure: one band is a range for everybody, several are a quota.

    `str` is the text that `generator.wishes.parse.parse_wish` reads as the same wish again.

    Example:
        >>> from generator.wishes.wish import Band, Wish
        >>> str(Wish("age", (Band(20, 70),)))
        'age 20..70'
    """

    measure: str
    bands: tuple[Band, ...] = (ANY,)
    spread: bool = False  # the bands are even steps, with as many people in each

    def __post_init__(self) -> None:
        if not self.measure or not 0 < len(self.bands) <= MAX_BANDS:
            raise WishError(f"A wish is about one measure and has 1 to {MAX_BANDS} bands; {len(self.bands)} are given.")
        total = sum(band.share for band in self.bands)
        if abs(total - 1) > ROUNDING:
            raise WishError(f"The shares of {self.measure} are {100 * total:g} % together; they must be 100 %.")
        if self.spread and self.bands != steps(self.bands[0].low, self.bands[-1].high, len(self.bands)):
            raise WishError(f"The bands of {self.measure} are not even steps; leave spread out.")

    def __str__(self) -> str:
        if self.spread:
            first, last = self.bands[0], self.bands[-1]
            return f"{self.measure} {written(first.low)}..{written(last.high)} spread {len(self.bands)}"
        return f"{self.measure} {', '.join(self._part(band) for band in self.bands)}"

    def _part(self, band: Band) -> str:
        term = term_of(self.measure, band.label)
        if term is not None and (term.low, term.high) == (band.low, band.high):
            text = band.label
        else:
            text = band.range if band.label == band.range else f'{band.range} "{band.label}"'
        return text if band.share == 1 else f"{text} {written(round(100 * band.share, _DECIMALS - 2))} %"


def steps(low: float, high: float, count: int) -> tuple[Band, ...]:
    """The range in `count` steps of the same width and share. Raises `WishError`."""
    if not 0 < count <= MAX_BANDS or not (math.isfinite(low) and math.isfinite(high)):
        raise WishError(f"{count} steps from {low:g} to {high:g} are not possible; choose 1 to {MAX_BANDS} of a range.")
    edges = [low, *(_edge(low, high, step / count) for step in range(1, count)), high]
    return tuple(Band(lower, upper, 1 / count) for lower, upper in pairwise(edges))


def _edge(low: float, high: float, part: float) -> float:
    """Rounded, so that it can be shown."""
    return round(low + part * (high - low), max(0, 4 - math.floor(math.log10(max(high - low, 1e-9)))))


@dataclass(frozen=True)
class Cell:
    """What is asked of one person: a band of each wish of the brief, in its order."""

    bands: tuple[Band, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The label of each band."""
        return tuple(band.label for band in self.bands)


@dataclass(frozen=True)
class Brief:
    """The people who are asked for. Raises `WishError` for what is impossible in itself.

    Example:
        >>> from generator.wishes.wish import Band, Brief, Wish
        >>> brief = Brief(4, (Wish("gender", (Band(high=0, share=0.5), Band(low=0, share=0.5))),))
        >>> sorted(cell.labels for cell in brief.cells())
        [('< 0',), ('< 0',), ('> 0',), ('> 0',)]
    """

    count: int
    wishes: tuple[Wish, ...] = ()
    cross: tuple[str, ...] = ()  # measures whose quotas are met together, in every combination of their bands
    apart: float = APART  # least distance of two people in W, in medians of the distance of two random faces
    seed: int = 0
    psi: float = PSI
    clean: bool = False  # without faces that the inspector flags

    def __post_init__(self) -> None:
        measures = [wish.measure for wish in self.wishes]
        twice = next((name for name in measures if measures.count(name) > 1), None)
        strange = next((name for name in self.cross if name not in measures), None)
        if twice is not None:
            raise WishError(f"There are two wishes about {twice}; join them into one.")
        if strange is not None or len(set(self.cross)) < len(self.cross):
            raise WishError(f"{strange or 'One measure twice'} cannot be crossed; wish something of it first.")
        _check(1 <= self.count <= MAX_COUNT, f"{self.count} people are not possible", f"1 to {MAX_COUNT}")
        _check(0 <= self.apart <= MAX_APART, f"A difference of {self.apart:g} is not possible", f"0 to {MAX_APART}")
        _check(0 <= self.seed < _SEEDS, f"The seed {self.seed} is not possible", f"0 to {_SEEDS - 1}")
        _check(0 <= self.psi <= 1, f"A psi of {self.psi:g} is not possible", "0 to 1")
        crossed = math.prod(len(wish.bands) for wish in self.wishes if wish.measure in self.cross)
        _check(crossed <= MAX_CELLS, f"{crossed} crossed quotas are not possible", f"at most {MAX_CELLS}")

    def cells(self) -> tuple[Cell, ...]:
        """What is asked of each person, in their order; the same brief has the same.

        Measures in `cross` are met together: every combination of their bands has its quota rounded up or down. Every
        other measure is met by itself, and as evenly in the others' bands as its quota allows.
        """
        crossed = [wish for wish in self.wishes if wish.measure in self.cross]
        single = [wish for wish in self.wishes if wish.measure not in self.cross]
        people = places_of(_shares(crossed), _shares(single), self.count, self.seed)
        order = [[*crossed, *single].index(wish) for wish in self.wishes]
        return tuple(
            Cell(tuple(wish.bands[places[at]] for wish, at in zip(self.wishes, order, strict=True)))
            for places in people
        )

    def to_dict(self) -> dict[str, Any]:
        """The brief as JSON values; an open end of a range is None."""
        wishes = [
            {"measure": wish.measure, "spread": wish.spread, "bands": [_to_values(band) for band in wish.bands]}
            for wish in self.wishes
        ]
        return {
            **{"count": self.count, "wishes": wishes, "cross": list(self.cross), "apart": self.apart},
            **{"seed": self.seed, "psi": self.psi, "clean": self.clean},
        }

    @classmethod
    def from_dict(cls, values: Any) -> Brief:
        """What `to_dict` returned. Raises `WishError` for anything else."""
        with refusing(WishError, "The brief is damaged; write its wishes again."):
            wishes = tuple(_wish(wish) for wish in values["wishes"])
            return cls(
                int(values["count"]),
                wishes,
                tuple(str(name) for name in values["cross"]),
                float(values["apart"]),
                int(values["seed"]),
                float(values["psi"]),
                bool(values["clean"]),
            )


def _shares(wishes: Sequence[Wish]) -> list[list[float]]:
    return [[band.share for band in wish.bands] for wish in wishes]


def _check(is_possible: bool, found: str, expected: str) -> None:
    if not is_possible:
        raise WishError(f"{found}; choose {expected}.")


def _to_values(band: Band) -> dict[str, Any]:
    low, high = (None if math.isinf(end) else end for end in (band.low, band.high))
    return {"low": low, "high": high, "share": band.share, "label": band.label}


def _wish(values: Mapping[str, Any]) -> Wish:
    return Wish(str(values["measure"]), tuple(_band(band) for band in values["bands"]), bool(values["spread"]))


def _band(values: Mapping[str, Any]) -> Band:
    low = -math.inf if values["low"] is None else float(values["low"])
    high = math.inf if values["high"] is None else float(values["high"])
    return Band(low, high, float(values["share"]), str(values["label"]))
