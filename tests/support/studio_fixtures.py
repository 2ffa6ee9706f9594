"""What the tests of the direction studio share: a window on a fake controller, and a direction that was made."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import direction_making
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.library.library import Library
from explorer.messages import DirectionMade
from explorer.settings import Settings
from explorer.studio.studio_window import StudioWindow
from explorer.window.flow import Services
from explorer.window.main_window import MainWindow
from explorer.window.studio_flow import StudioFlow
from generator.directions import effect, survey
from generator.recipe.directions import NamedDirection
from tests.support.panel_fixtures import direction, facts
from tests.support.window_fixtures import FakeController, result


class Brightness:
    """Measures of pictures without faces: their lightness, and how much redder than blue they are."""

    names = ("skin", "warmth")

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
        red, _, blue = pixels.reshape(-1, 3).mean(axis=0)
        return np.array([pixels.mean(), red - blue])


def measure_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure the brightness of two dozen pictures, instead of the faces of hundreds, and move few of them."""
    monkeypatch.setattr(direction_making, "measurer", Brightness)
    monkeypatch.setattr(survey, "FACES", 24)
    monkeypatch.setattr(survey, "LEAST_FACES", 24)
    monkeypatch.setattr(effect, "RANDOM", 4)
    monkeypatch.setattr(effect, "_EFFECT_SEEDS", range(4))


def made(name: str = "grin", model: str = "f" * 64, measured: bool = True) -> DirectionMade:
    """A direction of the fake model, and what it does."""
    entry = NamedDirection(direction(name, 7), name.title(), "less", "more", "made by a test")
    effects = (("Smile", 3.1), ("Age", -0.4), ("Yaw", 0.05))
    strip = np.full((96, 128, 3), 90, np.uint8)
    return DirectionMade(model, entry, strip, effects if measured else (), 4.2, measured=measured)


def studio_alone(
    qtbot: QtBot, session: Session, controller: FakeController, notifier: Notifier
) -> tuple[StudioFlow, StudioWindow]:
    """The studio of a window that holds nothing else, opened and active, with a model and its first face."""
    window = QWidget()
    flow = StudioFlow(Services(window, session, Library(parent=window), controller, notifier, Settings()))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    window.show()
    session.set_model(facts())
    controller.frame_ready.emit(result())
    controller.asked.clear()  # what was asked of it so far is not the test's
    flow.open()
    qtbot.waitUntil(flow.window.isActiveWindow)
    return flow, flow.window


def studio_of(window: MainWindow, qtbot: QtBot) -> StudioWindow:
    """The studio, opened by the menu and active."""
    window.menu_actions.studio.trigger()
    studio = window.studio.window
    qtbot.waitUntil(studio.isActiveWindow)
    return studio
