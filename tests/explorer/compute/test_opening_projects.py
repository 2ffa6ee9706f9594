"""A project is recognised before anything else: by its name, or by its first bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from generator.project.project import Project
from generator.project.recognise import looks_like_project
from tests.support.controller_rig import Rig


@pytest.mark.parametrize("name", ["faces.outis", "FACES.OUTIS", "renamed.pkl"])
def test_a_project_is_handed_to_the_library_also_before_a_model_is_open(
    qtbot: QtBot, idle: Rig, tmp_path: Path, name: str
) -> None:
    Project.open(tmp_path / "made.outis", create=True).close()
    path = (tmp_path / "made.outis").rename(tmp_path / name)
    with qtbot.waitSignal(idle.controller.project_found) as found:
        idle.controller.open_file(str(path))
    assert found.args == [str(path)]


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + bytes(100), b"PK"])
def test_other_files_are_no_projects(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert not looks_like_project(path)
    assert not looks_like_project(tmp_path)
    assert not looks_like_project("a\0b")
