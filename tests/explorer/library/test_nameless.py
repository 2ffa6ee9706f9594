"""The library without a name: one for each window, and everything that earlier windows and versions have left."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.library.kept_sessions import read_sessions, write_recipes, write_stored
from explorer.library.library import Library
from explorer.library.nameless import open_nameless
from explorer.messages import SavedSession
from generator.project.face import Face, Place
from generator.project.look import take
from generator.project.project import Project
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation
from generator.recipe.recipe_json import to_dict
from generator.storage.atomic import claim
from tests.support.library_fixtures import keep

MODEL = "a" * 64
EDITED = Recipe(MODEL, SeedSource(7), Truncation(0.3))
STORED = (SeedSource(1), LatentSource.from_array("w+", np.ones((14, 8), np.float32), "mine"))


@pytest.fixture
def folder(isolated_user_folders: Path) -> Path:
    made = isolated_user_folders / "data" / "outis"
    (made / "sessions").mkdir(parents=True)
    return made


def old_session(recipe: Recipe = EDITED) -> dict[str, Any]:
    """As an older Outis wrote it."""
    return {"recipe": to_dict(recipe), "stored": [to_dict(Recipe(source=source)) for source in STORED]}


def write_old(folder: Path, values: Any, name: str = f"{MODEL}.json") -> Path:
    path = folder / "sessions" / name
    path.write_text(values if isinstance(values, str) else json.dumps(values))
    return path


def sessions() -> dict[str, SavedSession]:
    """What the next window finds."""
    project = open_nameless()
    try:
        return read_sessions(project)
    finally:
        project.close()


def test_the_sessions_of_an_older_outis_are_taken_over_once(folder: Path) -> None:
    path = write_old(folder, old_session())
    assert sessions() == {MODEL: SavedSession(EDITED, STORED)}
    assert not path.exists()
    assert json.loads(path.with_suffix(".taken-over").read_text()) == old_session()
    project = open_nameless()
    assert [face.recipe for face in project.faces()] == [EDITED]
    assert project.faces()[0].place is Place.HISTORY
    project.close()


def test_both_windows_of_one_model_are_there_again_after_taking_them_over(folder: Path) -> None:
    second = replace(EDITED, source=SeedSource(8))
    write_old(folder, old_session())
    write_old(folder, old_session(second), f"{MODEL}-2.json")
    assert sessions() == {MODEL: SavedSession(EDITED, STORED)}
    project = open_nameless()
    assert {face.recipe for face in project.faces()} == {EDITED, second}
    project.close()


def test_a_session_that_an_older_outis_is_using_stays_its_own(folder: Path) -> None:
    path = write_old(folder, old_session())
    lock = claim(path.with_suffix(".lock"))
    assert lock is not None
    assert sessions() == {}
    lock.close()
    assert sessions() == {MODEL: SavedSession(EDITED, STORED)}


@pytest.mark.parametrize("change", ["cut", "empty", "[]", "version", "nested", "50,000 faces"])
def test_an_old_session_that_is_damaged_is_moved_aside(folder: Path, change: str) -> None:
    text = json.dumps(old_session())
    many = json.dumps({**old_session(), "stored": [old_session()["stored"][0]] * 50_000})
    changed = {
        "cut": text[:-20],
        "empty": "",
        "[]": "[]",
        "version": text.replace('"version": 1', '"version": 9'),
        "nested": "[" * 100_000,
        "50,000 faces": many,
    }
    path = write_old(folder, changed[change])
    assert sessions() == {}
    assert path.with_suffix(".damaged").read_text() == changed[change]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_or_a_device_in_place_of_an_old_session_counts_as_none(folder: Path, kind: str) -> None:
    path = folder / "sessions" / f"{MODEL}.json"
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert sessions() == {}


def test_a_second_window_has_a_library_of_its_own_and_the_next_one_alone_has_both(folder: Path) -> None:
    first, second = open_nameless(), open_nameless()
    assert [first.path.name, second.path.name] == ["library.outis", "library-2.outis"]
    assert not second.read_only
    first.put([Face.of(1, EDITED, name="first", place=Place.TABLE)])
    second.put([Face.of(1, EDITED, name="parent"), Face.of(2, EDITED, name="child", parent=1)])
    second.set_thumbnails({2: b"webp"})
    second.put_look(take("fair", EDITED))
    write_recipes(second, {MODEL: EDITED})
    write_stored(second, {MODEL: STORED})
    first.close()
    second.close()
    alone = open_nameless()
    faces = {face.name: face for face in alone.faces()}
    assert set(faces) == {"first", "parent", "child"}
    assert faces["child"].parent == faces["parent"].id
    assert alone.thumbnails([faces["child"].id]) == {faces["child"].id: b"webp"}
    assert [look.name for look in alone.looks()] == ["fair"]
    assert read_sessions(alone) == {MODEL: SavedSession(EDITED, STORED)}
    alone.close()
    assert [path.name for path in folder.glob("library*")] == ["library.outis"]


def test_an_untouched_second_window_leaves_the_session_of_the_first(folder: Path) -> None:
    first = open_nameless()
    write_recipes(first, {MODEL: EDITED})
    second = open_nameless()
    assert read_sessions(second) == {}
    write_recipes(second, {MODEL: Recipe(MODEL, SeedSource(7))})
    for window in (first, second):
        window.close()
    assert sessions()[MODEL].recipe == EDITED


def test_two_windows_are_both_as_they_were_while_both_are_open(folder: Path) -> None:
    windows = open_nameless(), open_nameless()
    for seed, window in enumerate(windows):
        write_recipes(window, {MODEL: replace(EDITED, source=SeedSource(seed))})
    assert [read_sessions(window)[MODEL].recipe.source for window in windows] == [SeedSource(0), SeedSource(1)]
    for window in windows:
        window.close()


def test_a_folder_that_cannot_be_written_loses_only_the_memory(isolated_user_folders: Path, qtbot: QtBot) -> None:
    isolated_user_folders.mkdir(parents=True, exist_ok=True)
    (isolated_user_folders / "data").write_text("a file where the folder should go")
    library = Library()
    with qtbot.waitSignal(library.failed):
        library.open_nameless()
    face = keep(library, EDITED)
    assert library.faces(Place.TABLE) == (face,)
    library.close()


def test_a_library_of_a_newer_outis_is_left_alone_and_another_one_used(folder: Path) -> None:
    Project.open(folder / "library.outis", create=True).close()
    with sqlite3.connect(folder / "library.outis") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (folder / "library.outis").read_bytes()
    project = open_nameless()
    assert project.path.name == "library-2.outis"
    assert project.notice.endswith("Update Outis.")
    project.close()
    assert (folder / "library.outis").read_bytes() == before


def test_what_comes_back_of_a_damaged_library_takes_its_place(folder: Path) -> None:
    project = open_nameless()
    project.put([Face.of(id, EDITED, name=f"face {id}") for id in range(1, 300)])
    project.close()
    path = folder / "library.outis"
    whole = path.read_bytes()
    damaged = whole[: len(whole) // 3] + bytes(len(whole) // 3) + whole[2 * len(whole) // 3 :]
    path.write_bytes(damaged)
    again = open_nameless()
    assert again.path.name == "library.outis"
    assert again.notice
    count = len(again.faces())
    assert count > 20
    again.close()
    assert (folder / "library.damaged").read_bytes() == damaged
    third = open_nameless()
    assert (len(third.faces()), third.notice) == (count, "")
    third.close()
