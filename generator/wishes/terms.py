"""Words for ranges of a measure: where "with glasses" begins, and what "plain" means of a background.

The limits were chosen on faces of the shipped model and on photographs by eye; they are in the measure's own units,
so that they mean the same for every model. docs/people.md says how.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word for a range of a measure."""

    word: str  # "with": of several words, the one that is shown
    measure: str  # "glasses"
    low: float = -math.inf
    high: float = math.inf
    opposite: str = ""  # the word for what is left, "without"; "" = there is none


def _pair(measure: str, less: str, more: str, limit: float) -> tuple[Term, Term]:
    """Two words that divide a measure."""
    return Term(more, measure, low=limit, opposite=less), Term(less, measure, high=limit, opposite=more)


TERMS: tuple[Term, ...] = (
    *_pair("glasses", "without", "with", 2.6),
    *_pair("gender", "feminine", "masculine", 0.0),
    Term("smiling", "smile", low=0.055),
    Term("serious", "smile", high=0.04),
    Term("plain", "clutter", high=-0.2),
    Term("busy", "clutter", low=0.4),
    Term("facing", "yaw", -6.0, 6.0),
    Term("centred", "gaze", -0.02, 0.04),
)
_BY_WORD = {(term.measure, term.word): term for term in TERMS}


def term_of(measure: str, word: str) -> Term | None:
    """The term of a measure that is called `word`; None if there is none."""
    return _BY_WORD.get((measure, word))


def terms_of(measure: str) -> tuple[Term, ...]:
    """All terms of a measure; the first is what a share alone is about, as in "glasses 20 %"."""
    return tuple(term for term in TERMS if term.measure == measure)
