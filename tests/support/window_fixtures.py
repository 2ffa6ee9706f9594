"""What the tests of the window share: a controller that writes down what it is asked, a window with a face, keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.control.signals import Signals
from explorer.document.session import Session
from explorer.messages import Quality, RenderRequest, RenderResult, Role
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe
from tests.support.panel_fixtures import facts

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


class FakeController(Signals):
    """Says what it is told to and remembers what it was asked, as (name, arguments)."""

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
