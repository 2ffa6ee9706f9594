"""Wishes as they are written: "age 20..70 spread 5", "smile > p70", "glasses 20 %"."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from generator.errors import WishError, did_you_mean
from generator.wishes.scales import Scale, Scales
from generator.wishes.terms import Term, said_of, term_of, words_of
from generator.wishes.wish import ANY, ROUNDING, Band, Wish, steps

MAX_TEXT = 2000  # characters of a wish
STEPS = 6  # of a spread that states none
_TARGET = 0.05  # of the range of 1-99 %, to both sides
_LOW, _HIGH = 30, 70  # hundredths where "low" ends and "high" begins
_ALIASES = {
    **{"apparent age": "age", "apparent gender": "gender", "sex": "gender", "skin tone": "skin", "head": "yaw"},
    **{"hair color": "hair", "turn": "yaw", "irises": "iris-gold", "brows": "brow-height", "mouth": "mouth-open"},
}
_N = r"(p?[+-]?(?:\d+(?:\.\d+)?|(?<![.\d])\.\d+)(?:e[+-]?\d+)?)"
_RANGE = re.compile(rf"(?:from |between )?\s*{_N}\s*(?:\.\.\.?|…|–|-|to |and )\s*{_N}")
_OVER = re.compile(rf"(?:>=?|over|above|from|at least|more than)\s*{_N}")
_UNDER = re.compile(rf"(?:<=?|under|below|up to|at most|less than)\s*{_N}")
_TARGETED = re.compile(rf"(?:about |=\s*)?{_N}")
_SHARED = re.compile(r"(.*?)\s*([+-]?[\d.]+(?:e[+-]?\d+)?)\s*(?:%|percent)")
_LABELLED = re.compile(r'(.*?)\s*"([^"]+)"')
_SPREAD = re.compile(
    r"(.*?)\s*\b(?:evenly )?spread\b(?: evenly)?(?: over| in| into)?\s*(\d{1,4})?(?: ?(?:steps|bands))?"
)
_HALF = re.compile(r"half(?: and half)?|balanced")
_PARTS = re.compile(r'(?:"[^"]*"|[^,"])+')


def parse_wish(text: str, scales: Scales) -> Wish:
    """The wish that `text` states. Raises `WishError` with one sentence for anything else.

    Written are a measure and: a range (`20..70`), one in even steps (`20..70 spread 5`), a target (`40`: 5 % of the
    range of 1-99 % to both sides), a limit (`> 0.05`), a word (`with`, `high`), each with a share of the people
    (`with 20 %`), several with commas between them, a share alone (`20 %`), or `half`. A number can be a hundredth of
    the model's own faces (`p70`).
    """
    words = " ".join(text.split())
    if len(words) > MAX_TEXT:
        raise WishError(f"The wish has {len(words)} characters; at most {MAX_TEXT} are possible.")
    name, rest = _subject(words, scales)
    wish = _Reading(name, rest, scales).wish()
    for band in wish.bands:
        check_reach(band, scales.find(wish.measure))
    return wish


def check_reach(band: Band, scale: Scale) -> None:
    """Raise `WishError` where none of the model's faces can be in `band`; says what can be asked for."""
    low, high = scale.reach
    if band.low <= high and low <= band.high:
        return
    is_high = band.low > high
    percent, sign, end, moved = (_HIGH, ">", "highest", high) if is_high else (_LOW, "<", "lowest", low)
    least, most, there = (f"{value:.3g}" for value in (scale.quantiles[0], scale.quantiles[-1], scale.at(percent)))
    raise WishError(
        f"No face of this model reaches {scale.name} {band.range}: they go from {least} to {most} {scale.unit}".rstrip()
        + f", and can be moved to {moved:.3g} at most; {scale.name} {sign} p{percent} asks for the {end} 30 %, "
        f"{sign} {there}."
    )


def _subject(words: str, scales: Scales) -> tuple[str, str]:
    """The measure that a wish begins with, and the rest. Raises `WishError` that suggests one."""
    lowered = words.casefold()
    names = {name: name for name in scales.names}
    names |= {name.replace("-", " "): name for name in scales.names}
    names |= {scales.find(name).title.casefold(): name for name in reversed(scales.names)} | names
    names |= {alias: name for alias, name in _ALIASES.items() if alias not in names and name in scales}
    ends = [name for name in names if lowered.startswith(name) and not lowered[len(name) : len(name) + 1].isalnum()]
    if ends:  # the longest, but for "hair red", which says something of the hair
        said = max(ends, key=lambda name: (len(words) > len(name), len(name)))
        return names[said], words[len(said) :].strip(" :")
    word = re.split(r"[\s<>=:,]", words)[0]
    if not word:
        raise WishError("The wish is empty; write one as in age 20..70.")
    hint = did_you_mean(word, names) or f"; choose from {', '.join(scales.names)}."
    raise WishError(f"{word[:40]!r} is nothing that is measured of this model's faces{hint}")


class _Reading:
    """Reads what is wished of one measure."""

    def __init__(self, name: str, rest: str, scales: Scales) -> None:
        self._name, self._rest, self._scales = name, rest, scales
        self._measure = name  # a word can mean another one, as "plain" of the background

    def wish(self) -> Wish:
        """The wish of all parts."""
        if not self._rest:
            raise WishError(f"Nothing is wished of {self._name}; write a range, as in {self._example()}.")
        if _HALF.fullmatch(self._rest.casefold()):
            return Wish(self._name, self._halves())
        if found := _SPREAD.fullmatch(self._rest.casefold()):
            return self._spread(found[1], int(found[2]) if found[2] else None)
        parts = [part.strip() for part in _PARTS.findall(self._rest)]
        bands = [self._band(part) for part in parts]
        return Wish(self._measure, self._shared(bands))

    @property
    def _scale(self) -> Scale:
        return self._scales.find(self._measure)

    def _example(self) -> str:
        low, high = self._scale.quantiles[10], self._scale.quantiles[90]
        return f"{self._name} {low:.3g}..{high:.3g}"

    def _number(self, text: str) -> float:
        percent = text.casefold().startswith("p")
        value = float(text.lstrip("pP"))
        if not math.isfinite(value) or (percent and not 0 <= value <= 100):
            raise WishError(f"{text[:40]} is no number of {self._name}; hundredths of faces go from p0 to p100.")
        return _rounded(self._scale.at(value)) if percent else value

    def _band(self, part: str) -> tuple[Band, float | None, Term | None]:
        """A part with its share and its term, each None if it has none."""
        share, label, text = None, "", part
        if found := _SHARED.fullmatch(text):
            text, share = found[1], self._share(found[2])
        if found := _LABELLED.fullmatch(text):
            text, label = found[1], found[2]
        term = self._term(text.casefold(), share)
        band = self._of(term) if term else self._ranged(text.casefold())
        return (replace(band, label=label) if label else band), share, term

    def _share(self, text: str) -> float:
        try:
            share = float(text) / 100
        except ValueError:
            share = math.nan
        if not 0 <= share <= 1:
            raise WishError(f"{text[:40]} % of the people is not possible; write 0 to 100 %.")
        return share

    def _term(self, word: str, share: float | None) -> Term | None:
        """What a word means; a share alone is about the first word of the measure."""
        if not word and share is not None:
            known = words_of(self._name)
            if not known:
                raise WishError(f"{self._name} has no word for {100 * share:g} %; write {self._example()} before it.")
            word = known[0]
        term = said_of(self._name, word)
        if term is None or term.measure not in self._scales:
            return None
        self._measure = term.measure
        return term

    def _of(self, term: Term) -> Band:
        return Band(term.low, term.high, label=term.word)

    def _ranged(self, text: str) -> Band:
        if text == "any":
            return ANY
        if found := _RANGE.fullmatch(text):
            return Band(self._number(found[1]), self._number(found[2]))
        if found := _OVER.fullmatch(text):
            return Band(low=self._number(found[1]))
        if found := _UNDER.fullmatch(text):
            return Band(high=self._number(found[1]))
        if found := _TARGETED.fullmatch(text):
            value, beside = self._number(found[1]), _TARGET * self._scale.range
            return Band(_rounded(value - beside), _rounded(value + beside))
        if text in ("high", self._scale.high.casefold()):
            return Band(low=_rounded(self._scale.at(_HIGH)))
        if text in ("low", self._scale.low.casefold()):
            return Band(high=_rounded(self._scale.at(_LOW)))
        return self._refuse(text)

    def _refuse(self, text: str) -> Band:
        words = (*words_of(self._name), "high", "low")
        hint = did_you_mean(text, words) or f"; write {self._example()}, or a word: {', '.join(words)}."
        raise WishError(f"{text[:60]!r} is no range of {self._name}{hint}")

    def _halves(self) -> tuple[Band, ...]:
        """Two bands of half the people: both words of the measure, or both sides of the middle face."""
        first = term_of(self._name, next(iter(words_of(self._name)), ""))
        second = term_of(self._name, first.opposite) if first and first.opposite else None
        if first is not None and second is not None:
            return replace(self._of(second), share=0.5), replace(self._of(first), share=0.5)
        middle = _rounded(self._scale.at(50))
        return Band(high=middle, share=0.5), Band(low=middle, share=0.5)

    def _spread(self, text: str, count: int | None) -> Wish:
        """Even steps over a range; of everything that the faces have where it names none."""
        if not text and self._name == "gender" and count in (None, 2):
            return Wish(self._name, self._halves())
        band = self._ranged(text.rstrip(" ,")) if text else self._whole()
        low = band.low if math.isfinite(band.low) else self._whole().low
        high = band.high if math.isfinite(band.high) else self._whole().high
        if count is None:
            count = max(1, round((high - low) / 10)) if self._name == "age" else STEPS
        return Wish(self._name, steps(Band(low, high).low, high, count), spread=True)

    def _whole(self) -> Band:
        """The range of 1-99 %, in round numbers."""
        low, high = self._scale.at(1), self._scale.at(99)
        if self._name == "age":
            return Band(10 * math.ceil(low / 10), 10 * math.floor(high / 10))
        return Band(float(f"{low:.3g}"), float(f"{high:.3g}"))

    def _shared(self, parts: Sequence[tuple[Band, float | None, Term | None]]) -> tuple[Band, ...]:
        """The bands with shares: what the text gives none is divided evenly, and what is left is anything else."""
        given = sum(share for _, share, _ in parts if share is not None)
        unstated = sum(share is None for _, share, _ in parts)
        if given > 1 + ROUNDING or (unstated and given > 1 - ROUNDING):
            raise WishError(f"The shares of {self._name} are more than 100 % together; write smaller ones.")
        rest = (1 - given) / unstated if unstated else 0.0
        bands = [replace(band, share=share) for band, share in self._stated(parts, rest)]
        left = 1 - given if not unstated else 0.0
        if left > ROUNDING:
            bands.append(replace(self._other(parts), share=left))
        return tuple(bands)

    @staticmethod
    def _stated(parts: Sequence[tuple[Band, float | None, Term | None]], rest: float) -> list[tuple[Band, float]]:
        shares = [(band, rest if share is None else share) for band, share, _ in parts]
        return [(band, share) for band, share in shares if share > 0]

    def _other(self, parts: Sequence[tuple[Band, float | None, Term | None]]) -> Band:
        """Who is left by the shares: the opposite of the only term or limit, or anybody."""
        band, _, term = parts[0]
        if len(parts) > 1:
            return ANY
        if term is not None:
            opposite = term_of(term.measure, term.opposite)
            return self._of(opposite) if opposite else ANY
        if math.isinf(band.high) and math.isfinite(band.low):
            return Band(high=band.low)
        return Band(low=band.high) if math.isinf(band.low) and math.isfinite(band.high) else ANY


def _rounded(value: float) -> float:
    """Five digits are finer than any measure."""
    return float(f"{value:.5g}")
