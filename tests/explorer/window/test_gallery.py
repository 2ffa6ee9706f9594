"""Many faces at once, to choose one from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawFaces
from explorer.control import frame_scheduler
from explorer.control.frame_scheduler import FrameScheduler
from explorer.dialogs.gallery import TILES, Gallery
from explorer.document.session import Session
from explorer.messages import FaceDrawn
from explorer.settings import Settings
from explorer.view.image_view import ImageView
from explorer.widgets import theme
from explorer.widgets.placement import covered
from explorer.window.dialog_flow import DialogFlow
from explorer.window.main_window import MainWindow
from generator.config import StyleGAN3Config
from generator.project.face import Place
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from tests.support.controller_rig import Rig
from tests.support.panel_fixtures import facts
from tests.support.window_fixtures import LEFT, FakeController, press

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def session() -> Session:
    return Session(Recipe(source=SeedSource(85), truncation=Truncation(0.4)))


@pytest.fixture
def gallery(window: MainWindow) -> Gallery:
    press(window, Qt.Key.Key_G, CTRL)
    return window.findChild(Gallery)


def drawn(seed: int) -> FaceDrawn:
    return FaceDrawn(seed, np.full((32, 32, 3), 90, np.uint8))


def test_a_face_that_is_clicked_is_the_next_one_with_the_same_edits(gallery, controller, session):
    assert controller.asked == [("draw_faces", (gallery.seeds,))]
    assert len(set(gallery.seeds)) == TILES
    assert not any(tile.isEnabled() for tile in gallery.tiles)
    for place in (7, 3):
        controller.face_drawn.emit(drawn(gallery.seeds[place]))
        QTest.mouseClick(gallery.tiles[place], LEFT)
        assert session.recipe == Recipe("f" * 64, SeedSource(gallery.seeds[place]), Truncation(0.4))
    assert [place for place, tile in enumerate(gallery.tiles) if tile.isEnabled()] == [3, 7]
    session.undo_stack.undo()
    assert session.recipe.source == SeedSource(gallery.seeds[7])


def test_a_face_that_was_left_out_gives_its_tile_to_another(gallery, controller, session):
    seeds = gallery.seeds
    controller.face_drawn.emit(FaceDrawn(77, np.full((32, 32, 3), 90, np.uint8), instead_of=seeds[2]))
    assert gallery.seeds == (*seeds[:2], 77, *seeds[3:])
    QTest.mouseClick(gallery.tiles[2], LEFT)
    assert session.recipe.source == SeedSource(77)


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


def test_twenty_sets_shown_before_can_be_gone_back_to_and_forward_again(gallery, controller):
    seen = [gallery.seeds]
    for _ in range(20):
        QTest.mouseClick(gallery.more, LEFT)
        seen.append(gallery.seeds)
    for earlier in reversed(seen[:-1]):
        QTest.mouseClick(gallery.back, LEFT)
        assert controller.asked[-1] == ("draw_faces", (earlier,))
    assert not gallery.back.isEnabled()
    for later in seen[1:]:
        QTest.mouseClick(gallery.forward, LEFT)
        assert gallery.seeds == later
    assert not gallery.forward.isEnabled()
    assert len(set(seen)) == 21


def test_others_that_are_shown_from_an_earlier_set_lose_none_of_those_after_it(gallery):
    first = gallery.seeds
    QTest.mouseClick(gallery.more, LEFT)
    second = gallery.seeds
    QTest.mouseClick(gallery.back, LEFT)
    assert gallery.seeds == first
    QTest.mouseClick(gallery.more, LEFT)
    QTest.mouseClick(gallery.back, LEFT)
    assert gallery.seeds == second


def test_a_face_of_a_set_gone_back_to_is_chosen_by_its_own_seed(gallery, controller, session):
    first = gallery.seeds
    QTest.mouseClick(gallery.more, LEFT)
    QTest.mouseClick(gallery.back, LEFT)
    controller.face_drawn.emit(drawn(first[4]))
    QTest.mouseClick(gallery.tiles[4], LEFT)
    assert session.recipe.source == SeedSource(first[4])


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[None]:
    before = QPalette(qapp.palette()), qapp.styleSheet(), qapp.style().objectName()
    theme.apply(qapp)
    yield
    qapp.setStyleSheet(before[1])
    qapp.setStyle(before[2])
    qapp.setPalette(before[0])


def highlighted(gallery: Gallery) -> list[int]:
    """Tiles whose rim, in the middle of its left side, has the accent colour."""
    accent = QColor(theme.COLOURS["accent"])
    images = [tile.grab().toImage() for tile in gallery.tiles]
    return [place for place, image in enumerate(images) if image.pixelColor(0, image.height() // 2) == accent]


@pytest.mark.usefixtures("themed")
def test_one_tile_is_highlighted_the_focus_or_else_the_face_shown(gallery, controller, session, window, qtbot):
    for seed in gallery.seeds:
        controller.face_drawn.emit(drawn(seed))
    gallery.activateWindow()
    qtbot.waitUntil(gallery.isActiveWindow)
    QTest.mouseClick(gallery.tiles[7], LEFT)
    assert highlighted(gallery) == [7]
    QTest.mouseMove(gallery.tiles[9])
    QTest.keyClick(gallery.tiles[7], Qt.Key.Key_Tab)
    assert highlighted(gallery) == [8]
    gallery.more.setFocus()
    assert highlighted(gallery) == [7]
    gallery.tiles[3].setFocus()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert highlighted(gallery) == [7]
    session.edit("Seed", replace(session.recipe, source=SeedSource(gallery.seeds[5])))
    assert highlighted(gallery) == [5]
    session.edit("Seed", replace(session.recipe, source=SeedSource(5)))
    assert highlighted(gallery) == []


def test_the_keyboard_goes_on_from_the_face_that_undo_brings_back(gallery, controller, session, qtbot):
    for seed in gallery.seeds:
        controller.face_drawn.emit(drawn(seed))
    gallery.activateWindow()
    qtbot.waitUntil(gallery.isActiveWindow)
    QTest.mouseClick(gallery.tiles[2], LEFT)
    QTest.mouseClick(gallery.tiles[6], LEFT)
    session.undo_stack.undo()
    assert gallery.focusWidget() is gallery.tiles[2]
    assert [place for place, tile in enumerate(gallery.tiles) if tile.isChecked()] == [2]


def test_the_gallery_leaves_the_picture_that_it_changes_visible(window, gallery):
    view = window.view
    shown_part = view.viewport.image.toAlignedRect() & view.rect()
    picture = QRect(view.mapToGlobal(shown_part.topLeft()), shown_part.size())
    assert covered(gallery.frameGeometry(), picture) == 0
    assert gallery.screen().availableGeometry().contains(gallery.frameGeometry())


@pytest.mark.parametrize(
    ("screen", "picture"),
    [
        (QRect(0, 0, 1366, 728), QRect(343, 60, 680, 640)),  # a small screen, all of it the window's
        (QRect(0, 0, 1920, 1040), QRect(460, 60, 940, 940)),
        (QRect(0, 0, 2560, 1400), QRect(640, 60, 1280, 1280)),
        (QRect(1920, 0, 1920, 1040), QRect(2400, 200, 600, 600)),  # a second screen
        (QRect(0, 0, 1080, 1880), QRect(100, 200, 880, 880)),  # upright
    ],
)
def test_on_any_screen_there_is_a_form_that_covers_no_picture(qtbot: QtBot, screen: QRect, picture: QRect) -> None:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.screen = lambda: SimpleNamespace(availableGeometry=lambda: screen)  # type: ignore[method-assign,assignment,return-value]
    gallery.stand_beside(picture)
    assert screen.contains(gallery.geometry())
    assert covered(gallery.geometry(), picture) == 0


def test_where_nothing_is_free_the_middle_of_the_picture_is(qtbot: QtBot) -> None:
    gallery, screen = Gallery(), QRect(0, 0, 1366, 728)
    qtbot.addWidget(gallery)
    gallery.screen = lambda: SimpleNamespace(availableGeometry=lambda: screen)  # type: ignore[method-assign,assignment,return-value]
    gallery.stand_beside(screen)
    assert screen.contains(gallery.geometry())
    assert not gallery.geometry().contains(screen.center())


def all_drawn(gallery: Gallery, controller: FakeController) -> tuple[int, ...]:
    for seed in gallery.seeds:
        controller.face_drawn.emit(drawn(seed))
    return gallery.seeds


def ticked(gallery: Gallery) -> list[int]:
    return [place for place, tile in enumerate(gallery.tiles) if tile.accessibleDescription() == "marked"]


def test_several_faces_are_marked_and_kept_in_one_step_with_their_pictures(gallery, controller, session, window):
    seeds, before = all_drawn(gallery, controller), session.recipe
    QTest.mouseClick(gallery.tiles[2], LEFT, CTRL)
    QTest.mouseClick(gallery.tiles[5], LEFT, SHIFT)
    QTest.mouseClick(gallery.tiles[3], LEFT, CTRL)
    assert ticked(gallery) == [2, 4, 5]
    assert session.recipe == before
    QTest.mouseClick(gallery.more, LEFT)
    more = all_drawn(gallery, controller)
    QTest.mouseClick(gallery.tiles[0], LEFT, CTRL)
    QTest.mouseClick(gallery.keep, LEFT)
    kept = window.library.faces(Place.TABLE)
    expected = [seeds[2], seeds[4], seeds[5], more[0]]
    assert [face.recipe for face in kept] == [replace(before, source=SeedSource(seed)) for seed in expected]
    assert len({face.order for face in kept}) == 4
    assert not gallery.keep.isEnabled()
    session.undo_stack.undo()
    assert window.library.faces(Place.TABLE) == ()


def test_k_keeps_the_marked_faces_as_they_were_drawn(gallery, controller, session, window, qtbot):
    gallery.activateWindow()
    qtbot.waitUntil(gallery.isActiveWindow)
    all_drawn(gallery, controller)
    gallery.tiles[1].setFocus()
    QTest.keyClick(gallery.tiles[1], Qt.Key.Key_Space, CTRL)
    session.edit("Psi", replace(session.recipe, truncation=Truncation(1.0)))
    assert ticked(gallery) == [1]
    with qtbot.waitSignal(gallery.kept):
        QTest.keyClick(gallery.windowHandle(), Qt.Key.Key_K)
    (face,) = window.library.faces(Place.TABLE)
    assert face.recipe == Recipe("f" * 64, SeedSource(gallery.seeds[1]), Truncation(0.4))


def test_marks_of_another_model_are_forgotten(gallery, controller, session):
    all_drawn(gallery, controller)
    QTest.mouseClick(gallery.tiles[2], LEFT, CTRL)
    session.set_model(replace(facts(), hash="b" * 64))
    assert ticked(gallery) == []
    assert not gallery.keep.isEnabled()


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
    assert rig.said == ["This model is too slow here to render many faces at once."]
    assert not rig.controller._jobs.runs(DrawFaces)


@pytest.fixture
def open_gallery(qtbot: QtBot, rig: Rig) -> Gallery:
    """The gallery of a real controller."""
    window = QMainWindow()
    window.setCentralWidget(ImageView())
    qtbot.addWidget(window)
    flow = DialogFlow(window, rig.session, rig.controller, rig.notifier, Settings())  # type: ignore[arg-type]
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
    assert rig.said == ["This model is too slow here to render many faces at once."]
    assert not any(tile.isEnabled() for tile in open_gallery.tiles)


def test_faces_that_wait_for_the_first_frame_are_given_up_with_the_gallery(
    qtbot: QtBot, rig: Rig, open_gallery: Gallery
) -> None:
    rig.engines["other"].config = StyleGAN3Config(256, z_dim=8, w_dim=8)
    rig.session.model_changed.connect(open_gallery.reject)  # after the gallery has asked, before any frame
    rig.controller.load_model("other")
    qtbot.waitUntil(lambda: bool(rig.frames))
    assert not rig.controller._jobs.runs(DrawFaces)


def test_faces_of_a_model_that_is_gone_are_not_shown(qtbot: QtBot, rig: Rig) -> None:
    faces: list[FaceDrawn] = []
    rig.controller.face_drawn.connect(faces.append)
    rig.session.set_model(replace(rig.session.facts, hash="c" * 64))  # which the compute thread does not hold
    rig.controller.draw_faces((1,))
    rig.controller.copy_latent()  # fails, after it
    qtbot.waitUntil(lambda: bool(rig.failures))
    assert faces == []
