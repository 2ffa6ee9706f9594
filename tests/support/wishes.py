"""The scales of the shipped model, and any wishes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

import weights
from generator.attributes.catalogue import measure_of
from generator.attributes.distribution import SUFFIX, load
from generator.errors import WishError
from generator.wishes.scales import Scales, scales_of
from generator.wishes.terms import TERMS
from generator.wishes.wish import Band, Wish, steps


@cache
def shipped_scales() -> Scales:
    """What the shipped model's own faces measure."""
    known = load(Path(weights.FACES).with_suffix(SUFFIX))
    measures = [measure_of(name) for name in known.names]
    return scales_of([(m.name, m.title, m.low, m.high, m.unit, tuple(known.of(m.name))) for m in measures])


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """A wish that the shipped model can reach: ranges, limits, words, quotas, steps."""
    scale = shipped_scales().find(draw(st.sampled_from(shipped_scales().names)))
    inside = st.floats(*scale.reach, allow_subnormal=False)
    low, high = sorted(draw(st.tuples(inside, inside).filter(lambda pair: pair[0] < pair[1])))
    if draw(st.booleans()):
        count = draw(st.integers(1, 12))
        try:
            return Wish(scale.name, steps(low, high, count), spread=True)
        except WishError:  # too narrow for so many
            return Wish(scale.name, steps(low, high, 1), spread=True)
    shares = draw(st.lists(st.integers(1, 50), min_size=1, max_size=4))
    return Wish(scale.name, tuple(draw(_bands(scale.name, low, high, part / sum(shares))) for part in shares))


@st.composite
def _bands(draw: st.DrawFn, measure: str, low: float, high: float, share: float) -> Band:
    label = draw(st.just("") | st.text("abc xyz-,%.5é", min_size=1, max_size=8).filter(str.strip))
    words = [Band(term.low, term.high, share, term.word) for term in TERMS if term.measure == measure]
    ranges = [Band(low, high, share, label), Band(low=low, share=share, label=label), Band(high=high, share=share)]
    return draw(st.sampled_from([*ranges, *words, Band(share=share)]))
