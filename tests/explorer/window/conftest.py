"""The main window on a controller that only writes down what it is asked."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.window_fixtures import FakeController, shown


@pytest.fixture
def controller() -> FakeController:
    return FakeController()


@pytest.fixture
def notifier() -> Notifier:
    return Notifier()


@pytest.fixture
def session() -> Session:
    return Session(Recipe(source=SeedSource(85)))


@pytest.fixture
def window(qtbot: QtBot, session: Session, controller: FakeController, notifier: Notifier) -> MainWindow:
    return shown(qtbot, session, controller, notifier)
