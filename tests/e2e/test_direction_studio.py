"""The direction studio through `app.main`: a real file dropped on the real window, made and kept by real events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest

from explorer.studio.studio_window import StudioWindow
from explorer.window.main_window import MainWindow
from generator.networks import Generator
from generator.recipe.direction_files import mine
from tests.support.running_app import LEFT, face_is_there, run_app
from tests.support.studio_fixtures import measure_quickly
from tests.support.user_events import drop

pytestmark = pytest.mark.usefixtures("untouched_process")


@pytest.fixture(autouse=True)
def quick_measures(monkeypatch: pytest.MonkeyPatch) -> None:
    measure_quickly(monkeypatch)


def studio(window: MainWindow) -> StudioWindow:
    return window.findChild(StudioWindow)


def test_a_file_dropped_on_the_window_becomes_a_slider(tiny: Generator, tiny_checkpoint: Path, tmp_path: Path) -> None:
    path = tmp_path / "age_w_boundary.npy"
    np.save(path, np.eye(1, 32, dtype=np.float32))

    def drop_it(window: MainWindow) -> bool:
        return drop(window, [QUrl.fromLocalFile(str(path))])

    def it_is_seen(window: MainWindow) -> bool:
        made = studio(window) and studio(window).results.made
        if not made:
            return False
        assert studio(window).pages.currentWidget() is studio(window).bring
        assert "InterFaceGAN" in studio(window).bring.sentence.text()
        assert made.strip.shape == (3 * 32, 4 * 32, 3)
        assert made.acts > 0
        return True

    def nothing_runs(window: MainWindow) -> bool:
        return not studio(window).job_bar.isVisible()

    def keep_it(window: MainWindow) -> bool:
        result = studio(window).results
        result.title.selectAll()
        QTest.keyClicks(result.title, "Years")
        QTest.mouseClick(result.try_on, LEFT)
        edit = window._session.recipe.directions[0]
        assert edit.direction == result.made.entry.direction  # type: ignore[union-attr]
        QTest.mouseClick(result.add, LEFT)
        assert [row.title for row in window.panels.directions.named.rows] == ["Years"]
        return True

    assert run_app(tiny_checkpoint, [face_is_there, drop_it, it_is_seen, nothing_runs, keep_it]) == 0
    assert [entry.title for entry in mine(tiny.hash).entries] == ["Years"]


def test_faces_sorted_by_keys_become_a_slider_and_esc_gives_up_another(tiny: Generator, tiny_checkpoint: Path) -> None:
    def open_it(window: MainWindow) -> bool:
        QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        studio(window).pages.setCurrentWidget(studio(window).make)
        return True

    def faces_are_seen(window: MainWindow) -> bool:
        view = studio(window).make.piles.view
        return all(view.item(row).data(Qt.ItemDataRole.DecorationRole) is not None for row in range(view.count()))

    def sort_them(window: MainWindow) -> bool:
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Left) * 4:
            QTest.keyClick(studio(window).make.piles.view, key)
        QTest.mouseClick(studio(window).make.make, LEFT)
        return True

    def it_is_made(window: MainWindow) -> bool:
        return studio(window).results.made is not None and not studio(window).job_bar.isVisible()

    def keep_it_and_begin_another(window: MainWindow) -> bool:
        QTest.mouseClick(studio(window).results.add, LEFT)
        QTest.mouseClick(studio(window).make.make, LEFT)
        assert studio(window).job_bar.isVisible()
        QTest.keyClick(studio(window), Qt.Key.Key_Escape)
        return True

    def esc_gave_up(window: MainWindow) -> bool:
        assert studio(window).isVisible()
        return not studio(window).job_bar.isVisible()

    steps = [face_is_there, open_it, faces_are_seen, sort_them, it_is_made, keep_it_and_begin_another, esc_gave_up]
    assert run_app(tiny_checkpoint, steps, seconds=60) == 0
    assert [entry.origin for entry in mine(tiny.hash).entries] == ["piles"]
