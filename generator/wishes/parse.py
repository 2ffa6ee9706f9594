"""Wishes as they are written: "age 20..70 spread 5", "smile > p70", "glasses 20 %"."""

from __future__ import annotations

from generator.wishes.scales import Scales
from generator.wishes.wish import Wish


def parse_wish(text: str, scales: Scales) -> Wish:
    """The wish that `text` states. Raises `WishError` with one sentence for anything else."""
    raise NotImplementedError
