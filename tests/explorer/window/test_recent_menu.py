"""The menu of what was opened last, in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from tests.support.window_fixtures import FakeController, shown


@pytest.fixture
def window(qtbot: QtBot, controller: FakeController) -> MainWindow:
    return shown(qtbot, Session(), controller, Notifier())


def entries(window: MainWindow) -> list[str]:
    window.recent.aboutToShow.emit()
    return [action.text() for action in window.recent.actions()]


def test_models_and_files_are_listed_together_the_latest_first(
    window: MainWindow, controller: FakeController, tmp_path: Path
) -> None:
    names = ("old.png", "new.json", "model & co.pkl")
    for name in names:
        (tmp_path / name).touch()
    old, new, model = (str(tmp_path / name) for name in names)
    Settings().add_recent(old)  # another window's
    controller.file_read.emit(new)
    controller.file_read.emit(model)
    assert entries(window) == [model.replace("&", "&&"), new, old, "faces.safetensors"]
    window.recent.actions()[1].trigger()
    assert controller.asked[-1] == ("open_file", (new,))


def test_a_file_that_is_gone_is_taken_off_the_list_with_a_sentence(
    window: MainWindow, controller: FakeController, tmp_path: Path
) -> None:
    controller.file_read.emit(str(tmp_path / "gone.png"))
    entries(window)
    window.recent.actions()[0].trigger()
    said = window.statusBar().currentMessage()
    assert said == "gone.png was moved or deleted; it has been removed from the list of recent files."
    assert controller.asked == []
    assert entries(window) == ["faces.safetensors"]


def test_an_empty_list_says_so(window: MainWindow) -> None:
    for path in Settings().recent:
        window._settings.forget_recent(path)
    assert entries(window) == ["No recent files"]
    assert not window.recent.actions()[0].isEnabled()
