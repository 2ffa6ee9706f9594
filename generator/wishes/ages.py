"""Ages in a text: "between 20 and 70", "over 50", "in their thirties"."""

from __future__ import annotations

import re
from collections.abc import Callable

from generator.wishes.numbers import NUMBER, number
from generator.wishes.page import Page

_OLDEST = 120  # years: numbers above are no ages
_YEARS = r"(?: ?-? ?years?(?:[- ]olds?| of age)?)?"
_DECADES = "teens|twenties|thirties|forties|fifties|sixties|seventies|[1-9]0s"
_RANGE = (
    rf"\b(?:(?:ages?|aged) )?(?:between |from )?({NUMBER})(?: years?)?(?: ?(?:\.\.+|–|-) ?| to | and | up to )"
    rf"({NUMBER})\b{_YEARS}"
)
_DECADE = rf"\bin (?:their|her|his) ({_DECADES})(?: (?:to|and|or) ({_DECADES}))?\b"
_OVER = rf"\b(?:aged )?(?:over|above|older than|at least) ({NUMBER})\b{_YEARS}"
_UNDER = rf"\b(?:aged )?(?:under|below|younger than|up to|at most) ({NUMBER})\b{_YEARS}"
_ABOUT = rf"\b(?:aged|age|about|around) ({NUMBER})\b{_YEARS}|\b({NUMBER})[- ]years?[- ]olds?\b"


def take_ages(page: Page) -> list[tuple[int, str, str]]:
    """Each age with its place, its words, and what is wished of it, as it is written for --where."""
    found = []
    for pattern, text in _KINDS:
        for match in list(re.finditer(pattern, page.left)):
            numbers = [_years(group) for group in match.groups() if group]
            if max(numbers) <= _OLDEST and (len(numbers) == 1 or numbers[0] < numbers[-1] or pattern == _DECADE):
                page.strike(*match.span())
                found.append((match.start(), page.words(match), text(numbers)))
    return found


def age_text(text: str, several: bool) -> str:
    """The wish as it is written for --where: several people are spread evenly over a range."""
    return f"age {text} spread" if several and ".." in text else f"age {text}"


def _years(text: str) -> int:
    """A number, or the year in which a decade of life begins."""
    names = {name: 10 * tens for tens, name in enumerate(_DECADES.split("|")[:-1], 1)}
    if text in names:
        return names[text]
    return int(text[:-1]) if text.endswith("0s") else number(text)


_KINDS: tuple[tuple[str, Callable[[list[int]], str]], ...] = (
    (_DECADE, lambda tens: f"{tens[0]}..{tens[-1] + 10}"),
    (_RANGE, lambda ages: f"{ages[0]}..{ages[1]}"),
    (_OVER, lambda ages: f"> {ages[0]}"),
    (_UNDER, lambda ages: f"< {ages[0]}"),
    (_ABOUT, lambda ages: str(ages[0])),
)
