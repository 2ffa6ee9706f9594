"""End to end through `app.main`: the real window, the real compute thread, a real model file, real events."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import weights
from explorer import app
from explorer.settings import Settings
from explorer.widgets.float_slider import FloatSlider
from explorer.window.main_window import MainWindow
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.project.face import Place
from generator.recipe.recipe import SeedSource
from generator.render.engine import Engine
from tests.support.running_app import LEFT, drag, face_is_there, run_app, slider_of

pytestmark = pytest.mark.usefixtures("untouched_process")


def test_a_face_appears_is_dragged_undone_exported_and_comes_back(
    tiny: Generator, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "face.png"
    seen: dict[str, object] = {}

    def drag_psi(window: MainWindow) -> bool:
        seen["before"] = window._session.recipe
        drag(slider_of(window, "Truncation psi"), 40)
        seen["dragged"] = window._session.recipe
        return True

    def the_drag_is_one_step(window: MainWindow) -> bool:
        assert seen["dragged"] != seen["before"]
        QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert window._session.recipe == seen["before"]
        QTest.keyClick(window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        assert window._session.recipe == seen["dragged"]
        return True

    def export(window: MainWindow) -> bool:
        window._controller.export_image(str(picture))
        return True

    def another_face(window: MainWindow) -> bool:
        QTest.keyClick(window, Qt.Key.Key_Space)
        assert window._session.recipe.source != seen["dragged"].source  # type: ignore[attr-defined]
        window._controller.apply_opened(read_file(picture), whole=True)
        assert window._session.recipe == seen["dragged"]
        return True

    steps = [face_is_there, drag_psi, the_drag_is_one_step, export, lambda _: picture.exists(), another_face]
    assert run_app(tiny_checkpoint, steps) == 0
    opened = read_file(picture)
    assert opened.recipe == seen["dragged"]
    assert np.array_equal(np.asarray(Image.open(picture)), Engine(tiny, "cpu").render(opened.recipe))


def test_the_shipped_face_is_one_of_the_chosen_ones_and_its_sliders_are_there() -> None:
    def chosen(window: MainWindow) -> bool:
        source = window._session.recipe.source
        assert isinstance(source, SeedSource)
        assert source.seed in app.OPENING_SEEDS
        names = {slider.accessibleName() for slider in window.findChildren(FloatSlider)}
        return names >= {"Age", "Pose: left/right", "Hair colour"}

    assert run_app(weights.FACES, [face_is_there, chosen]) == 0


def test_closing_while_the_model_loads_leaves_no_thread(tiny_checkpoint: Path) -> None:
    assert run_app(tiny_checkpoint, []) == 0
    assert not [thread for thread in threading.enumerate() if thread.name == "compute"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_as_its_button_does(tiny_checkpoint: Path, number: signal.Signals) -> None:
    def signalled(_window: MainWindow) -> bool:
        signal.raise_signal(number)
        return True

    assert run_app(tiny_checkpoint, [signalled, lambda window: not window.isVisible()]) == 128 + number
    assert Settings().geometry
    assert not [thread for thread in threading.enumerate() if thread.name == "compute"]


def test_a_file_that_is_no_model_leaves_a_sentence_and_an_open_window(tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"not a model at all")

    def told(window: MainWindow) -> bool:
        return window.error_bar.isVisible() and "broken.safetensors" in window.error_bar.sentence

    assert run_app(broken, [told, lambda window: window.isVisible()]) == 0


def in_a_slot(work: Callable[[], None]) -> None:
    """As PySide6 does with a slot."""
    try:
        work()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def on_a_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_an_edited_face_and_stored_ones_are_there_again_at_the_next_start(tiny_checkpoint: Path) -> None:
    seen: list[tuple[object, object]] = []

    def edit(window: MainWindow) -> bool:
        QTest.mouseClick(window.panels.source.store, LEFT)
        drag(window.panels.truncation.psi, 12)
        return True

    def look(window: MainWindow) -> bool:
        seen.append((window._session.recipe, window._session.stored_sources))
        return True

    def is_rendered(window: MainWindow) -> bool:
        last = window._controller.last_frame
        return last is not None and last.request.recipe == window._session.recipe

    assert run_app(tiny_checkpoint, [face_is_there, edit, is_rendered, look]) == 0
    assert run_app(tiny_checkpoint, [face_is_there, is_rendered, look]) == 0
    assert seen[0] == seen[1]
    assert seen[0][1] != ()


@pytest.mark.parametrize("run", [in_a_slot, on_a_thread])
def test_an_error_that_nobody_caught_is_shown_with_its_details(
    tiny_checkpoint: Path, run: Callable[[Callable[[], None]], None]
) -> None:
    def fail() -> None:
        raise ValueError("a blunder of ours")

    def blunder(_window: MainWindow) -> bool:
        run(fail)
        return True

    def told(window: MainWindow) -> bool:
        if not window.error_bar.isVisible():
            return False
        QTest.mouseClick(window.error_bar.copy, LEFT)
        assert "ValueError" in window.error_bar.sentence
        assert "a blunder of ours" in QApplication.clipboard().text()
        return True

    assert run_app(tiny_checkpoint, [face_is_there, blunder, told]) == 0


def test_the_last_face_and_its_history_are_there_again(tiny_checkpoint: Path) -> None:
    seen: dict[str, object] = {}

    def keep(window: MainWindow) -> bool:
        QTest.keyClick(window, Qt.Key.Key_Space)
        QTest.keyClick(window, Qt.Key.Key_K)
        seen["recipe"] = window._session.recipe
        return True

    def is_there_again(window: MainWindow) -> bool:
        if window.library.number_of(Place.TABLE) == 0:
            return False
        assert window._session.recipe == seen["recipe"]
        assert window.library.faces(Place.TABLE)[0].recipe == seen["recipe"]
        assert window.library.number_of(Place.HISTORY) == 2
        return True

    assert run_app(tiny_checkpoint, [face_is_there, keep]) == 0
    assert run_app(tiny_checkpoint, [face_is_there, is_there_again]) == 0


def test_a_project_that_cannot_be_opened_is_still_named_when_the_face_is_there(
    tiny_checkpoint: Path, tmp_path: Path
) -> None:
    path, said = tmp_path / "cake.outis", list[str]()
    path.write_text("flour, eggs" * 1000)

    def read(window: MainWindow) -> bool:
        said.append(window.error_bar.sentence if window.error_bar.isVisible() else "")
        return True

    assert run_app(tiny_checkpoint, [face_is_there, read], project=path) == 0
    assert "cake.outis is not a project of Outis" in said[0]
