"""Which of its bands each wish means for each person, so that all quotas are met."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import product
from random import Random

Shares = Sequence[float]  # of the bands of one wish, 1 together but for rounding
Places = tuple[int, ...]  # of one person: the number of a band of each wish
_TINY = 1e-9


def places_of(together: Sequence[Shares], single: Sequence[Shares], count: int, seed: int) -> list[Places]:
    """The bands of `count` people: of the wishes `together`, then of each `single` one. The same seed gives the same.

    Every combination of bands of the wishes `together` has its quota, rounded up or down. The quota of a single wish
    is met by itself, and in every band of the others as evenly as that allows.
    """
    random = Random(seed)
    people = _together([_whole(shares) for shares in together], count, random)
    random.shuffle(people)
    for shares in map(_whole, single):
        people = _dealt(people, shares, random)
    return people


def _whole(shares: Shares) -> list[float]:
    return [share / sum(shares) for share in shares]


def _together(wishes: Sequence[Shares], count: int, random: Random) -> list[Places]:
    """Each combination as many times as its quota says.

    What rounding down leaves is given, one by one, to the combination whose bands lack most, so that each wish by
    itself is as even as it can be; among equals to the middle ones, because the outermost faces are rare.
    """
    cells = list(product(*(range(len(shares)) for shares in wishes)))
    quotas = {cell: count * math.prod(map(_at, wishes, cell)) for cell in cells}
    counts = {cell: math.floor(quota + _TINY) for cell, quota in quotas.items()}
    rest = {cell: quotas[cell] - counts[cell] for cell in cells if quotas[cell] - counts[cell] > _TINY}
    lacking = _lacking(wishes, counts, count)
    for cell in random.sample(list(rest), len(rest)):  # among equals, chance decides
        rest[cell] = rest.pop(cell)
    for _ in range(count - sum(counts.values())):
        best = max(rest, key=lambda cell: (round(sum(map(_at, lacking, cell)) + rest[cell], 9), -_far(cell, wishes)))
        del rest[best]
        counts[best] += 1
        for need, place in zip(lacking, best, strict=True):
            need[place] -= 1
    return [cell for cell in cells for _ in range(counts[cell])]


def _at(values: Sequence[float], place: int) -> float:
    return values[place]


def _far(cell: Places, wishes: Sequence[Shares]) -> float:
    """How far a combination is from the middle bands."""
    return sum(abs(2 * place - len(shares) + 1) / len(shares) for place, shares in zip(cell, wishes, strict=True))


def _lacking(wishes: Sequence[Shares], counts: dict[Places, int], count: int) -> list[list[float]]:
    """How many people each band of each wish still lacks."""
    lacking = [[count * share for share in shares] for shares in wishes]
    for cell, there in counts.items():
        for need, place in zip(lacking, cell, strict=True):
            need[place] -= there
    return lacking


def _dealt(people: Sequence[Places], shares: Shares, random: Random) -> list[Places]:
    """The people with a band of one more wish: the one that those who are like them in other bands lack most."""
    left = Counter(place for (place,) in _together([shares], len(people), random))
    seen: Counter[tuple[int, int]] = Counter()  # (which wish, its band)
    given: Counter[tuple[int, int, int]] = Counter()  # the same, and the band of this wish
    dealt = []
    for person in people:
        groups = list(enumerate(person))
        seen.update(groups)
        lacks = {
            place: sum(shares[place] * seen[group] - given[(*group, place)] for group in groups)
            for place, more in left.items()
            if more > 0
        }
        best = max(lacks, key=lambda place: (round(lacks[place], 9), left[place], random.random()))
        left[best] -= 1
        given.update((*group, best) for group in groups)
        dealt.append((*person, best))
    return dealt
