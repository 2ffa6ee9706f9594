"""Free English about people, as far as a small lexicon (`phrases.py`) goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generator.errors import WishError
from generator.wishes.ages import age_text, take_ages
from generator.wishes.numbers import NUMBER, SHARE, number, share
from generator.wishes.page import Heard, Page
from generator.wishes.parse import check_reach, parse_wish
from generator.wishes.people import take_people
from generator.wishes.phrases import KINDS, PHRASES, QUALITIES, SILENT, Said
from generator.wishes.scales import Scales
from generator.wishes.wish import Wish

MAX_TEXT = 5000  # characters
_JOIN = r"[ \0]*(?:of (?:them|the people|these|those) )?(?:(?:are|is|have|has|wear|wearing|with|being|should be|in) )*"
_PART = rf"(?:\b(?:(?P<share>{SHARE})|(?P<number>{NUMBER}))(?!\w){_JOIN})?"
_FORMAL = re.compile(r"\.\.|[<>]|\bp\d|\d ?%$|\bhalf$|\bspread\b")
_kinds = "|".join(KINDS)
_LIST = rf"(?P<kinds>(?:{_kinds})\b(?:(?:,| and|, and|,? by| x) (?:{_kinds})\b)*)"
_BALANCED = rf"\b(?:evenly )?(?:balanced|crossed)(?: by| over| across| in)? {_LIST}"
_VARIED = rf"\b(?:all|diverse|different|various|mixed|many|varied|every) {_LIST}"
_SPREAD = rf"\b(?P<kinds>{_kinds})(?: evenly)? (?:spread|distributed)(?: evenly)?"


@dataclass(frozen=True)
class Understood:
    """What a text asks for."""

    count: int | None  # None = it does not say
    wishes: tuple[Wish, ...] = ()  # in the order of the text
    cross: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()  # words that were not understood, or contradict what was said before


def understood(text: str, scales: Scales, count: int | None = None) -> Understood:
    """What `text` asks for; words that mean nothing here are in `ignored`.

    A number of women or men is a quota of apparent gender; a range of ages for several people is spread evenly over
    it; what a word says is asked of everybody, unless a share or a number stands before it ("20 % with glasses").
    count: how many people there are if that is known from elsewhere.
    Raises `WishError` only for a text of more than `MAX_TEXT` characters.

    Example:
        >>> from generator.wishes.lexicon import understood
        >>> from generator.wishes.scales import Scales
        >>> understood("seven tall people", Scales(())).ignored
        ('tall',)
    """
    if len(text) > MAX_TEXT:
        raise WishError(f"The text has {len(text)} characters; at most {MAX_TEXT} are possible.")
    return _Reading(Page(text), scales, count).read()


class _Reading:
    """Reads one page, the more special first; the first that is said of a measure counts."""

    def __init__(self, page: Page, scales: Scales, count: int | None) -> None:
        self._page, self._scales, self._count = page, scales, count
        self._heard: dict[str, Heard] = {}  # by measure
        self._lost: list[tuple[int, str]] = []

    def read(self) -> Understood:
        """What the whole page says."""
        page = self._page
        self._formal()
        crossed, varied = self._kinds(_BALANCED), [*self._kinds(_VARIED), *self._kinds(_SPREAD)]
        ages = take_ages(page)
        crowd = take_people(page)
        self._lost += crowd.lost
        count = self._count or crowd.count
        for place, words, text in ages:
            self._wish(place, words, age_text(text, several=count != 1))
        for heard in crowd.genders:
            self._add(heard)
        self._say(count)
        for place, name in (*crossed, *varied):
            if name in self._scales and name not in self._heard:
                self._wish(place, name, f"{name} {'half' if name == 'gender' else 'spread'}")
        wishes = tuple(heard.wish for heard in sorted(self._heard.values(), key=lambda heard: heard.place))
        lost = sorted([*self._lost, *page.rest(SILENT)])
        cross = dict.fromkeys(name for _, name in crossed if name in self._heard)
        return Understood(crowd.count, wishes, tuple(cross), tuple(words for _, words in lost))

    def _add(self, heard: Heard) -> None:
        """Wish it, unless something else was said of the measure, or the model has no such faces."""
        measure = heard.wish.measure
        try:
            for band in heard.wish.bands:
                check_reach(band, self._scales.find(measure))
        except WishError:
            self._lost.append((heard.place, heard.words))
            return
        if self._heard.setdefault(measure, heard).wish != heard.wish:
            self._lost.append((heard.place, heard.words))

    def _wish(self, place: int, words: str, text: str) -> bool:
        """Wish what `text` states in the notation of --where. False if it is none."""
        try:
            wish = parse_wish(text, self._scales)
        except WishError:
            self._lost.append((place, words))
            return False
        self._add(Heard(place, words, wish))
        return True

    def _formal(self) -> None:
        """Parts between commas that are written as for --where."""
        for part in list(re.finditer("[^,;]+", self._page.left)):
            said = part[0].strip().rstrip(".")
            is_range = said.startswith("age") and "spread" not in said  # which is spread over several people
            if _FORMAL.search(said) and not is_range and self._is_wish(said):
                self._page.strike(*part.span())
                self._wish(part.start(), self._page.words(part), said)

    def _is_wish(self, text: str) -> bool:
        try:
            parse_wish(text, self._scales)
        except WishError:
            return False
        return True

    def _kinds(self, pattern: str) -> list[tuple[int, str]]:
        """Measures over which people are to be spread, with their places."""
        return [
            (match.start(), name)
            for match in self._page.take(pattern)
            for kind in re.split(r",? (?:and|by|x) |, ", match["kinds"])
            for words, name in KINDS.items()
            if re.fullmatch(words, kind)
        ]

    def _say(self, count: int | None) -> None:
        """What words and phrases say of everybody, or of a part."""
        for pattern, said in PHRASES:
            for match in self._page.take(rf"{_PART}\b(?:{pattern})\b"):
                self._all(match, said, count)
        for noun, adjectives in QUALITIES:
            words = "|".join(sorted(adjectives, key=len, reverse=True))
            series = rf"(?:{words})(?:(?:,? and |, ?| |-)(?:{words}))*"
            before = rf"{_PART}\b(?P<words>{series})[ -](?:{noun})\b"
            after = rf"{_PART}\b(?:{noun})(?: is| are)? (?P<words>{words})\b"
            for match in (*self._page.take(before), *self._page.take(after)):
                found = re.findall(rf"\b(?:{words})\b", match["words"])
                self._all(match, [adjectives[word] for word in found], count)

    def _all(self, match: re.Match[str], said: Sequence[Said], count: int | None) -> None:
        part = self._part(match, count)
        if part is None:
            self._lost.append((match.start(), self._page.words(match)))
            return
        for measure, word in said:
            if measure in self._scales and part > 0:
                share = "" if part == 1 else f" {part * 100:.4f} %"
                self._wish(match.start(), self._page.words(match), f"{measure} {word}{share}")

    @staticmethod
    def _part(match: re.Match[str], count: int | None) -> float | None:
        """The share of the people, 0..1, of whom something is said; None for a number of nobody knows how many."""
        groups = match.groupdict()
        if groups.get("share"):
            return min(share(groups["share"]), 1.0)
        if groups.get("number"):
            return min(number(groups["number"]) / count, 1.0) if count else None
        return 1.0
