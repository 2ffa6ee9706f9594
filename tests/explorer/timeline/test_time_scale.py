"""The ruler: round numbers of seconds or beats, at any zoom; times come back from their places."""

from __future__ import annotations

from itertools import pairwise

import pytest

from explorer.timeline.time_scale import TimeScale, clock_text, snapped


@pytest.mark.parametrize("duration", [0.5, 4.0, 10.0, 90.0, 3600.0])
@pytest.mark.parametrize("beats", [0.0, 120.0])
def test_the_ruler_has_labels_that_do_not_touch_and_no_line_outside(duration: float, beats: float) -> None:
    scale = TimeScale.showing(duration, 900)
    ticks = scale.ticks(900, duration, beats)
    labelled = [scale.x(tick.time) for tick in ticks if tick.label]
    assert 1 <= len(labelled) <= 900 / 50
    assert all(after - before >= 50 for before, after in pairwise(labelled))
    assert all(0 <= tick.time <= duration for tick in ticks)


def test_the_time_under_the_pointer_stays_there_while_zooming() -> None:
    scale = TimeScale.showing(10.0, 900)
    assert scale.zoomed(1.7, 333.0).time(333.0) == pytest.approx(scale.time(333.0))


def test_a_timeline_cannot_be_scrolled_out_of_sight() -> None:
    scale = TimeScale.showing(10.0, 900).zoomed(4.0, 0.0)
    assert scale.moved(1e6).kept_near(10.0, 900).x(10.0) > 800
    assert scale.moved(-1e6).kept_near(10.0, 900).x(0.0) > 0


def test_dragged_keys_stay_on_hundredths_or_on_quarters_of_a_beat() -> None:
    assert snapped(1.234, 0) == 1.25
    assert snapped(1.234, 120) == 1.25
    assert snapped(0.51, 100) == pytest.approx(0.45)


@pytest.mark.parametrize(("time", "text"), [(0.0, "0:00.00"), (62.5, "1:02.50"), (59.999, "1:00.00")])
def test_times_are_told_as_on_a_watch(time: float, text: str) -> None:
    assert clock_text(time) == text
