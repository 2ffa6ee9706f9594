"""Tables of a character's states."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

import weights
from generator.errors import WishError
from generator.recipe.direction_files import load_library
from generator.wishes.states import STATES, State, parse_states


def test_the_states_that_ship_are_directions_of_the_shipped_model() -> None:
    names = {entry.name for entry in load_library(weights.FACES.with_suffix(".directions.json")).entries}
    assert {direction for state in STATES for direction, _ in state.amounts} <= names
    assert len({state.name for state in STATES}) == len(STATES)


def test_lines_and_json_say_the_same() -> None:
    lines = "# mine\nneutral\n sly , smile = 1 , gaze=-2.5 # a comment\n\n"
    assert parse_states(lines) == parse_states('{"neutral": {}, "sly": {"smile": 1, "gaze": -2.5}}')
    assert parse_states(lines) == (State("neutral"), State("sly", (("smile", 1.0), ("gaze", -2.5))))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The table has 0 states"),
        ("sly,smile", "'smile' of the state 'sly' is no amount"),
        ("sly,smile=much", "'much' of the state 'sly' is no number"),
        ("sly,smile=nan", "is no number"),
        ("sly,smile=900", "not in -100..100"),
        ("sly,smile=1,smile=2", "a direction twice"),
        ("sly\nsly", "'sly' is in the table twice"),
        (",smile=1", "no name of a state"),
        ("{", "not valid JSON"),
        ("[1]", "not of the form"),
        ('{"sly": {"smile": true}}', "is no number"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(WishError, match=sentence):
        parse_states(text)


@given(st.text() | st.text('{}[]":,1e9=\nab').map("{{{}".format))
def test_whatever_is_written_gives_states_or_a_sentence(text: str) -> None:
    with suppress(WishError):
        parse_states(text)
