"""A library on a project in memory."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from explorer.library.library import Library
from explorer.library.project_thread import ProjectThread
from tests.support.fake_project import FakeProject


def library_on(qtbot: QtBot, project: FakeProject | None = None) -> Library:
    """It, with the faces of `project`."""
    made = Library(ProjectThread(("model", "picture of"), retry_seconds=1000.0))
    switch_to(qtbot, made, project or FakeProject())
    return made


def switch_to(qtbot: QtBot, library: Library, project: Any) -> None:
    """Open `project` as `Library.open` does."""
    with qtbot.waitSignal(library.opened):
        library._ask(lambda: library._thread.open(lambda: project))
