"""Words for ranges of a measure: where "with glasses" begins, and what "plain" means of a background.

The limits are in the measure's own units, so that a word means the same for every model, and were chosen by eye:
docs/people.md says how.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word for a range of a measure."""

    measure: str  # "glasses"
    word: str  # "with"
    low: float = -math.inf
    high: float = math.inf
    opposite: str = ""  # the word for those who are left by a share: "without"; "" = anything
    about: str = ""  # what else it is said of: "background" has its plainness from another measure


def _pair(measure: str, more: str, least: float, less: str, most: float, about: str = "") -> tuple[Term, Term]:
    """Two words for the ends of a measure: what is between them is clearly neither."""
    return (
        Term(measure, more, low=least, opposite=less, about=about),
        Term(measure, less, high=most, opposite=more, about=about),
    )


def _side(measure: str, middle: str, low: float, high: float, less: str, more: str) -> tuple[Term, Term, Term]:
    """A middle and both sides, which begin as far from it as it is wide."""
    reach = (high - low) / 2
    return (
        Term(measure, middle, low, high),
        Term(measure, less, high=round(low - reach / 2, 4)),
        Term(measure, more, low=round(high + reach / 2, 4)),
    )


TERMS: tuple[Term, ...] = (  # the first of a measure is what a share alone is about, as in "glasses 20 %"
    Term("age", "young", 18, 30),
    Term("age", "child", high=13),
    Term("age", "teenage", 13, 19),
    Term("age", "adult", low=18),
    Term("age", "middle-aged", 35, 50),
    Term("age", "old", low=50),
    *_pair("gender", "masculine", 0, "feminine", 0),
    *_pair("glasses", "with", 2.9, "without", 2.2),
    *_pair("smile", "smiling", 0.055, "serious", 0.04),
    *_pair("beard", "bearded", 1.75, "shaven", 1.1),
    *_pair("hair", "fair", 50, "dark", 22),
    *_pair("hair-length", "long", 0.55, "short", 0.25, about="hair"),
    Term("hair-red", "red", low=7, about="hair"),
    Term("skin", "dark", high=60),
    Term("skin", "middle", 60, 70),
    Term("skin", "fair", low=70),
    Term("clutter", "plain", high=-0.3, opposite="busy", about="background"),
    Term("clutter", "busy", low=0.4, opposite="plain", about="background"),
    *_pair("background", "bright", 75, "dark", 35),
    *_side("yaw", "facing", -6, 6, "left", "right"),
    *_side("pitch", "level", -5, 5, "down", "up"),
    *_side("gaze", "centred", -0.02, 0.04, "left", "right"),
    *_side("light", "even", -6, 6, "left", "right"),
    *_pair("mouth-open", "open", 0.075, "closed", 0.03, about="mouth"),
    *_pair("teeth", "shown", 0.1, "hidden", 0.03),
    *_pair("eyes-open", "open", 0.28, "narrow", 0.265, about="eyes"),
    *_pair("iris-gold", "brown", 5, "blue", -0.5, about="eyes"),
    *_pair("brow-height", "raised", 0.145, "low", 0.125, about="brows"),
    *_pair("lips", "full", 0.24, "thin", 0.19),
    *_pair("forehead", "high", 0.42, "fringe", 0.32),
    *_pair("warmth", "warm", 14, "cool", 7),
)
_BY_WORD = {(term.measure, term.word): term for term in TERMS}
_SAID = {(term.about, term.word): term for term in TERMS if term.about}


def term_of(measure: str, word: str) -> Term | None:
    """The term of a measure that is called `word`; None if there is none."""
    return _BY_WORD.get((measure, word))


def said_of(name: str, word: str) -> Term | None:
    """What `word` means said of `name`, as "plain" of "background", whichever measure that is; None if nothing."""
    return _BY_WORD.get((name, word)) or _SAID.get((name, word))


def words_of(name: str) -> tuple[str, ...]:
    """The words that can be said of `name`, those of its own measure first."""
    own = [term.word for term in TERMS if term.measure == name]
    return tuple(dict.fromkeys([*own, *(term.word for term in TERMS if term.about == name)]))
