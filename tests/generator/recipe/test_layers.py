"""Sets of layers: what is written is read as the same set, and one set has one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import RecipeError
from generator.recipe.layers import MAX_LAYER, Layers
from tests.support.bounds import bounded

numbers = st.sets(st.integers(0, MAX_LAYER), min_size=1)


@given(numbers)
def test_a_set_contains_what_it_was_made_of_and_reads_back(layers: set[int]) -> None:
    made = Layers.of(layers)
    assert list(made) == made.indices(MAX_LAYER + 1) == sorted(layers)
    assert [layer in made for layer in range(-1, MAX_LAYER + 2)] == [
        layer in layers for layer in range(-1, MAX_LAYER + 2)
    ]
    assert Layers.parse(str(made)) == made == Layers.of(sorted(layers, reverse=True))
    assert (made.first, made.last) == (min(layers), max(layers))


@given(st.lists(st.tuples(st.integers(0, MAX_LAYER), st.integers(0, 9)), min_size=1, max_size=9))
def test_ranges_in_any_order_are_joined(ranges: list[tuple[int, int]]) -> None:
    spans = [(first, min(first + more, MAX_LAYER)) for first, more in ranges]
    text = " , ".join(f"{first} - {last}" for first, last in spans)
    assert set(Layers.parse(text)) == {layer for first, last in spans for layer in range(first, last + 1)}


def test_the_forms_that_people_see() -> None:
    assert str(Layers.of([10, *range(8)])) == "0-7,10"
    assert Layers.parse("0-7, 10").spans == ((0, 7), (10, 10))
    assert Layers.parse("all") is Layers.ALL
    assert str(Layers.span(0, MAX_LAYER)) == "all"
    assert str(Layers.span(4, MAX_LAYER)) == "4-99"
    assert Layers.ALL.indices(3) == [0, 1, 2]


@given(st.text(alphabet="0123456789-, al\u0662_e+", max_size=12))
def test_any_text_is_read_or_refused_with_one_sentence(text: str) -> None:
    try:
        assert Layers.parse(str(Layers.parse(text))) == Layers.parse(text)
    except RecipeError as error:
        sentence = str(error)
        assert sentence.endswith(".")


@pytest.mark.parametrize(
    "spans",
    [(), ((-1, 2),), ((5, 4),), ((0, MAX_LAYER + 1),), ((0, 2), (3, 4)), ((0, 2), (1, 4)), ((5, 6), (0, 1))],
)
def test_spans_in_another_form_are_no_set(spans: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(RecipeError, match=r"\.$"):
        Layers(spans)


@pytest.mark.parametrize("text", ["0," * 3_000_000 + "0", "0-99," * 199 + "100", "9" * 4000, "0-999999999999"])
def test_a_text_without_end_is_refused_at_once(text: str) -> None:
    with bounded(), pytest.raises(RecipeError, match=r"\.$"):
        Layers.parse(text)
