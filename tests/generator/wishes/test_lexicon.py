"""Free English: what is understood, and that the rest is said."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import WishError
from generator.wishes import lexicon, states, wish
from generator.wishes.lexicon import Understood, understood
from generator.wishes.numbers import COUNT, SHARE, number, share
from generator.wishes.parse import parse_wish
from generator.wishes.phrases import KINDS, PHRASES, QUALITIES
from generator.wishes.scales import Scales
from generator.wishes.terms import TERMS, term_of
from generator.wishes.wish import Band
from tests.support.wishes import shipped_scales

SAID = """six women men people half of them with glasses 20 % between and 70 smiling plain background aged over 50 not
    the balanced by age gender , . ; a third hair fair long in their thirties all ages spread yaw -5..5 > p70 hats"""
WORDS = SAID.split()


def read(text: str, count: int | None = None) -> Understood:
    return understood(text, shipped_scales(), count)


def test_the_sentence_of_the_readme_is_understood_whole() -> None:
    got = read("six women and six men between 20 and 70, looking at the camera, smiling, plain background")
    assert got.count == 12
    assert [str(wish) for wish in got.wishes] == [
        *("gender feminine 50 %, masculine 50 %", "age 20..70 spread 5", "yaw facing"),
        *("gaze centred", "smile smiling", "clutter plain"),
    ]
    assert got.ignored == ()


@pytest.mark.parametrize(
    ("text", "count", "wishes"),
    [
        ("", None, []),
        ("a woman", 1, ["gender feminine"]),
        ("12 people, half of them women", 12, ["gender feminine 50 %, masculine 50 %"]),
        ("16 people, four of them men", 16, ["gender feminine 75 %, masculine 25 %"]),
        ("two thirds women, 30 faces", 30, ["gender feminine 66.6667 %, masculine 33.3333 %"]),
        ("women and men", None, ["gender feminine 50 %, masculine 50 %"]),
        ("a dozen women", 12, ["gender feminine"]),
        ("twenty-five old men", 25, ["gender masculine", "age old"]),
        ("a woman between 30 and 40", 1, ["gender feminine", "age 30..40"]),  # one person is not spread
        ("women aged 20-70", None, ["gender feminine", "age 20..70 spread 5"]),
        ("people over 50", None, ["age > 50"]),
        ("people in their thirties", None, ["age 30..40 spread 1"]),
        ("a 40-year-old man", 1, ["gender masculine", "age 37.912..42.088"]),
        ("Eight Faces; a quarter with glasses", 8, ["glasses with 25 %, without 75 %"]),
        ("10 people, two of them with glasses", 10, ["glasses with 20 %, without 80 %"]),
        ("12 men with a beard", 12, ["gender masculine", "beard bearded"]),
        ("most people smiling", None, ["smile smiling 80 %, serious 20 %"]),
        ("not smiling, without glasses", None, ["smile serious", "glasses without"]),
        ("short, fair hair and dark skin", None, ["hair-length short", "hair fair", "skin dark"]),
        ("hair dark; blue-eyed", None, ["hair dark", "iris-gold blue"]),
        ("laughing", None, ["smile smiling", "mouth-open open"]),
        ("all ages, different skin tones", None, ["age 10..50 spread 4", "skin 53.3..81.1 spread 6"]),
        ("yaw -5..5, smile > p70, ten people", 10, ["yaw -5..5", "smile > 0.062239"]),
    ],
)
def test_a_text_becomes_wishes(text: str, count: int | None, wishes: list[str]) -> None:
    got = read(text)
    assert (got.count, [str(wish) for wish in got.wishes], got.ignored) == (count, wishes, ())


def test_balanced_people_are_crossed_and_a_stated_age_counts() -> None:
    got = read("200 people between 20 and 60 balanced by age, skin tone and gender")
    assert got.cross == ("age", "skin", "gender")
    assert "age 20..60 spread 4" in map(str, got.wishes)


@pytest.mark.parametrize(
    ("text", "ignored"),
    [
        ("twelve tall people wearing Hats", ("tall", "Hats")),
        ("people of 90 to 95 years", ("90 to 95 years",)),  # no face of this model
        ("smiling people, serious", ("serious",)),  # the first counts
        ("six bearded men and six women", ("bearded",)),  # a wish is about everybody
        ("two with glasses", ()),
        ("with glasses, three of them smiling", ("three of them smiling",)),  # of how many?
    ],
)
def test_what_cannot_be_had_is_said(text: str, ignored: tuple[str, ...]) -> None:
    assert read(text).ignored == ignored


def test_a_count_from_elsewhere_makes_a_share_of_a_number() -> None:
    assert [str(wish) for wish in read("three of them smiling", 12).wishes] == ["smile smiling 25 %, serious 75 %"]


@settings(max_examples=50)
@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_whatever_is_written_becomes_wishes_that_can_be_written(text: str) -> None:
    got = read(text)
    for one in got.wishes:
        assert parse_wish(str(one), shipped_scales()) == one
    measures = [one.measure for one in got.wishes]
    assert len(set(measures)) == len(measures)
    assert set(got.cross) <= set(measures)


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(WishError, match="at most 5000"):
        read("a" * 5001)


def test_a_model_without_measures_understands_numbers_of_people_alone() -> None:
    got = understood("six smiling people with fair hair", Scales(()))
    assert (got.count, got.wishes) == (6, ())


def test_every_word_of_the_lexicon_is_a_term() -> None:
    said = [one for _, all_of in PHRASES for one in all_of]
    said += [one for _, adjectives in QUALITIES for one in adjectives.values()]
    assert all(term_of(*one) for one in said)
    assert set(KINDS.values()) <= set(shipped_scales().names)


def test_every_term_is_within_reach_of_the_shipped_model() -> None:
    for term in TERMS:
        assert str(parse_wish(f"{term.measure} {term.word}", shipped_scales())) == f"{term.measure} {term.word}"


@pytest.mark.parametrize(("text", "value"), [("twenty-five", 25), ("ninety", 90), ("a dozen", 12), ("a", 1), ("7", 7)])
def test_a_number_in_words_has_its_value(text: str, value: int) -> None:
    assert number(text) == value


@settings(max_examples=30)
@given(st.from_regex(COUNT, fullmatch=True), st.from_regex(SHARE, fullmatch=True))
def test_whatever_looks_like_a_number_or_a_share_is_one(count: str, part: str) -> None:
    assert number(count) >= 0
    assert share(part) >= 0


@pytest.mark.parametrize("module", [lexicon, states, wish])
def test_examples_work(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_the_table_of_words_in_the_docs_is_what_the_code_means() -> None:
    lines = (Path(__file__).parents[3] / "docs" / "people.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| `") and line.count("|") == 4]
    for term in TERMS:
        also = f" (also of `{term.about}`)" if term.about else ""
        assert f"| `{term.measure}` | {term.word}{also} | {Band(term.low, term.high).range} |" in rows
