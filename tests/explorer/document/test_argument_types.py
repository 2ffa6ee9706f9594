"""The small languages of the command line."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.document.argument_types import (
    MAX_SEEDS,
    ComponentAmount,
    MixedLayers,
    NamedAmount,
    NotationError,
    parse_component_amount,
    parse_layers,
    parse_mixed_layers,
    parse_named_amount,
    parse_seeds,
)
from generator.recipe.layers import MAX_LAYER, Layers
from generator.recipe.recipe import MAX_SEED

seeds = st.integers(0, MAX_SEED)
amounts = st.floats(-1000, 1000)
layers = st.sets(st.integers(0, MAX_LAYER), min_size=1).map(Layers.of) | st.just(Layers.ALL)
names = st.text(min_size=1).map(str.strip).filter(bool)


def test_seeds_are_numbers_and_ranges_in_the_order_written() -> None:
    assert parse_seeds("1,5-9") == (1, 5, 6, 7, 8, 9)
    assert parse_seeds("7, 3,3") == (7, 3, 3)
    assert parse_seeds(f"{MAX_SEED}") == (MAX_SEED,)


def test_layers_and_weight_have_the_meaning_of_the_help() -> None:
    assert parse_component_amount("3=-2@0-7") == ComponentAmount(3, -2.0, Layers.of([*range(8)]))
    assert parse_component_amount("3=-2") == ComponentAmount(3, -2.0, Layers.ALL)
    assert parse_mixed_layers("85@7-13:0.5") == MixedLayers(85, Layers.span(7, 13), 0.5)
    assert parse_mixed_layers("85@7") == MixedLayers(85, Layers.of([7]), 1.0)
    assert parse_component_amount("3=-2@0-7,10").layers.indices(14) == [*range(8), 10]
    assert parse_named_amount("age=1.5") == NamedAmount("age", 1.5)
    assert parse_named_amount("a@b=1.5@0,2-3") == NamedAmount("a@b", 1.5, Layers.of([0, 2, 3]))


@given(st.lists(seeds, min_size=1, max_size=20))
def test_any_list_of_seeds_reads_back(numbers: list[int]) -> None:
    assert parse_seeds(",".join(map(str, numbers))) == tuple(numbers)


@given(seeds, st.integers(0, 200))
def test_a_range_of_seeds_counts_both_ends(first: int, length: int) -> None:
    last = min(first + length, MAX_SEED)
    assert parse_seeds(f"{first}-{last}") == tuple(range(first, last + 1))


@given(layers)
def test_layers_read_back(value: Layers) -> None:
    assert parse_layers(str(value)) == value


@given(st.builds(NamedAmount, names, amounts, st.none() | layers))
def test_a_named_amount_reads_back(value: NamedAmount) -> None:
    assert parse_named_amount(str(value)) == value


@given(st.builds(ComponentAmount, st.integers(0, 511), amounts, layers))
def test_a_component_amount_reads_back(value: ComponentAmount) -> None:
    assert parse_component_amount(str(value)) == value


@given(st.builds(MixedLayers, seeds, layers, st.floats(0, 1)))
def test_mixed_layers_read_back(value: MixedLayers) -> None:
    assert parse_mixed_layers(str(value)) == value


@given(
    st.sampled_from([parse_seeds, parse_layers, parse_named_amount, parse_component_amount, parse_mixed_layers]),
    st.text(alphabet="0123456789-,=@:.eE+_ anif²٣", max_size=12),
)
def test_any_text_is_read_or_refused_with_one_sentence(parse: Callable[[str], Any], text: str) -> None:
    try:
        parse(text)
    except NotationError as error:
        sentence = str(error)
        assert sentence.endswith(".")
        assert "\n" not in sentence


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_seeds, ""),
        (parse_seeds, "1,"),
        (parse_seeds, "9-5"),
        (parse_seeds, "-1"),
        (parse_seeds, "4294967296"),
        (parse_seeds, "0-4294967295"),
        (parse_seeds, "0x10"),
        (parse_layers, "7-4"),
        (parse_layers, "100"),
        (parse_layers, "1,"),
        (parse_layers, "0-7,,10"),
        (parse_layers, ",".join(["7"] * 1_000_000)),
        (parse_named_amount, "age=2@"),
        (parse_named_amount, "age"),
        (parse_named_amount, "=2"),
        (parse_named_amount, "age=nan"),
        (parse_named_amount, "age=1001"),
        (parse_component_amount, "age=2"),
        (parse_component_amount, "-1=2"),
        (parse_component_amount, "1=2@"),
        (parse_mixed_layers, "85"),
        (parse_mixed_layers, "85@7-13:1.5"),
        (parse_mixed_layers, "85@7-13:"),
    ],
)
def test_what_makes_no_sense_is_refused(parse: Callable[[str], Any], text: str) -> None:
    with pytest.raises(NotationError):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        ",".join(["7"] * 2_000_000),
        "0-99999999",
        ",".join(["0-4294967295"] * 1000),
        ",".join(["1-99999", "5", "5"]),
        ",".join(["7"] * (MAX_SEEDS + 1)),
    ],
    ids=["equal", "range", "ranges", "one-too-many", "one-too-many-equal"],
)
def test_very_many_seeds_are_counted_without_a_list_of_them(text: str) -> None:
    tracemalloc.start()
    start = process_time()
    with pytest.raises(NotationError, match=rf"has more than {MAX_SEEDS} seeds; ask for fewer at a time\.$") as caught:
        parse_seeds(text)
    seconds, (_, peak) = process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 2
    assert peak < 2_000_000
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("text", ["7" * 4_000_000, "x" * 4_000_000, "-" + "7" * 4_000_000, "9-" + "0" * 4_000_000])
def test_a_seed_of_megabytes_is_refused_with_a_short_sentence(text: str) -> None:
    start = process_time()
    with pytest.raises(NotationError) as caught:
        parse_seeds(text)
    assert process_time() - start < 1
    assert len(str(caught.value)) < 200


def test_as_many_seeds_as_are_allowed_are_read() -> None:
    assert parse_seeds(f"0-{MAX_SEEDS - 1}") == tuple(range(MAX_SEEDS))
    assert parse_seeds("5,5,6-7", most=4) == (5, 5, 6, 7)
    with pytest.raises(NotationError, match="more than 3 seeds"):
        parse_seeds("5,5,6-7", most=3)
