"""Timelines as JSON: what is written is read again, and anything else is refused with one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MotionError
from generator.motion.timeline import Key, Keyframe, Lane, Timeline
from generator.motion.timeline_json import MAX_CHARACTERS, from_json, to_json
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, pack
from tests.support.bounds import bounded
from tests.support.fuzzing import json_values, with_value
from tests.support.recipe_strategies import large_recipe
from tests.support.timelines import timelines

VECTOR = Direction("smile", pack(np.arange(512, dtype=np.float32)))
FACE = Recipe(directions=(DirectionEdit(VECTOR, 1.5),))
LANES = (Lane("direction", (Key(0, 1), Key(1, 2)), VECTOR), Lane("x", (Key(1, 1),)))
TIMELINE = Timeline((Keyframe(0, FACE, "Anna"), Keyframe(1, FACE)), LANES, duration=2, beats=90, sound="a.mp3")
TEXT = to_json(TIMELINE)


@given(timeline=timelines())
def test_a_timeline_is_read_as_it_was_written(timeline: Timeline) -> None:
    assert from_json(to_json(timeline)) == timeline


def test_a_vector_is_written_once() -> None:
    assert TEXT.count('"directions": [{"name": "smile", "vector": "0"') == 3
    assert len(json.loads(TEXT)["vectors"]) == 1


def readable(text: str) -> Timeline | None:
    try:
        return from_json(text)
    except MotionError:
        return None


@given(value=json_values, place=st.integers(0, 1000))
def test_a_timeline_with_any_value_in_any_place_is_read_or_refused(value: object, place: int) -> None:
    timeline = readable(with_value(TEXT, value, place))
    assert timeline is None or from_json(to_json(timeline)) == timeline


@given(values=json_values)
def test_any_other_json_is_refused(values: object) -> None:
    with pytest.raises(MotionError, match="is not a timeline of Outis"):
        from_json(json.dumps(values))


def changed(before: str, after: str) -> Callable[[], str]:
    """The text of the timeline with `after` in place of `before`."""
    assert before in TEXT
    return lambda: TEXT.replace(before, after)


EDIT = '{"name": "a", "vector": "0", "first": 0, "last": 1, "amount": 1}'
HOSTILE: dict[str, tuple[Callable[[], str], str]] = {
    "nothing": (lambda: "", "not valid JSON"),
    "half": (lambda: TEXT[: len(TEXT) // 2], "not valid JSON"),
    "nested deeply": (lambda: "[" * 1_000_000, "not valid JSON"),
    "nested deeply inside": (changed('"sound": "a.mp3"', '"sound": ' + '{"a":' * 5_000), "not valid JSON"),
    "longer than any": (lambda: " " * (MAX_CHARACTERS + 1), "at most 64000000"),
    "spaces": (lambda: " " * MAX_CHARACTERS, "not valid JSON"),
    "a later version": (changed('"version": 1, "duration"', '"version": 9, "duration"'), "version 9"),
    "a number without end": (changed('"beats": 90', '"beats": ' + "1" * 10_000), "not valid JSON|too large"),
    "a number beyond floats": (changed('"beats": 90', '"beats": 1e400'), "is not a number"),
    "no number": (changed('"duration": 2', '"duration": NaN'), "is not a number"),
    "a word for a number": (changed('"duration": 2', '"duration": "2"'), "is not a number"),
    "true for a number": (changed('"duration": 2', '"duration": true'), "is not a number"),
    "a number for true": (changed('"loop": false', '"loop": 0'), "'loop' is int, not bool"),
    "half a character": (changed('"a.mp3"', r'"\ud800"'), "not Unicode text"),
    "an unknown field": (changed('"loop": false', '"loop": false, "colour": 1'), "'colour' is missing or unknown"),
    "a missing field": (changed('"loop": false, ', ""), "'loop' is missing or unknown"),
    "a vector that is not there": (changed('"vector": "0"', '"vector": "7"'), "Face 1 of the timeline"),
    "a vector by a strange number": (changed('"vector": "0"', '"vector": "-1"'), "Face 1 of the timeline"),
    "two directions of a lane": (
        lambda: TEXT[: TEXT.index('"lanes"')] + TEXT[TEXT.index('"lanes"') :].replace("[{", "[" + EDIT + ", {", 2),
        "'a'|2 directions|missing",
    ),
    "a lane that is a word": (changed('"lanes": [', '"lanes": ["x", '), "a lane is str, not an object"),
    "a key with two values": (changed('[1, 1, "linear"]', "[1, 1]"), "a key is not"),
    "a curve with three numbers": (changed('[1, 1, "linear"]', "[1, 1, [0, 0, 1]]"), "four numbers"),
    "100,000 faces": (changed('"faces": [', '"faces": [' + "{}," * 100_000), "at most 1000 are possible"),
    "11,000 keys": (changed('[1, 1, "linear"]', ",".join(['[1, 1, "linear"]'] * 11_000)), "at most 10000 are possible"),
    "15 million numbers": (changed('"lanes": [', '"lanes": [' + "1.5," * 15_000_000), "more values than any"),
    "900,000 numbers": (changed('"lanes": [', '"lanes": [' + "1.5," * 900_000), "at most 64 are possible"),
    "a million vectors": (changed('"vectors": [', '"vectors": [' + '"", ' * 999_000), "Face 1 of the timeline"),
    "60,000 directions": (
        changed('"directions": [{', '"directions": [' + f"{EDIT}," * 30_000 + "{"),
        "60002 directions; at most 50000 are possible",
    ),
    "many lanes of many keys": (
        changed(
            '"lanes": [',
            '"lanes": ['
            + (
                '{"kind":"x","off":true,"direction":null,"keys":['
                + ",".join(f'[{i},1,"in"]' for i in range(3000))
                + "]},"
            )
            * 60,
        ),
        "180003 keys; at most 10000 are possible",
    ),
    "faces without end": (changed('"time": 1, ', '"time": Infinity, '), "is not a number"),
    "faces in disorder": (changed('"time": 0, ', '"time": 1.5, '), "each needs a later time"),
    "a recipe of something else": (changed('"outis-recipe"', '"recipe"'), "Face 1 of the timeline: This JSON is not"),
    "a pace that is no base64": (changed('"pace": ""', '"pace": "?"'), "not base64"),
    "a pace of three bytes": (changed('"pace": ""', '"pace": "AAAA"'), "pace of the timeline is damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_soon_and_in_one_sentence(name: str) -> None:
    make, sentence = HOSTILE[name]
    text = make()
    with bounded(), pytest.raises(MotionError, match=sentence) as refusal:
        from_json(text)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 1500


def test_what_would_be_too_long_to_read_is_not_written() -> None:
    edits = tuple(DirectionEdit(VECTOR, 1.0) for _ in range(10_000))
    faces = tuple(Keyframe(time, Recipe(directions=edits)) for time in range(6))
    with pytest.raises(MotionError, match="too long for a file"):
        to_json(Timeline(faces, duration=6))


def test_a_long_timeline_of_large_faces_is_read_again() -> None:
    recipe = large_recipe()
    faces = tuple(Keyframe(time / 10, replace(recipe, directions=recipe.directions[:8])) for time in range(1000))
    timeline = Timeline(faces, duration=100)
    assert from_json(to_json(timeline)) == timeline
