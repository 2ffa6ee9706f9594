"""Direction libraries: what ships, what the user adds, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.attributes.goals import goal_of
from generator.errors import DirectionError
from generator.networks import Generator
from generator.recipe.direction_files import (
    kept_of,
    library_of,
    load_library,
    mine,
    mine_path,
    save_library,
    save_mine,
    user_folder,
)
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.directions_json import from_json, to_json
from generator.recipe.layers import Layers
from generator.recipe.recipe import Direction, Target, pack
from tests.support.recipe_strategies import directions


def named(name: str, value: float = 1, w_dim: int = 4, title: str = "Title") -> NamedDirection:
    direction = Direction(name, pack(np.full(w_dim, value, np.float32)), Layers.span(2, 5))
    return NamedDirection(direction, title, "less", "more", "what was measured", (("age", 2.5), ("yaw", -0.25)))


LIBRARY = DirectionLibrary("abc", (named("age", 0.1), named("yaw", -2.5)), "made by a test")
FULL = replace(
    LIBRARY.entries[0],
    direction=Direction(
        "age", pack(np.ones(12, np.float32)), Layers.of([0, 2]), 3, Target(pack(np.ones(4, "f4")), -20)
    ),
    group="People",
    colour="#3daee9",
    note="mine\nalone",
    locked=True,
    hidden=True,
    origin="file age.npy",
    identity=0.25,
    limits=(-2.5, 3.0),
)


def changed(**changes: Any) -> str:
    return json.dumps({**json.loads(to_json(LIBRARY)), **changes})


def entry_changed(**changes: Any) -> str:
    values = json.loads(to_json(LIBRARY))
    values["directions"][0].update(changes)
    return json.dumps(values)


def first_version(**changes: Any) -> str:
    """The library as version 1 says it."""
    values = json.loads(to_json(LIBRARY)) | {"version": 1}
    later = (
        "layers",
        "rows",
        "target",
        *("group", "colour", "note", "locked", "hidden", "origin", "identity", "limits"),
    )
    for entry in values["directions"]:
        for name in later:
            del entry[name]
        entry.update(first=2, last=5)
    values["directions"][0].update(changes)
    return json.dumps(values)


def test_version_1_is_read_and_version_2_says_all() -> None:
    assert from_json(first_version()) == LIBRARY
    library = DirectionLibrary("abc", (FULL, named("yaw")))
    assert from_json(to_json(library)) == library


@given(directions().filter(lambda direction: direction.name), st.floats(0, 10), st.floats(-9, 0), st.floats(0, 9))
def test_any_direction_comes_back(direction: Direction, identity: float, low: float, high: float) -> None:
    library = DirectionLibrary("a", (replace(FULL, direction=direction, identity=identity, limits=(low, high)),))
    assert from_json(to_json(library)) == library


def names_of(library: DirectionLibrary) -> list[str]:
    return [entry.name for entry in library.entries]


def test_entries_are_added_replaced_removed_and_renamed() -> None:
    library = LIBRARY.with_entry(named("hat")).with_entry(FULL)
    assert names_of(library) == ["age", "yaw", "hat"]
    assert library.find("age") == FULL
    assert names_of(library.without("yaw")) == ["age", "hat"]
    renamed = library.renamed("age", "wisdom")
    assert names_of(renamed) == ["wisdom", "yaw", "hat"]
    assert (renamed.find("wisdom").title, renamed.find("wisdom").note) == ("Wisdom", FULL.note)
    assert library.renamed("age", "age").find("age").title == "Age"


def test_an_edit_is_done_to_another_library_as_far_as_it_changed_something() -> None:
    hat, scar, grin = named("hat"), named("scar"), named("grin")
    library, before = DirectionLibrary("abc", (hat, scar)), (scar, hat, named("yaw"))
    assert names_of(library.changed(before, before)) == ["scar", "hat"]
    assert library.changed(before, (*before, grin)).entries == (scar, hat, grin)
    assert library.changed(before, before[1:]).entries == (hat,)
    noted = replace(scar, note="new")
    assert library.changed(before, (noted, *before[1:])).entries == (noted, hat)
    assert library.changed((hat,), ()).entries == (scar,)


def test_a_wrong_name_says_which_was_meant_and_nothing_is_renamed_over_another() -> None:
    for change in (LIBRARY.without, lambda name: LIBRARY.renamed(name, "x")):
        with pytest.raises(DirectionError, match="did you mean age"):
            change("aje")
    with pytest.raises(DirectionError, match="a direction 'yaw' already"):
        LIBRARY.renamed("age", "yaw")


def test_an_entry_tells_its_own_effect_from_the_largest_others() -> None:
    entry = replace(named("age"), effects=(("yaw", -0.2), ("age", 2.5), ("hair", 0.1), ("smile", -0.9)))
    assert (entry.effect, entry.others(2)) == (2.5, (("smile", -0.9), ("yaw", -0.2)))
    assert (named("hat").effect, named("hat").others(1)) == (None, (("age", 2.5),))


def test_the_users_library_is_kept_by_model_and_never_written_over_unread() -> None:
    assert mine("abc") == DirectionLibrary("abc")
    save_mine(LIBRARY)
    assert mine("abc") == LIBRARY
    assert library_of("abc") == kept_of("abc") == LIBRARY
    assert library_of("abc", kept=False) == DirectionLibrary("abc")
    mine_path("abc").write_text(to_json(DirectionLibrary("other")))
    with pytest.raises(DirectionError, match="belongs to the model other, not to abc"):
        mine("abc")
    mine_path("abc").write_text("{")
    with pytest.raises(DirectionError, match="not valid JSON"):
        mine("abc")


def test_a_library_comes_back_from_its_file(tmp_path: Path) -> None:
    save_library(LIBRARY, tmp_path / "x.directions.json")
    assert load_library(tmp_path / "x.directions.json") == LIBRARY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"format": "outis-recipe"}',
        "[" * 100_000,
        changed(version=3),
        changed(version=1),
        changed(model="\ud800"),
        changed(model=None),
        changed(directions={}),
        changed(directions=[1]),
        changed(extra=1),
        entry_changed(vector="!!!"),
        entry_changed(vector="AAA="),
        entry_changed(vector=""),
        entry_changed(vector=base64.b64encode(pack(np.full(4, np.nan, np.float32))).decode()),
        entry_changed(vector=base64.b64encode(pack(np.ones(5, np.float32))).decode()),
        entry_changed(layers="6-5"),
        entry_changed(layers="3-99,0"),
        entry_changed(layers=[0]),
        entry_changed(rows=True),
        entry_changed(rows=-1),
        entry_changed(rows=10**30),
        entry_changed(rows=3),
        entry_changed(target={}),
        entry_changed(target={"data": "AAAAAA==", "value": 1}),
        entry_changed(locked=1),
        entry_changed(hidden=None),
        entry_changed(colour="red"),
        entry_changed(colour="#3DAEE9"),
        entry_changed(note="\ud800"),
        entry_changed(identity="near"),
        entry_changed(identity=-1),
        entry_changed(identity=10**400),
        entry_changed(limits=[1]),
        entry_changed(limits=[2, 1]),
        entry_changed(limits=[-1e9, 1]),
        entry_changed(limits=["a", "b"]),
        first_version(first=True),
        first_version(first=-1),
        first_version(first=6),
        first_version(last=2.5),
        first_version(locked=True),
        entry_changed(name=""),
        entry_changed(name="yaw"),
        entry_changed(title=""),
        entry_changed(effects={"age": "much"}),
        entry_changed(effects={"age": 1e999}),
        entry_changed(effects={"\ud800": 1}),
        entry_changed(code="import os"),
    ],
)
def test_anything_else_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(DirectionError) as refused:
        from_json(text)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 300


@given(st.integers(0, len(to_json(LIBRARY)) - 1), st.characters(codec="utf-8"))
def test_one_changed_character_is_read_or_refused_but_never_crashes(place: int, character: str) -> None:
    text = to_json(LIBRARY)
    with contextlib.suppress(DirectionError):
        assert isinstance(from_json(text[:place] + character + text[place + 1 :]), DirectionLibrary)


def test_a_file_that_is_missing_or_not_text_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DirectionError, match="absent"):
        load_library(tmp_path / "absent.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DirectionError, match=r"binary\.json: the file is not text"):
        load_library(tmp_path / "binary.json")


def write_for_the_user(library: DirectionLibrary, name: str = "mine.directions.json") -> None:
    user_folder().mkdir(parents=True, exist_ok=True)
    save_library(library, user_folder() / name)


def test_the_users_directions_replace_those_of_the_same_name_and_follow_the_rest() -> None:
    write_for_the_user(LIBRARY, "a.directions.json")
    write_for_the_user(DirectionLibrary("abc", (named("yaw", 7), named("hat", 1))), "b.directions.json")
    found = library_of("abc")
    assert [entry.direction.name for entry in found.entries] == ["age", "yaw", "hat"]
    assert found.find("yaw").direction.array[0] == 7


def test_a_damaged_file_and_another_models_library_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    write_for_the_user(LIBRARY)
    write_for_the_user(DirectionLibrary("other", (named("hat"),)), "other.directions.json")
    (user_folder() / "bad.directions.json").write_text("{")
    assert [entry.direction.name for entry in library_of("abc").entries] == ["age", "yaw"]
    assert "bad.directions.json" in caplog.text


def test_an_unknown_direction_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DirectionError, match="it has: age, yaw"):
        LIBRARY.find("hat")


def test_the_shipped_model_has_its_directions(faces: Generator) -> None:
    library = library_of(faces.hash)
    names = [entry.direction.name for entry in library.entries]
    assert {"age", "yaw", "hair"} <= set(names)
    assert not any(entry.direction.misfit(faces.config.num_ws, faces.config.w_dim) for entry in library.entries)
    assert all(entry.direction.last < faces.config.num_ws for entry in library.entries)


def test_every_shipped_direction_states_an_effect_that_earns_its_name(faces: Generator) -> None:
    for entry in library_of(faces.hash).entries:
        moves = dict(entry.effects)
        own = moves.pop(entry.direction.name)
        goal = goal_of(entry.name)
        assert own >= goal.least
        assert all(abs(move) <= own * goal.side_effect(name) + 0.01 for name, move in moves.items())
        assert entry.identity is not None
        assert entry.limits is not None
        assert all((entry.low, entry.high, entry.description))


def test_using_directions_needs_neither_torch_nor_the_optional_packages() -> None:
    code = (
        "import sys; from generator.recipe.direction_files import library_of; library_of('x');"
        "assert not {'torch', 'dlib', 'onnxruntime', 'PySide6'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_library_that_is_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mine.json"
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    with pytest.raises(DirectionError, match="a device or a pipe, not a file"):
        load_library(path)
