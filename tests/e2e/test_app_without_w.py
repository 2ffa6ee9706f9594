"""End to end through `app.main` with an R3GAN, which has no W: faces, components, export, and what is off."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.window.main_window import MainWindow
from generator import checkpoint
from generator.formats.open_face import read_file
from generator.recipe.recipe import SeedSource, Truncation
from generator.render.engine import Engine
from tests.support.panel_fixtures import COMPONENTS
from tests.support.r3gan_cases import CLASSES, drawn_r3gan, dump_snapshot
from tests.support.running_app import drag, face_is_there, is_shown, run_app

pytestmark = pytest.mark.usefixtures("untouched_process")


def test_faces_of_a_model_without_w_appear_are_moved_along_components_and_come_back(tmp_path: Path) -> None:
    model, picture = dump_snapshot(drawn_r3gan(CLASSES), tmp_path / "r3.pkl"), tmp_path / "face.png"
    seen: dict[str, object] = {}

    def new_face(window: MainWindow) -> bool:
        before = window._session.recipe
        QTest.keyClick(window, Qt.Key.Key_Space)
        assert isinstance(window._session.recipe.source, SeedSource)
        assert window._session.recipe.source != before.source
        assert window._session.recipe.truncation == Truncation(1.0)
        window.panels.directions.tabs.setCurrentIndex(COMPONENTS)
        return True

    def components_are_there(window: MainWindow) -> bool:
        components = window._session.components
        return components is not None and window.panels.directions.components.list.complete

    def move(window: MainWindow) -> bool:
        seen["whole"] = window._session.recipe
        assert len(window._session.components.directions) == CLASSES.z_dim
        drag(window.panels.directions.components.list.sliders[0], 30)
        return window._session.recipe != seen["whole"]

    def panels_say_why(window: MainWindow) -> bool:
        for panel in (window.panels.truncation, window.panels.mixing, window.panels.noise):
            assert panel.reason.text().startswith("This model ")
        assert not window.panels.truncation.psi.isEnabled()
        return True

    def export(window: MainWindow) -> bool:
        seen["moved"] = window._session.recipe
        if folder := os.environ.get("OUTIS_SCREENSHOTS"):
            window.resize(1500, 950)
            window.grab().save(str(Path(folder) / "without-w.png"))
        window._controller.export_image(str(picture))
        return True

    def grabbing_is_refused(window: MainWindow) -> bool:
        window.menu_actions.grab.trigger()
        assert not window.menu_actions.grab.isChecked()
        assert "no W" in window.statusBar().currentMessage()
        window._controller.export_latents(str(tmp_path / "face.npz"))
        return True

    def reopened(window: MainWindow) -> bool:
        QTest.keyClick(window, Qt.Key.Key_Space)
        window._controller.apply_opened(read_file(picture), whole=True)
        assert window._session.recipe == seen["moved"]
        return True

    steps = [face_is_there, new_face, components_are_there, is_shown, move, is_shown, panels_say_why, export]
    steps += [lambda _: picture.exists(), grabbing_is_refused, lambda _: (tmp_path / "face.npz").exists()]
    assert run_app(model, [*steps, reopened]) == 0
    opened, engine = read_file(picture), Engine(checkpoint.load(model), "cpu")
    assert opened.recipe == read_file(tmp_path / "face.npz").recipe == seen["moved"]
    assert np.array_equal(np.asarray(Image.open(picture)), engine.render(opened.recipe))
