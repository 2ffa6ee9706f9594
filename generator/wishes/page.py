"""A text that is read piece by piece: what was understood is struck out, and what is left was not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from generator.wishes.wish import Wish

_DONE = "\0"  # in place of what was understood; no pattern matches it
_WORDS = re.compile(rf"[^\s,.;:!?(){_DONE}]+")


@dataclass(frozen=True)
class Heard:
    """A wish, and where in the text it was read."""

    place: int
    words: str  # as they were written
    wish: Wish


@dataclass
class Page:
    """The text as it was written, and what of it is left, in lower case; both of one length."""

    written: str
    left: str = field(init=False)

    def __post_init__(self) -> None:
        self.written = " ".join(self.written.replace(_DONE, " ").split())
        self.left = "".join(char.lower() if len(char.lower()) == 1 else char for char in self.written)

    def take(self, pattern: str | re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Each match in what is left, which is struck out."""
        for match in list(re.finditer(pattern, self.left)):
            self.strike(*match.span())
            yield match

    def strike(self, start: int, end: int) -> None:
        """Strike out one piece."""
        self.left = self.left[:start] + _DONE * (end - start) + self.left[end:]

    def words(self, match: re.Match[str]) -> str:
        """What a match was in the text as it was written."""
        return self.written[slice(*match.span())]

    def rest(self, silent: frozenset[str]) -> list[tuple[int, str]]:
        """The words that are left, with their places, without those that ask for nothing."""
        left = _WORDS.finditer(self.left)
        return [(word.start(), self.words(word)) for word in left if word[0] not in silent and _says(word[0])]


def _says(word: str) -> bool:
    return any(map(str.isalnum, word))
