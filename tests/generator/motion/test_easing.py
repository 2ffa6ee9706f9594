"""Easings: where they begin and end, and curves as CSS has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MotionError
from generator.motion.easing import EASINGS, HOLD, LINEAR, SMOOTH, Easing

shares = st.floats(0, 1)
handles = st.tuples(shares, st.floats(-1, 2), shares, st.floats(-1, 2))
easings = st.builds(Easing, st.sampled_from([kind for kind in EASINGS if kind != "curve"])) | st.builds(
    Easing, st.just("curve"), handles
)


@given(easing=easings)
def test_every_easing_leads_from_one_key_to_the_next(easing: Easing) -> None:
    assert (easing.at(0), easing.at(1), easing.at(-1), easing.at(2)) == (0, 1, 0, 1)


@given(easing=easings.filter(lambda easing: easing.kind != "curve"), first=shares, second=shares)
def test_a_named_easing_never_turns_back(easing: Easing, first: float, second: float) -> None:
    low, high = sorted((easing.at(first), easing.at(second)))
    assert 0 <= low <= high <= 1
    assert (easing.at(min(first, second)), easing.at(max(first, second))) == (low, high)


def test_the_names_mean_what_they_say() -> None:
    assert LINEAR.at(0.25) == 0.25
    assert HOLD.at(0.999) == 0
    assert SMOOTH.at(0.5) == Easing("in-out").at(0.5) == pytest.approx(0.5)
    assert Easing("in").at(0.5) == pytest.approx(1 - Easing("out").at(0.5))
    assert Easing("in").at(0.5) < 0.5
    for easing in (SMOOTH, Easing("in")):
        assert easing.at(0.001) < 0.0001  # from rest


def test_a_curve_is_the_cubic_bezier_of_css() -> None:
    ease = Easing("curve", (0.25, 0.1, 0.25, 1.0))
    assert ease.at(0.5) == pytest.approx(0.802403, abs=1e-6)  # x(0.7) of the curve is 0.5 and so on
    assert Easing("curve", (0.3, -1.0, 0.7, 2.0)).at(0.2) < 0  # a curve may swing out


@given(x1=shares, x2=shares, share=shares)
def test_a_curve_whose_handles_lie_on_the_diagonal_is_linear(x1: float, x2: float, share: float) -> None:
    assert Easing("curve", (x1, x1, x2, x2)).at(share) == pytest.approx(share, abs=1e-6)


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("slow", (0.0, 0.0, 1.0, 1.0), "There is no easing 'slow'; use linear, smooth, hold, in, out, in-out, curve."),
        ("curve", (1.5, 0.0, 1.0, 1.0), r"has x in 0..1 and y in -1..2"),
        ("curve", (0.0, float("nan"), 1.0, 1.0), r"has x in 0..1 and y in -1..2"),
        ("curve", (0.0, float("inf"), 1.0, 1.0), r"has x in 0..1 and y in -1..2"),
        ("in", (0.1, 0.0, 1.0, 1.0), "The easing 'in' has no handles"),
    ],
)
def test_what_is_no_easing_is_refused(kind: str, given: tuple[float, float, float, float], sentence: str) -> None:
    with pytest.raises(MotionError, match=sentence):
        Easing(kind, given)
