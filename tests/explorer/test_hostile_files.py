"""What the window reads of the user's own: damaged files count as none or are told in a sentence, at once."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import QByteArray

from explorer.compute.training_reader import ReadRun, ReadSamples
from explorer.library.nameless import open_nameless
from explorer.settings import Settings
from generator.formats.image_chunks import PNG_SIGNATURE
from generator.progress import finish
from generator.project.project import Project
from generator.recipe.recipe import LatentSource, Recipe, SeedSource, Truncation
from generator.recipe.recipe_json import to_dict
from tests.generator.formats.test_hostile_pictures import chunk, compressed_text
from tests.support.bounds import bounded
from tests.support.effort import tries
from tests.support.fuzzing import damage, json_values, refusal, with_value
from tests.support.mutations import PLAIN, mutated_chunk, mutated_json
from tests.support.training_window_fixtures import SAMPLES, SNAPSHOT, START, STEP

MODEL = "a" * 64
EDITED = Recipe(MODEL, SeedSource(7), Truncation(0.3))


def some_settings(folder: Path) -> Path:
    made = Settings(folder / "settings.json")
    made.add_recent("/a.pkl")
    made.add_recent_training("/run")
    made.last_folder, made.geometry = str(folder), QByteArray(b"abc")
    return folder / "settings.json"


def use_settings(path: Path) -> None:
    read = Settings(path)
    for name in ("recent", "export_folder", "recent_trainings", "hint_seen", "last_folder", "geometry", "docks"):
        getattr(read, name)
    read.add_recent("/b.png")


def a_session(folder: Path) -> Path:
    """As an older Outis kept it."""
    stored = [to_dict(Recipe(source=LatentSource.from_array("w+", np.ones((14, 8), np.float32), "x")))]
    path = Path(os.environ["XDG_DATA_HOME"]) / "outis" / "sessions" / f"{MODEL}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"recipe": to_dict(EDITED), "stored": stored}))
    return path


def use_session(path: Path) -> None:
    open_nameless().close()


def a_journal(folder: Path) -> Path:
    (folder / "journal.jsonl").write_text(
        "".join(f"{json.dumps(event)}\n" for event in (START, STEP, SAMPLES, SNAPSHOT))
    )
    return folder / "journal.jsonl"


def use_journal(path: Path) -> None:
    read = finish(ReadRun(str(path.parent)).run(None))  # type: ignore[arg-type]
    read.history.status(training=True)
    assert "\n" not in read.error


def samples(folder: Path) -> Path:
    Image.new("RGB", (6, 4), (1, 2, 3)).save(folder / "a.png")
    return folder / "a.png"


def use_samples(path: Path) -> None:
    read = finish(ReadSamples(str(path)).run(None))  # type: ignore[arg-type]
    assert (read.pixels is None) == bool(read.error)
    assert "\n" not in read.error


Kind = tuple[Callable[[Path], Path], Callable[[Path], None]]
KINDS: dict[str, Kind] = {
    "settings": (some_settings, use_settings),
    "session": (a_session, use_session),
    "journal": (a_journal, use_journal),
    "samples": (samples, use_samples),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_counts_as_none_or_is_told(name: str, tmp_path: Path) -> None:
    make, use = KINDS[name]
    special = {"samples": mutated_chunk, "journal": PLAIN[0]}.get(name, mutated_json)
    damage(use, make(tmp_path), [*PLAIN, special, special, special], 150)


@pytest.mark.parametrize("name", ["settings", "session"])
def test_any_value_in_any_place_counts_as_none_or_is_told(name: str, tmp_path: Path) -> None:
    make, use = KINDS[name]
    path = make(tmp_path)
    good = path.read_text()

    @settings(max_examples=tries(50), suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(value=json_values, place=st.integers(0, 10_000))
    def check(value: object, place: int) -> None:
        path.write_text(with_value(good, value, place))
        refusal(use, path)

    check()


@given(value=json_values, event=st.sampled_from([START, STEP, SAMPLES, SNAPSHOT]), place=st.integers(0, 100))
@settings(max_examples=tries(50), suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_any_value_in_a_journal_is_read_or_left_out(
    value: object, event: dict[str, object], place: int, tmp_path: Path
) -> None:
    (tmp_path / "journal.jsonl").write_text(json.dumps(START) + "\n" + with_value(json.dumps(event), value, place))
    use_journal(tmp_path / "journal.jsonl")


@pytest.mark.parametrize("name", KINDS)
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(name: str, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    make, use = KINDS[name]
    path = make(tmp_path)
    path.unlink()
    os.mkfifo(path)
    use(path)


def test_a_lock_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    path = a_session(tmp_path)
    for lock in (path.with_suffix(".lock"), tmp_path / "settings.lock"):
        lock.unlink(missing_ok=True)
        os.mkfifo(lock)
    use_session(path)
    assert not path.exists()  # it was taken over nevertheless
    use_settings(some_settings(tmp_path))


@pytest.mark.parametrize("stored", ["50,000 faces", "5 million lists"])
def test_a_session_with_endless_stored_faces_counts_as_none(stored: str, tmp_path: Path) -> None:
    path = a_session(tmp_path)
    values = json.loads(path.read_text())
    values["stored"] = [values["stored"][0]] * 50_000 if stored == "50,000 faces" else [[]] * 5_000_000
    path.write_text(json.dumps(values))
    project = open_nameless_bounded()
    assert project.faces() == []
    project.close()


def open_nameless_bounded() -> Project:
    with bounded():
        return open_nameless()


def test_a_journal_of_endless_lines_is_read_in_short_steps_and_little_memory(tmp_path: Path) -> None:
    long = json.dumps({**SAMPLES, "path": "a" * 100_000})
    (tmp_path / "journal.jsonl").write_text(json.dumps(START) + "\n" + f"{long}\n" * 500)
    steps = 0
    with bounded(seconds=10):
        for _ in ReadRun(str(tmp_path)).run(None):  # type: ignore[arg-type]
            steps += 1
    assert steps > 40


def test_samples_whose_texts_and_profiles_unpack_to_gigabytes_are_shown_without_them(tmp_path: Path) -> None:
    whole, packed = samples(tmp_path).read_bytes(), zlib.compress(bytes(1_000_000), 9)
    text = zlib.compress(bytes(15_000_000), 9)
    texts = b"".join(compressed_text(f"t{i}", text) for i in range(200))
    profiles = chunk(b"iCCP", b"x\0\0" + packed) * 3_000
    (tmp_path / "a.png").write_bytes(whole[:33] + texts + profiles + whole[33:])
    assert whole.startswith(PNG_SIGNATURE)
    with bounded():
        read = finish(ReadSamples(str(tmp_path / "a.png")).run(None))  # type: ignore[arg-type]
    assert read.pixels is not None
    assert read.pixels.shape == (4, 6, 3)
