"""Who is asked for in a text, and how many: "six women and six men", "12 people, half of them women"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from generator.wishes.numbers import COUNT, NUMBER, SHARE, number, share
from generator.wishes.page import Heard, Page
from generator.wishes.phrases import MEN, PEOPLE, WOMEN
from generator.wishes.terms import term_of
from generator.wishes.wish import Band, Wish

_NO_NOUN = "and|or|of|with|who|to|in|is|are|between|from|have|looking"
_BETWEEN = rf"(?P<between>(?: (?!(?:{_NO_NOUN}|{NUMBER})\b)[a-z\0][a-z\0-]*,?){{0,4}}?)"  # "six smiling, young women"
_OF = "(?: of (?:them|the people))?(?: are)?"
_MANY = rf"(?:\b(?P<share>{SHARE}){_OF}|\b(?P<number>{COUNT}){_OF})"


@dataclass
class _Group:
    """What is said of how many women, or men, or people there are."""

    place: int
    words: str
    count: int | None = None
    share: float | None = None
    between: tuple[int, int] = (0, 0)  # where what is said of this group stands


@dataclass(frozen=True)
class Crowd:
    """The people of a text."""

    count: int | None = None  # None = it is not said
    genders: tuple[Heard, ...] = ()  # at most one
    lost: tuple[tuple[int, str], ...] = ()  # what is said of the women alone, or of the men


def take_people(page: Page) -> Crowd:
    """How many people are asked for, and of which apparent gender."""
    women, men, people = (_take(page, nouns) for nouns in (WOMEN, MEN, PEOPLE))
    counts = [sum(group.count or 0 for group in groups) for groups in (people, women, men)]
    count = counts[0] or counts[1] + counts[2] or _first_number(page)
    heard = sorted([*women, *men], key=lambda group: group.place)
    lost = _of_some(page, heard) if women and men else []
    if not heard:
        return Crowd(count)
    part = _women(women, men, count)
    bands = [_band("feminine", part), _band("masculine", 1 - part)]
    wish = Wish("gender", tuple(band for band in bands if band is not None))
    return Crowd(count, (Heard(heard[0].place, " and ".join(group.words for group in heard), wish),), tuple(lost))


def _take(page: Page, nouns: str) -> list[_Group]:
    """The groups that these nouns name. What stands between number and noun is left to be read."""
    groups = []
    for match in list(re.finditer(rf"{_MANY}{_BETWEEN} (?:{nouns})\b", page.left)):
        start, end = match.span("between")
        if nouns != PEOPLE or match["number"]:  # "most people" are who is smiling: that is read later
            page.strike(match.start(), start)
        page.strike(end, match.end())
        counted = number(match["number"]) if match["number"] else None
        part = share(match["share"]) if match["share"] else None
        groups.append(_Group(match.start(), page.words(match), counted, part, (start, end)))
    groups += [_Group(match.start(), page.words(match)) for match in page.take(rf"\b(?:{nouns})\b")]
    return groups


def _first_number(page: Page) -> int | None:
    """A number that begins the text counts people."""
    first = next(page.take(rf"^{NUMBER}(?![\w.-]| ?%| of )"), None)
    return number(first[0]) if first else None


def _of_some(page: Page, groups: list[_Group]) -> list[tuple[int, str]]:
    """What is said of one of several groups, which no wish can hold: struck out."""
    spans = [group.between for group in groups if group.between[0] < group.between[1]]
    for span in spans:
        page.strike(*span)
    return [(start, page.written[start:end].strip(" ,")) for start, end in spans]


def _women(women: list[_Group], men: list[_Group], count: int | None) -> float:
    """The share of women, 0..1."""
    stated, others = ([group.share for group in groups if group.share is not None] for groups in (women, men))
    if stated or others:
        return min(sum(stated), 1.0) if stated else 1 - min(sum(others), 1.0)
    many, rest = (sum(group.count or 0 for group in groups) for groups in (women, men))
    if many and rest:
        return many / (many + rest)
    if count and max(many, rest) and max(many, rest) < count:
        return many / count if many else 1 - rest / count
    return 0.5 if women and men else float(bool(women))


def _band(word: str, part: float) -> Band | None:
    term = term_of("gender", word)
    assert term is not None
    return Band(term.low, term.high, part, word) if part > 1e-6 else None
