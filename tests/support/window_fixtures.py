"""What the tests of the window share: a controller that writes down what it is asked, a window with a face, keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.messages import Quality, RenderRequest, RenderResult, Role
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe
from tests.support.panel_fixtures import facts

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class FakeController(QObject):
    """Says what it is told to and remembers what it was asked, as (name, arguments)."""

    frame_ready = Signal(object)
    before_ready = Signal(object)
    thumbnail_ready = Signal(object)
    pinned_changed = Signal(object)
    file_offered = Signal(object)
    file_read = Signal(str)
    timed = Signal(object)
    late = Signal(bool)
    training_read = Signal(object)
    face_drawn = Signal(object)
    face_measured = Signal(object)
    face_inspected = Signal(object)
    clean_found = Signal(object)
    looked_closer = Signal(object)
    look_read = Signal(object)
    thumbnail_drawn = Signal(object)
    picture_drawn = Signal(object)
    project_found = Signal(str)
    grab_ready = Signal(str)
    grab_failed = Signal()
    directions_found = Signal(object)
    latents_found = Signal(object)
    latent_drawn = Signal(object)
    direction_made = Signal(object)
    directions_solved = Signal(object)
    tile_drawn = Signal(object)
    measures_known = Signal(object)
    layers_measured = Signal(object)
    other_model_read = Signal(object)
    people_known = Signal(object)
    person_found = Signal(object)
    people_found = Signal(object)
    state_drawn = Signal(object)
    character_made = Signal(object)
    moment_ready = Signal(object)
    keyframe_drawn = Signal(object)
    timeline_made = Signal(object)
    picture_previewed = Signal(object)
    part_enlarged = Signal(object)
    enlarging_known = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, tuple[Any, ...]]] = []
        self.makes_sheet = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **_: self.asked.append((name, arguments))

    # these are connected to signals with arguments, so they must say how many they take
    def new_face(self) -> None:
        self.asked.append(("new_face", ()))

    def cancel_job(self) -> None:
        self.asked.append(("cancel_job", ()))

    def copy_latent(self) -> None:
        self.asked.append(("copy_latent", ()))

    def may_draw_faces(self) -> bool:
        return True

    def draw_no_faces(self) -> None:
        self.asked.append(("draw_no_faces", ()))


def result(colour: int = 90, role: Role = Role.LIVE, side: int = 32) -> RenderResult:
    request = RenderRequest(1, 1, Recipe(), Quality.FULL, role)
    return RenderResult(request, np.full((side, side, 3), colour, np.uint8), 12.5)


def shown(qtbot: QtBot, session: Session, controller: FakeController, notifier: Notifier) -> MainWindow:
    """The window, active, with a model and its first face."""
    made = MainWindow(session, controller, notifier, Settings())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    session.set_model(facts())
    controller.frame_ready.emit(result())
    controller.asked.clear()  # what was asked of it so far is not the test's
    return made


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    """As the platform does: to whatever has the focus, shortcuts first."""
    QTest.keyClick(window.windowHandle(), key, modifiers)
