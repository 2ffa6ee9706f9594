"""Grabbing the shipped face: with the mouse in the real window, and by its command."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

import weights
from explorer import app
from explorer.cli import main
from explorer.window.main_window import MainWindow
from generator.faces.points import POINTS
from generator.formats.open_face import read_file
from tests.support.running_app import LEFT, Step, face_is_there, is_shown, run_app

pytestmark = pytest.mark.usefixtures("untouched_process")
NOSE, CHIN = POINTS["nose-tip"], POINTS["chin"]
REACH = 8 / 256  # of the picture, that the nose is pulled by


def place(window: MainWindow, point: int) -> QPoint:
    return window.grabs.tool.place(point, window.view.viewport).toPoint()


def test_a_pulled_nose_turns_the_head_as_one_undo_step_and_esc_takes_a_drag_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app, "OPENING_SEEDS", (24,))
    seen: dict[str, object] = {}

    def take_the_tool(window: MainWindow) -> bool:
        QTest.keyClick(window.view, Qt.Key.Key_G)
        return window.menu_actions.grab.isChecked()

    def pull(window: MainWindow) -> bool:
        if not window.grabs.is_ready:
            return False
        seen["before"], seen["steps"] = window._session.recipe, window._session.undo_stack.count()
        nose = seen["nose"] = place(window, NOSE)
        assert window.view.tool.cursor(nose.toPointF(), window.view.viewport) is Qt.CursorShape.OpenHandCursor
        QTest.mousePress(window.view, LEFT, pos=nose)
        way = round(REACH * window.view.viewport.image.width())
        for share in (1, 2, 3):
            QTest.mouseMove(window.view, nose + QPoint(way * share // 3, 0))
        QTest.mouseRelease(window.view, LEFT, pos=nose + QPoint(way, 0))
        return True

    def arrived(window: MainWindow) -> bool:
        if not window.grabs.is_resting:
            return False
        way = place(window, NOSE) - seen["nose"]  # type: ignore[operator]
        assert abs(way.x() / window.view.viewport.image.width() - REACH) < 2 / 256
        return True

    def one_step(window: MainWindow) -> bool:
        session = window._session
        (edit,) = session.recipe.directions
        assert (edit.direction.name, edit.direction.rows, edit.amount) == ("grab", 14, 1.0)
        assert session.undo_stack.count() == seen["steps"] + 1  # type: ignore[operator]
        assert window.panels.directions.foreign.rows[0].title == "Grab"
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert session.recipe == seen["before"]
        return True

    def pin_and_pull_again(window: MainWindow) -> bool:
        if not is_shown(window):
            return False
        QTest.mouseClick(window.view, LEFT, pos=place(window, CHIN))
        assert len(window.grabs.tool.pins) == 1
        nose = place(window, NOSE)
        QTest.mousePress(window.view, LEFT, pos=nose)
        QTest.mouseMove(window.view, nose + QPoint(-20, 0))
        return True

    def moved(window: MainWindow) -> bool:
        return window._session.recipe != seen["before"]

    def esc_takes_it_back_and_then_leaves(window: MainWindow) -> bool:
        QTest.keyClick(window.view, Qt.Key.Key_Escape)
        assert window._session.recipe == seen["before"]
        QTest.mouseRelease(window.view, LEFT)
        assert window.menu_actions.grab.isChecked()
        QTest.keyClick(window.view, Qt.Key.Key_Escape)
        assert not window.menu_actions.grab.isChecked()
        return True

    steps: list[Step] = [face_is_there, take_the_tool, pull, arrived, one_step, pin_and_pull_again, moved]
    steps += [esc_takes_it_back_and_then_leaves, is_shown]
    assert run_app(weights.FACES, steps, seconds=400) == 0


def test_the_command_pulls_a_point_and_writes_an_ordinary_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "turned.png"
    words = ["grab", "--seed", "3", "--pull", "nose-tip=8,0", "--pin", "forehead", "--frames", "6", "--out", str(out)]
    assert main([*words, "--device", "cpu"]) == 0
    said = capsys.readouterr().out
    moved = float(said.split("moved ")[1].split(",")[0])
    assert moved == pytest.approx(8, abs=3)
    (edit,) = read_file(out).recipe.directions
    assert edit.direction.array.shape == (14, 512)
    assert np.isfinite(edit.direction.array).all()


def test_the_command_turns_the_eyes_by_their_pupils(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["grab", "--seed", "3", "--pull", "pupil-right=3,0", "pupil-left=3,0", "--out", str(tmp_path / "x.png")]
    assert main([*words, "--device", "cpu"]) == 0
    said = capsys.readouterr().out
    for name in ("pupil-right", "pupil-left"):
        assert float(said.split(f"{name}: moved ")[1].split(",")[0]) == pytest.approx(3, abs=1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--seed", "3", "--out", "x.png"], "Nothing is pulled"),
        (["--pull", "chin=0,4", "--out", "x.png"], "Which face?"),
        (["--seed", "3", "--pull", "chim=0,4", "--out", "x.png"], "did you mean chin?"),
        (["--seed", "3", "--pull", "chin=4", "--out", "x.png"], "POINT=DX,DY"),
        (["--seed", "3", "--pull", "473=0,4", "--out", "x.png"], "the last one is 472"),
    ],
)
def test_wrong_options_get_a_sentence(words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["grab", *words]) == 2
    assert sentence in capsys.readouterr().err


def test_a_model_without_faces_gets_a_sentence(
    tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["grab", "--model", str(tiny_checkpoint), "--seed", "3", "--pull", "chin=0,4"]
    assert main([*words, "--out", str(tmp_path / "x.png"), "--device", "cpu"]) == 1
    assert "faces" in capsys.readouterr().err
