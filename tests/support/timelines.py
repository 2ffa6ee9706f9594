"""Timelines for tests: a hypothesis strategy of any timeline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from generator.motion.easing import EASINGS, Easing
from generator.motion.timeline import LANES, PATHS, Key, Keyframe, Lane, Timeline
from generator.recipe.recipe import pack
from tests.support.recipe_strategies import directions, names, recipes

_shares = st.floats(0, 1)
easings = st.sampled_from(EASINGS[:-1]).map(Easing) | st.builds(
    Easing, st.just("curve"), st.tuples(_shares, st.floats(-1, 2), _shares, st.floats(-1, 2))
)
_times = st.lists(st.floats(0, 3599), max_size=4, unique=True).map(sorted)
_paces = st.lists(_shares, max_size=4).map(lambda some: pack(np.array([0, *sorted(some), 1], np.float32)))


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    kind = draw(st.sampled_from(list(LANES)))
    keys = tuple(Key(time, draw(st.floats(*LANES[kind])), draw(easings)) for time in draw(_times))
    return Lane(kind, keys, draw(directions()) if kind == "direction" else None, draw(st.booleans()))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    model = draw(st.text("0123456789abcdef", max_size=64))
    faces = [Keyframe(time, replace(draw(recipes), model=model), draw(names), draw(easings)) for time in draw(_times)]
    some = {(lane.kind, lane.direction): lane for lane in draw(st.lists(lanes(), max_size=3))}
    return Timeline(
        tuple(faces),
        tuple(some.values()),
        duration=draw(st.floats(3599.5, 3600)),
        path=draw(st.sampled_from(PATHS)),
        loop=draw(st.booleans()),
        beats=draw(st.floats(0, 1000)),
        sound=draw(names),
        pace=draw(st.just(b"") | _paces),
    )
