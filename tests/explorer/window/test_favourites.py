"""Favourite directions in the window: from the menu of a slider to the row under the picture, and into the settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import MakeDirection
from explorer.settings import Settings
from explorer.studio.wishes import SlidersWish
from explorer.window.main_window import MainWindow
from tests.support.panel_fixtures import NAMED
from tests.support.window_fixtures import FakeController

MODEL = "f" * 64


def action(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text().startswith(text))


def test_a_favourite_stands_under_the_picture_until_it_is_one_no_more(window: MainWindow) -> None:
    panel, bar = window.panels.directions, window.favourites.bar
    assert bar.isHidden()
    action(panel.menu(panel.named.rows[1]), "Favourite").trigger()
    assert [slider.title() for slider in bar.sliders] == ["Pose"]
    assert bar.isVisible()
    assert bar.mapTo(window, QPoint(0, 0)).y() > window.view.mapTo(window, QPoint(0, 0)).y()
    assert Settings().favourites(MODEL) == ("yaw",)
    assert action(panel.menu(panel.named.rows[1]), "Favourite").isChecked()
    action(bar.menu(0), "Remove from").trigger()
    assert bar.isHidden()
    assert Settings().favourites(MODEL) == ()


def test_edit_in_the_studio_opens_the_page_with_the_direction(window: MainWindow) -> None:
    panel = window.panels.directions
    action(panel.menu(panel.named.rows[2]), "Edit").trigger()
    mind = window.studio.window.mind
    assert window.studio.window.pages.currentWidget() is mind
    assert mind.entry == NAMED[2]


def test_tying_makes_the_moved_sliders_one(window: MainWindow, controller: FakeController, qtbot: QtBot) -> None:
    session, panel = window._session, window.panels.directions
    recipe = session.recipe.with_amount(NAMED[0].direction, 1.0).with_amount(NAMED[1].direction, 2.0)
    session.edit("Both", recipe)
    ties = action(panel.menu(panel.named.rows[0]), "Tie").menu()
    assert ties is not None
    ties.actions()[0].trigger()
    tasks = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    assert [task.wish for task in tasks if isinstance(task, MakeDirection)] == [SlidersWish(recipe)]
