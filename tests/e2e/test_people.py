"""People by wish through `app.main`: a model is learnt, people are found, one is replaced, all by real events."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.compute.jobs import crowd, people
from explorer.dialogs.find_people import FindPeopleDialog
from explorer.window.main_window import MainWindow
from generator.people import search
from generator.project.face import Face, Place
from tests.support.running_app import LEFT, face_is_there, run_app
from tests.support.studio_fixtures import Brightness

pytestmark = pytest.mark.usefixtures("untouched_process")

FACES = 48  # to learn the model from


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the brightness of a few pictures."""
    monkeypatch.setattr(crowd, "measurer", Brightness)
    monkeypatch.setattr(crowd, "identity", lambda: None)
    monkeypatch.setattr(people, "learning", lambda host, faces: crowd.learning(host, FACES))
    monkeypatch.setattr(search, "STAGES", (2048,))


def dialog(window: MainWindow) -> FindPeopleDialog:
    return window.people.dialog


def on_table(window: MainWindow) -> tuple[Face, ...]:
    return window.library.faces(Place.TABLE)


def test_people_are_found_in_a_model_that_is_learnt_first(tiny_checkpoint: Path) -> None:
    sent_away: list[Face] = []

    def open_it(window: MainWindow) -> bool:
        QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        return dialog(window).isVisible()

    def learn_it(window: MainWindow) -> bool:
        if not dialog(window).learn.isVisible():
            return False
        QTest.mouseClick(dialog(window).learn, LEFT)
        return True

    def ask(window: MainWindow) -> bool:
        if not dialog(window).text.isEnabled() or dialog(window).job_bar.isVisible():
            return False
        QTest.keyClicks(dialog(window).text, "three people, skin > p50")
        QTest.keyClick(dialog(window).text, Qt.Key.Key_Return)
        return True

    def they_are_there(window: MainWindow) -> bool:
        if "found" not in dialog(window).verdict.text():
            return False
        assert dialog(window).verdict.text().startswith("3 of 3 people found.")
        assert [face.name for face in on_table(window)] == ["Person 1", "Person 2", "Person 3"]
        assert all("people 1" in face.tags and face.note.startswith("Skin tone") for face in on_table(window))
        return True

    def replace_one(window: MainWindow) -> bool:
        sent_away.append(on_table(window)[1])
        window.faces.table.grid.mark((sent_away[0].id,))
        QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
        return True

    def somebody_else_is_there(window: MainWindow) -> bool:
        return on_table(window)[1].id != sent_away[0].id

    def undo(window: MainWindow) -> bool:
        window._session.undo_stack.undo()
        assert on_table(window)[1] == sent_away[0]
        window._session.undo_stack.undo()
        assert on_table(window) == ()
        return True

    steps = [face_is_there, open_it, learn_it, ask, they_are_there, replace_one, somebody_else_is_there, undo]
    assert run_app(tiny_checkpoint, steps, seconds=60) == 0
