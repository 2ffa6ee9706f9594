"""Briefs: how quotas are met, and what is no brief."""

from __future__ import annotations

import json
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import WishError
from generator.wishes.quotas import places_of
from generator.wishes.wish import Band, Brief, Cell, Wish, steps
from tests.support.wishes import wishes

AGES = Wish("age", steps(20, 70, 5), spread=True)
GENDERS = Wish("gender", (Band(high=0, share=0.5, label="feminine"), Band(low=0, share=0.5, label="masculine")))
SKINS = Wish("skin", steps(53, 81, 4), spread=True)

shares = st.lists(st.integers(1, 9), min_size=1, max_size=5)


def test_each_decade_and_gender_has_its_quota_by_itself() -> None:
    cells = Brief(12, (AGES, GENDERS)).cells()
    ages, genders = (Counter(cell.labels[at] for cell in cells) for at in (0, 1))
    assert genders == {"feminine": 6, "masculine": 6}
    assert sorted(ages.values()) == [2, 2, 2, 3, 3]
    assert ages["20..30"] == ages["60..70"] == 2  # the outermost are rare


def test_quotas_that_are_not_crossed_are_mixed_all_the_same() -> None:
    cells = Counter(cell.labels for cell in Brief(100, (AGES, GENDERS)).cells())
    assert len(cells) == 10
    assert all(8 <= count <= 12 for count in cells.values())


@given(st.lists(shares, min_size=1, max_size=3), st.integers(1, 300), st.integers(0, 99))
def test_every_crossed_cell_is_within_one_of_its_quota(crossed: list[list[int]], count: int, seed: int) -> None:
    cells = Counter(places_of(crossed, [], count, seed))
    assert cells.total() == count
    for cell, there in cells.items():
        quota = count * math.prod(parts[place] / sum(parts) for parts, place in zip(crossed, cell, strict=True))
        assert abs(there - quota) < 1
    missed = [cell for cell in cells if cells[cell] == 0]
    assert not missed


def test_a_crossed_crowd_keeps_the_quota_of_each_measure() -> None:
    cells = Brief(203, (AGES, SKINS, GENDERS), cross=("age", "skin", "gender")).cells()
    assert set(Counter(cell.labels for cell in cells).values()) == {5, 6}
    for at, parts in ((0, 5), (1, 4), (2, 2)):
        counts = Counter(cell.labels[at] for cell in cells).values()
        assert all(abs(count - 203 / parts) < 1 for count in counts)


@given(st.lists(shares, min_size=1, max_size=3), st.integers(1, 60), st.integers(0, 99))
def test_a_single_quota_is_rounded_up_or_down(single: list[list[int]], count: int, seed: int) -> None:
    people = places_of([], single, count, seed)
    for at, parts in enumerate(single):
        counts = Counter(person[at] for person in people)
        assert all(abs(counts[place] - count * part / sum(parts)) < 1 for place, part in enumerate(parts))


def test_the_same_brief_has_the_same_cells_and_another_seed_others() -> None:
    one, same, other = (Brief(40, (AGES, GENDERS), seed=seed).cells() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_person_of_no_wishes_has_an_empty_cell() -> None:
    assert Brief(2).cells() == (Cell(()), Cell(()))


@settings(max_examples=25)
@given(st.lists(wishes(), max_size=3, unique_by=lambda wish: wish.measure), st.integers(1, 9))
def test_a_brief_is_the_same_after_json(some: list[Wish], count: int) -> None:
    brief = Brief(count, tuple(some), tuple(wish.measure for wish in some[:1]), seed=3, psi=0.5, clean=True)
    assert Brief.from_dict(json.loads(json.dumps(brief.to_dict(), allow_nan=False))) == brief


@pytest.mark.parametrize("damaged", [None, {}, [], {"count": 3}, Brief(3).to_dict() | {"wishes": [{}]}])
def test_damaged_json_is_no_brief(damaged: object) -> None:
    with pytest.raises(WishError, match="damaged"):
        Brief.from_dict(damaged)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"count": 0}, "0 people are not possible"),
        ({"apart": 2.0}, "A difference of 2 is not possible"),
        ({"seed": -1}, "The seed -1 is not possible"),
        ({"psi": math.nan}, "A psi of nan is not possible"),
        ({"wishes": (AGES, AGES)}, "two wishes about age"),
        ({"cross": ("gender",)}, "gender cannot be crossed"),
        ({"cross": ("age", "age")}, "One measure twice cannot be crossed"),
    ],
)
def test_an_impossible_brief_is_refused_with_a_sentence(changed: dict[str, object], sentence: str) -> None:
    with pytest.raises(WishError, match=sentence):
        Brief(**{"count": 3, "wishes": (AGES,), **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Band(3, 3), "not a range"),
        (lambda: Band(math.nan, 3), "not a range"),
        (lambda: Band(share=0), "A share of 0 %"),
        (lambda: Band(label='"'), "The label"),
        (lambda: Wish("age", (Band(share=0.5),)), "50 % together"),
        (lambda: Wish("age", ()), "1 to 100 bands"),
        (lambda: Wish("age", (Band(1, 2, 0.5), Band(2, 9, 0.5)), spread=True), "not even steps"),
        (lambda: steps(0, math.inf, 3), "are not possible"),
        (lambda: steps(0, 1, 0), "are not possible"),
    ],
)
def test_an_impossible_band_or_wish_is_refused_with_a_sentence(make: object, sentence: str) -> None:
    with pytest.raises(WishError, match=sentence):
        make()  # type: ignore[operator]
