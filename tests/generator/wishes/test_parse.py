"""Wishes as they are written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator.errors import WishError
from generator.wishes.parse import parse_wish
from generator.wishes.wish import Wish
from tests.support.wishes import shipped_scales, wishes

PIECES = ["age", "smile", "gender", "20", "..", "70", " ", "%", ",", "spread", "half", "p70", ">", "<", '"', "-", "e9"]


def parsed(text: str) -> Wish:
    return parse_wish(text, shipped_scales())


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("age 20..70", "age 20..70"),
        ("age 20..70 spread 4", "age 20..70 spread 4"),
        ("age 20..70 spread evenly", "age 20..70 spread 5"),  # decades
        ("Apparent age between 20 and 70", "age 20..70"),
        ("yaw -5..5", "yaw -5..5"),
        ("skin spread", "skin 53.3..81.1 spread 6"),
        ("skin tone spread over 4 steps", "skin 53.3..81.1 spread 4"),
        ("age 40", "age 37.912..42.088"),
        ("smile > 0.05", "smile > 0.05"),
        ("smile >= 0.05", "smile > 0.05"),
        ("smile > p70", "smile > 0.062239"),
        ("smile p10..p90", "smile 0.029755..0.071607"),
        ("smile high", "smile > 0.062239"),
        ("smile low", "smile < 0.044495"),
        ("jaw-taper square", "jaw-taper > 0.80467"),
        ("glasses 20 %", "glasses with 20 %, without 80 %"),
        ("glasses with 20%", "glasses with 20 %, without 80 %"),
        ("glasses 100 %", "glasses with"),
        ("glasses 0 %", "glasses without"),
        ("smile > 0.05 30 %", "smile > 0.05 30 %, < 0.05 70 %"),
        ("age 20..30 20 %", "age 20..30 20 %, any 80 %"),
        ("age 20..30, 50..60", "age 20..30 50 %, 50..60 50 %"),
        ('age 20..30 "young, free" 25 %, 30..40 75 %', 'age 20..30 "young, free" 25 %, 30..40 75 %'),
        ("gender half", "gender feminine 50 %, masculine 50 %"),
        ("gender spread", "gender feminine 50 %, masculine 50 %"),
        ("yaw half", "yaw < 0.60369 50 %, > 0.60369 50 %"),
        ("background plain", "clutter plain"),
        ("background bright", "background bright"),
        ("hair red", "hair-red red"),
        ("hair length long", "hair-length long"),
        ("gaze centred", "gaze centred"),
        ("eyes blue", "iris-gold blue"),
    ],
)
def test_a_written_wish_means_bands(text: str, means: str) -> None:
    assert str(parsed(text)) == means


@settings(max_examples=60)
@given(wishes())
def test_a_wish_is_read_from_its_own_text(wish: Wish) -> None:
    assert parsed(str(wish)) == wish


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(max_size=40).map("age {}".format) | st.text())
@example("age 1e999..3")
@example("age spread 0")
@example("age p5e9")
@example("smile > p70 .5.5 %")
def test_whatever_is_written_gives_a_wish_or_a_sentence(text: str) -> None:
    with suppress(WishError):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The wish is empty"),
        ("age", "Nothing is wished of age"),
        ("smle > 3", "did you mean smile"),
        ("xyzzy 3", "choose from age, gender"),
        ("glasses wth", "did you mean with"),
        ("age 20..10", "lower number first"),
        ("age 20..70 spread 999", "are not possible"),
        ("smile > p900", "from p0 to p100"),
        ("glasses 300 %", "0 to 100 %"),
        ("age 20..30 60 %, 30..40 60 %", "more than 100 %"),
        ("clutter > 0.2 spread 3 30 %", "no range of clutter"),
        ("x" * 3000, "at most 2000"),
    ],
)
def test_what_is_no_wish_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WishError, match=sentence):
        parsed(text)


def test_a_range_that_no_face_reaches_is_refused_with_the_one_that_can_be_asked_for() -> None:
    with pytest.raises(WishError) as refused:
        parsed("age 90..95")
    assert str(refused.value) == (
        "No face of this model reaches age 90..95: they go from 0.889 to 63 years, and can be moved to 73.4 at most; "
        "age > p70 asks for the highest 30 %, > 34.5."
    )
    with pytest.raises(WishError, match="yaw < p30 asks for the lowest 30 %"):
        parsed("yaw < -90")


def test_one_step_out_of_reach_is_refused_too() -> None:
    with pytest.raises(WishError, match=r"reaches age 80\.\.90"):
        parsed("age 20..90 spread 7")
