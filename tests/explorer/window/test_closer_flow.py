"""Looking closer in the window: asked for once the picture rests, seen on the picture while the dock is in sight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import InspectFace, InspectPicture, LearnScores, MendFace
from explorer.document.session import Session
from explorer.messages import LookedCloser, RenderResult
from explorer.window.closer_flow import HeatOverlay, coloured
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource
from tests.explorer.panels.test_closer_panel import EYES, TEETH
from tests.support.panel_fixtures import click, facts
from tests.support.window_fixtures import FakeController, result


def asked(controller: FakeController, kind: type) -> list[InspectFace]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if type(task) is kind]


@pytest.fixture
def frame(window: MainWindow, controller: FakeController, qtbot: QtBot) -> RenderResult:
    window.docks.open(window.docks.closer)
    qtbot.waitUntil(window.panels.closer.isVisible)
    shown = result(colour=120)
    controller.frame_ready.emit(shown)
    return shown


def heats(window: MainWindow) -> list[HeatOverlay]:
    return [overlay for overlay in window.view.overlays if isinstance(overlay, HeatOverlay)]


def test_the_picture_is_looked_at_when_it_rests(frame: RenderResult, controller: FakeController, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(asked(controller, InspectFace)) == 1)
    assert asked(controller, InspectFace)[0].pixels is frame.pixels


def test_an_open_row_shows_where_until_the_picture_changes(
    frame: RenderResult, window: MainWindow, controller: FakeController
) -> None:
    controller.looked_closer.emit(LookedCloser(frame.request.recipe, (TEETH, EYES), True))
    assert heats(window) == []
    click(window.panels.closer.rows[0].header)
    assert len(heats(window)) == 1
    click(window.panels.closer.rows[1].header)
    assert heats(window) == []
    click(window.panels.closer.rows[0].header)
    controller.frame_ready.emit(result(colour=60))
    assert heats(window) == []


def test_cues_of_a_picture_that_is_gone_are_not_shown(
    frame: RenderResult, window: MainWindow, controller: FakeController
) -> None:
    controller.looked_closer.emit(LookedCloser(Recipe(source=SeedSource(7)), (TEETH,), True))
    assert window.panels.closer.rows == []


def test_the_button_looks_at_faces_of_the_model_and_another_model_gives_that_up(
    frame: RenderResult, window: MainWindow, controller: FakeController, session: Session
) -> None:
    controller.looked_closer.emit(LookedCloser(frame.request.recipe, (TEETH,), False))
    click(window.panels.closer.compare)
    assert len(asked(controller, LearnScores)) == 1
    session.set_model(replace(facts(), hash="e" * 64))
    assert ("cancel", (LearnScores, MendFace)) in controller.asked
    assert window.panels.closer.rows == []


def test_mending_begins_with_the_face_as_it_is(
    frame: RenderResult, window: MainWindow, controller: FakeController, session: Session
) -> None:
    assert not window.panels.closer.mend.isEnabled()
    controller.looked_closer.emit(LookedCloser(frame.request.recipe, (TEETH,), True))
    click(window.panels.closer.mend)
    assert asked(controller, MendFace) == [MendFace(session.recipe)]


def test_a_picture_from_a_file_has_its_rows_until_the_face_is_asked_for_again(
    frame: RenderResult, window: MainWindow, controller: FakeController
) -> None:
    panel = window.panels.closer
    window.inspecting.look_at("/photos/me.jpg")
    assert asked(controller, InspectPicture) == [InspectPicture("/photos/me.jpg")]
    controller.looked_closer.emit(LookedCloser(Recipe(), (TEETH, EYES), True, "me.jpg"))
    assert panel.subject.text() == "me.jpg"
    assert not panel.mend.isEnabled()
    click(panel.rows[0].header)
    assert heats(window) == []  # the place is not on the face shown
    click(panel.back)
    assert len(asked(controller, InspectFace)) >= 1
    controller.looked_closer.emit(LookedCloser(frame.request.recipe, (TEETH, EYES), True))
    assert panel.subject.text() == ""
    assert len(heats(window)) == 1


def test_heat_covers_where_it_is_hot_and_nothing_elsewhere() -> None:
    heat = np.zeros((4, 4), np.uint8)
    heat[1, 2] = 255
    image = coloured(heat)
    assert image.pixelColor(2, 1).alpha() > 150
    assert image.pixelColor(0, 0).alpha() == 0
