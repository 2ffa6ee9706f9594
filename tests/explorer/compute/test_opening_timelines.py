"""Opening a timeline, from its own file or from a video, and what is said of one that cannot be shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.messages import TimelineMade
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import to_json
from generator.recipe.recipe import LatentSource, Recipe, SeedSource
from tests.support.controller_rig import Rig

FAKE = "f" * 64  # hash of the rig's model


def faces(model: str = FAKE) -> Timeline:
    return Timeline().with_face(Recipe(model, SeedSource(1)), "one").with_face(Recipe(model, SeedSource(2)))


@pytest.fixture
def made(rig: Rig) -> list[TimelineMade]:
    seen: list[TimelineMade] = []
    rig.controller.timeline_made.connect(seen.append)
    return seen


def written(folder: Path, timeline: Timeline) -> str:
    path = folder / "walk.timeline.json"
    path.write_text(to_json(timeline), encoding="utf-8")
    return str(path)


def test_a_timeline_is_read_from_its_file(qtbot: QtBot, rig: Rig, made: list[TimelineMade], tmp_path: Path) -> None:
    rig.controller.open_file(written(tmp_path, faces()))
    qtbot.waitUntil(lambda: bool(made))
    assert made == [TimelineMade(faces(), FAKE, "opened")]
    assert rig.failures == []


def test_a_timeline_of_another_model_is_refused(
    qtbot: QtBot, rig: Rig, made: list[TimelineMade], tmp_path: Path
) -> None:
    rig.controller.open_file(written(tmp_path, faces("e" * 64)))
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert "another model" in rig.failures[0].sentence
    assert made == []


def test_a_timeline_whose_faces_have_other_sizes_is_refused(
    qtbot: QtBot, rig: Rig, made: list[TimelineMade], tmp_path: Path
) -> None:
    stored = LatentSource.from_array("w", np.zeros((1, 512), np.float32))
    rig.controller.open_file(written(tmp_path, Timeline().with_face(Recipe("", stored))))
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert made == []


def test_a_timeline_opened_before_there_is_a_model_is_shown_with_the_first_one(
    qtbot: QtBot, idle: Rig, tmp_path: Path
) -> None:
    seen: list[TimelineMade] = []
    idle.controller.timeline_made.connect(seen.append)
    idle.controller.open_file(written(tmp_path, faces()))
    qtbot.waitUntil(lambda: idle.states[-1:] == [None])
    idle.controller.load_model("fake")
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0].timeline == faces()


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "a.timeline.json"])
def test_what_only_looks_like_one_is_refused_with_a_sentence(
    qtbot: QtBot, rig: Rig, made: list[TimelineMade], tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"\0" * 100)
    rig.controller.open_file(str(tmp_path / name))
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert name in rig.failures[0].sentence
    assert made == []
