"""Many faces at once, to choose one from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawFace
from explorer.control import frame_scheduler
from explorer.control.frame_scheduler import FrameScheduler
from explorer.control.notify import Notifier
from explorer.dialogs.gallery import COLUMNS, ROWS, Gallery
from explorer.document.session import Session
from explorer.messages import FaceDrawn
from explorer.settings import Settings
from explorer.window.dialog_flow import DialogFlow
from explorer.window.main_window import MainWindow
from generator.config import StyleGAN3Config
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.controller_rig import Rig, idle_rig, with_model
from tests.support.panel_fixtures import facts
from tests.support.window_fixtures import LEFT, FakeController, press, shown

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def rig(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    with idle_rig(monkeypatch) as made:
        yield with_model(qtbot, made)


@pytest.fixture
def controller() -> FakeController:
    return FakeController()


@pytest.fixture
def session() -> Session:
    return Session(Recipe(source=SeedSource(85), truncation=Truncation(0.4)))


@pytest.fixture
def window(qtbot: QtBot, session: Session, controller: FakeController) -> MainWindow:
    return shown(qtbot, session, controller, Notifier())


@pytest.fixture
def gallery(window: MainWindow) -> Gallery:
    press(window, Qt.Key.Key_G, CTRL)
    return window.findChild(Gallery)


def drawn(seed: int) -> FaceDrawn:
    return FaceDrawn(seed, np.full((32, 32, 3), 90, np.uint8))


def test_a_face_that_is_clicked_is_the_next_one_with_the_same_edits(gallery, controller, session):
    assert controller.asked == [("draw_faces", (gallery.seeds,))]
    assert len(set(gallery.seeds)) == COLUMNS * ROWS
    assert not any(tile.isEnabled() for tile in gallery.tiles)
    for place in (7, 3):
        controller.face_drawn.emit(drawn(gallery.seeds[place]))
        QTest.mouseClick(gallery.tiles[place], LEFT)
        assert session.recipe == Recipe("f" * 64, SeedSource(gallery.seeds[place]), Truncation(0.4))
    assert [place for place, tile in enumerate(gallery.tiles) if tile.isEnabled()] == [3, 7]
    session.undo_stack.undo()
    assert session.recipe.source == SeedSource(gallery.seeds[7])


def test_undo_works_in_the_gallery_as_well_and_space_presses_a_face(gallery, controller, session, qtbot):
    before = session.recipe
    controller.face_drawn.emit(drawn(gallery.seeds[0]))
    gallery.activateWindow()
    qtbot.waitUntil(gallery.isActiveWindow)
    gallery.tiles[0].setFocus()
    QTest.keyClick(gallery.tiles[0], Qt.Key.Key_Space)
    assert session.recipe.source == SeedSource(gallery.seeds[0])
    QTest.keyClick(gallery.windowHandle(), Qt.Key.Key_Z, CTRL)
    assert session.recipe == before


def test_enter_chooses_the_face_that_has_the_focus(gallery, controller, session):
    controller.face_drawn.emit(drawn(gallery.seeds[2]))
    gallery.tiles[2].setFocus()
    QTest.keyClick(gallery.tiles[2], Qt.Key.Key_Return)
    assert gallery.isVisible()
    assert session.recipe.source == SeedSource(gallery.seeds[2])


def test_there_is_one_gallery_and_it_goes_with_the_window(window, gallery, controller):
    window.menu_actions.choose_face.trigger()
    assert window.findChildren(Gallery) == [gallery]
    assert [name for name, _ in controller.asked].count("draw_faces") == 1
    closed: list[int] = []
    gallery.finished.connect(closed.append)
    window.close()
    assert closed


def test_other_faces_take_the_place_of_these(gallery, controller):
    before = gallery.seeds
    controller.face_drawn.emit(drawn(before[0]))
    QTest.mouseClick(gallery.more, LEFT)
    assert controller.asked[1:] == [("draw_faces", (gallery.seeds,))]
    assert not set(before) & set(gallery.seeds)
    controller.face_drawn.emit(drawn(before[0]))  # a late one
    assert not any(tile.isEnabled() for tile in gallery.tiles)


def test_another_model_draws_faces_of_its_own(gallery, controller, session):
    before = gallery.seeds
    session.set_model(replace(facts(), hash="b" * 64))
    assert gallery.seeds != before
    assert controller.asked[-1] == ("draw_faces", (gallery.seeds,))


def test_closing_gives_up_what_is_not_drawn_yet(gallery, controller):
    QTest.keyClick(gallery, Qt.Key.Key_Escape)
    assert controller.asked[-1] == ("draw_no_faces", ())


def test_faces_are_drawn_one_by_one_beside_the_live_one(qtbot: QtBot, rig: Rig) -> None:
    faces: list[FaceDrawn] = []
    rig.controller.face_drawn.connect(faces.append)
    rig.controller.draw_faces((5, 6, 7))
    qtbot.waitUntil(lambda: len(faces) == 3)
    assert [(face.seed, int(face.pixels[0, 0, 0])) for face in faces] == [(5, 5), (6, 6), (7, 7)]
    assert rig.session.recipe.source == SeedSource(0)
    assert [state for state in rig.states if state is not None] == []  # nothing that a progress bar should show


def test_faces_that_are_asked_for_later_are_drawn_in_place_of_those_before(qtbot: QtBot, rig: Rig) -> None:
    faces: list[FaceDrawn] = []
    rig.controller.face_drawn.connect(faces.append)
    rig.engine.gate.shut()
    rig.controller.draw_faces((1, 2, 3))
    rig.engine.gate.wait_reached()
    rig.controller.draw_faces((8, 9))
    rig.engine.gate.open()
    qtbot.waitUntil(lambda: [face.seed for face in faces][-2:] == [8, 9])
    assert [face.seed for face in faces] in ([1, 8, 9], [8, 9])  # the first was being drawn


def test_a_model_that_is_slow_draws_one_face_alone(qtbot: QtBot, rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FrameScheduler, "thumbnails_are_quick", False)
    rig.controller.draw_faces((1, 2))
    assert rig.said == ["This model is too slow here to draw many faces at once."]
    assert not rig.controller._jobs.runs(DrawFace)


@pytest.fixture
def open_gallery(qtbot: QtBot, rig: Rig) -> Gallery:
    """The gallery of a real controller."""
    window = QMainWindow()
    qtbot.addWidget(window)
    flow = DialogFlow(window, rig.session, rig.controller, Settings())  # type: ignore[arg-type]
    flow.for_face()
    gallery = window.findChild(Gallery)
    qtbot.waitUntil(lambda: all(tile.isEnabled() for tile in gallery.tiles))
    return gallery


def test_a_model_that_stops_nowhere_early_fills_the_gallery_once_its_first_frame_is_timed(
    qtbot: QtBot, rig: Rig, open_gallery: Gallery
) -> None:
    rig.engines["other"].config = StyleGAN3Config(256, z_dim=8, w_dim=8)
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: rig.session.facts.hash == "b" * 64)
    qtbot.waitUntil(lambda: all(tile.isEnabled() for tile in open_gallery.tiles))
    assert rig.said == []


def test_a_model_that_its_first_frame_shows_to_be_slow_draws_no_faces_and_says_so_once(
    qtbot: QtBot, rig: Rig, open_gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame_scheduler, "SLOW_THUMBNAIL_MS", -1.0)
    rig.engines["other"].config = StyleGAN3Config(256, z_dim=8, w_dim=8)
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: bool(rig.said))
    rig.seed(5)
    qtbot.waitUntil(lambda: rig.shown[-1] == 5)
    assert rig.said == ["This model is too slow here to draw many faces at once."]
    assert not any(tile.isEnabled() for tile in open_gallery.tiles)


def test_faces_that_wait_for_the_first_frame_are_given_up_with_the_gallery(
    qtbot: QtBot, rig: Rig, open_gallery: Gallery
) -> None:
    rig.engines["other"].config = StyleGAN3Config(256, z_dim=8, w_dim=8)
    rig.session.model_changed.connect(open_gallery.reject)  # after the gallery has asked, before any frame
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: bool(rig.frames))
    assert not rig.controller._jobs.runs(DrawFace)


def test_faces_of_a_model_that_is_gone_are_not_shown(qtbot: QtBot, rig: Rig) -> None:
    faces: list[FaceDrawn] = []
    rig.controller.face_drawn.connect(faces.append)
    rig.session.set_model(replace(rig.session.facts, hash="c" * 64))  # which the compute thread does not hold
    rig.controller.draw_faces((1,))
    rig.controller.copy_latent()  # fails, after it
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert faces == []
