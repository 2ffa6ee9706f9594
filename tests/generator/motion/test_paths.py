"""Between keys: segments on lines and circles, and the curves through them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MotionError
from generator.motion.paths import Segment, catmull_rom, line, segment_at, slerp

times = st.lists(st.integers(1, 40), min_size=3, max_size=6, unique=True).map(
    lambda some: [t / 4 for t in sorted(some)]
)
PERIOD = 11.0


def curve(keys: list[float], values: np.ndarray, time: float, period: float | None) -> float:
    """The Catmull-Rom curve through `values` at `time`."""
    weights = catmull_rom(keys, segment_at(keys, time, period), period)
    assert sum(weights.values()) == pytest.approx(1)
    return float(sum(weight * values[index] for index, weight in weights.items()))


def test_a_moment_at_a_key_is_the_key() -> None:
    for period in (None, PERIOD):
        assert [segment_at([1, 3, 7], time, period)[::2] for time in (1, 3, 7)] == [(0, 0), (1, 0), (2, 0)]


def test_the_ends_of_a_line_are_held_and_those_of_a_circle_are_one_segment() -> None:
    assert segment_at([1, 3, 7], 0.5) == (0, 0, 0)
    assert segment_at([1, 3, 7], 9) == (2, 2, 0)
    assert segment_at([1, 3, 7], 9, PERIOD) == Segment(2, 0, 0.4)
    assert segment_at([1, 3, 7], 0, PERIOD) == Segment(2, 0, 0.8)
    assert segment_at([5], 9, PERIOD) == segment_at([5], 2) == (0, 0, 0)


@given(keys=times, seed=st.integers(0, 99), period=st.sampled_from([None, PERIOD]))
def test_the_smooth_curve_leads_through_its_keys_and_its_velocity_does_not_jump(
    keys: list[float], seed: int, period: float | None
) -> None:
    values, step = np.random.RandomState(seed).randn(len(keys)), 1e-5
    inner = range(len(keys)) if period else range(1, len(keys) - 1)
    for index in inner:
        here, before, after = (curve(keys, values, (keys[index] + way) % PERIOD, period) for way in (0, -step, step))
        assert here == values[index]
        assert (after - here) / step == pytest.approx((here - before) / step, abs=0.05)


def test_the_smooth_curve_of_keys_on_a_line_is_the_line() -> None:
    keys = [0.0, 1.0, 3.0, 3.5, 8.0]
    for time in np.linspace(0, 8, 41):
        assert curve(keys, np.array(keys), float(time), None) == pytest.approx(time)


def test_the_smooth_curve_of_even_keys_is_that_of_catmull_and_rom() -> None:
    """Its matrix for keys one second apart, in the middle: (-1, 9, 9, -1) / 16."""
    weights = catmull_rom([0, 1, 2, 3], Segment(1, 2, 0.5))
    assert [weights[index] for index in range(4)] == pytest.approx([-1 / 16, 9 / 16, 9 / 16, -1 / 16])


def test_the_straight_line_is_between_two_keys() -> None:
    assert line(Segment(2, 0, 0.25)) == {2: 0.75, 0: 0.25}
    assert line(Segment(2, 0, 0.0)) == {2: 1.0}


@given(share=st.floats(0, 1), seed=st.integers(0, 99))
def test_an_arc_keeps_the_length_and_divides_the_angle(share: float, seed: int) -> None:
    first, second = np.random.RandomState(seed).randn(2, 8).astype(np.float32)
    first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
    between = slerp(first, second, share)
    angle = np.arccos(np.dot(first, second))
    assert np.linalg.norm(between) == pytest.approx(1, abs=1e-5)
    assert np.dot(first, between) == pytest.approx(np.cos(share * angle), abs=1e-4)


def test_an_arc_between_equal_points_stays_and_between_opposite_ones_is_refused() -> None:
    here = np.array([3.0, 4.0], np.float32)
    assert slerp(here, here, 0.3) == pytest.approx(here)
    assert slerp(0 * here, here, 0.5) == pytest.approx(here / 2)
    with pytest.raises(MotionError, match="exactly opposite"):
        slerp(here, -here, 0.5)
