"""Free English about people, as far as a small lexicon goes."""

from __future__ import annotations

from dataclasses import dataclass

from generator.wishes.scales import Scales
from generator.wishes.wish import Wish


@dataclass(frozen=True)
class Understood:
    """What a text asks for."""

    count: int | None  # None = it does not say
    wishes: tuple[Wish, ...] = ()
    cross: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()  # words that were not understood, as they were written


def understood(text: str, scales: Scales) -> Understood:
    """What `text` asks for; words without a meaning here are in `ignored`. Never raises but `WishError`."""
    raise NotImplementedError
