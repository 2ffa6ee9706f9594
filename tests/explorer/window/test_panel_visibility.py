"""Tab hides the panels and brings them back as they were; full screen leaves panels and image alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.dialogs.shortcuts import shortcuts_text
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.widgets.number_entry import NumberEntry
from explorer.window.main_window import MainWindow
from generator.config import StyleGAN3Config
from tests.support.panel_fixtures import facts_of
from tests.support.window_fixtures import LEFT, PLAIN, FakeController, press

SHIFT = Qt.KeyboardModifier.ShiftModifier
BELOW = ("Style mixing", "Frame times", "History", "Faces")  # tabs below the picture


@pytest.fixture
def window(window: MainWindow) -> MainWindow:
    window.view.setFocus()
    return window


def open_docks(window: MainWindow) -> set[str]:
    return {dock.windowTitle() for dock in window.docks.all if not dock.isHidden()}


def in_sight(window: MainWindow) -> set[str]:
    """The docks that are open and not behind another tab."""
    QApplication.processEvents()
    return {dock.windowTitle() for dock in window.docks.all if not dock.visibleRegion().isEmpty()}


def focus() -> QWidget | None:
    return QApplication.focusWidget()


def test_tab_hides_all_panels_and_brings_back_those_that_were_open(window: MainWindow) -> None:
    window.docks.noise.close()
    before = open_docks(window)
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == set()
    assert window.view.hasFocus()
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == before
    assert "Noise" not in before


def test_the_tabs_in_front_and_the_widths_come_back_as_they_were(window: MainWindow) -> None:
    window.docks.model.raise_()
    window.docks.times.raise_()
    before, width = in_sight(window), window.docks.directions.width()
    assert {"Model", "Frame times"} <= before
    press(window, Qt.Key.Key_Tab)
    assert in_sight(window) == set()
    press(window, Qt.Key.Key_Tab)
    assert in_sight(window) == before
    assert window.docks.directions.width() == width


def test_where_no_panel_is_open_tab_shows_all(window: MainWindow) -> None:
    for dock in window.docks.all:
        dock.close()
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == {dock.windowTitle() for dock in window.docks.all} - {"Transform"}


def test_a_panel_opened_by_hand_meanwhile_does_not_make_tab_forget_the_others(window: MainWindow) -> None:
    before = open_docks(window)
    press(window, Qt.Key.Key_Tab)
    window.docks.directions.toggleViewAction().trigger()
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == before


def test_the_transform_of_a_model_opened_while_panels_are_hidden_waits_with_them(
    window: MainWindow, session: Session
) -> None:
    press(window, Qt.Key.Key_Tab)
    session.set_model(facts_of(StyleGAN3Config(256, z_dim=8, w_dim=8)))
    assert open_docks(window) == set()
    press(window, Qt.Key.Key_Tab)
    assert "Transform" in open_docks(window)


def test_panels_hidden_when_the_window_closes_are_there_at_the_next_start(
    window: MainWindow, qtbot: QtBot, session: Session, controller: FakeController
) -> None:
    before = open_docks(window)
    press(window, Qt.Key.Key_Tab)
    window.close()
    later = MainWindow(session, controller, Notifier(), Settings())  # type: ignore[arg-type]
    qtbot.addWidget(later)
    later.show()
    assert open_docks(later) == before


def test_tab_steps_on_from_fields_and_from_controls_that_the_keyboard_reached(window: MainWindow) -> None:
    before = open_docks(window)
    entry = window.panels.truncation.psi.findChild(NumberEntry)
    for field in (entry, window.panels.truncation.cutoff, window.panels.directions.search):
        field.setFocus()
        press(window, Qt.Key.Key_Tab)
        reached = focus()
        press(window, Qt.Key.Key_Tab)
        assert field is not reached is not focus()
    assert open_docks(window) == before


def test_tab_after_a_click_on_a_slider_hides_the_panels(window: MainWindow) -> None:
    window.panels.truncation.psi.setFocus()
    groove = focus()
    assert groove is not None
    press(window, Qt.Key.Key_Tab, SHIFT)
    QTest.mouseClick(groove, LEFT, PLAIN, QPoint(20, 10))
    assert focus() is groove
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == set()


def test_tab_works_on_a_floating_dock_as_well(window: MainWindow) -> None:
    window.docks.directions.setFloating(True)
    window.docks.directions.activateWindow()
    press(window, Qt.Key.Key_Tab)
    assert open_docks(window) == set()
    press(window, Qt.Key.Key_Tab)
    assert window.docks.directions.isFloating()
    assert not window.docks.directions.isHidden()


def test_full_screen_changes_neither_panels_nor_scale_nor_place_of_the_image(window: MainWindow) -> None:
    for _ in range(6):
        press(window, Qt.Key.Key_Plus)
    middle = window.view.rect().center()
    QTest.mousePress(window.view, LEFT, PLAIN, middle)
    QTest.mouseMove(window.view, middle + QPoint(31, 17))
    QTest.mouseRelease(window.view, LEFT, PLAIN, middle + QPoint(31, 17))
    before, docks = window.view.viewport, open_docks(window)
    for _ in range(2):
        press(window, Qt.Key.Key_F11)
        _let_resize()
        after = window.view.viewport
        assert open_docks(window) == docks
        assert after.scale == pytest.approx(before.scale)
        assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=1e-9)


def test_full_screen_fits_a_fitted_image_to_the_larger_view(window: MainWindow) -> None:
    before = window.view.viewport
    press(window, Qt.Key.Key_F11)
    _let_resize()
    assert window.view.viewport.is_fitted
    assert before.view != window.view.viewport.view


def test_the_panels_stand_in_the_view_menu_and_in_the_list_of_keys(window: MainWindow) -> None:
    menu = next(action.menu() for action in window.menuBar().actions() if action.text() == "&View")
    assert window.menu_actions.panels in menu.actions()
    assert "| Tab | Show or hide the panels |" in shortcuts_text(window.actions())


def test_every_tab_bar_in_sight_belongs_to_the_panel_below_it(window: MainWindow) -> None:
    for _ in range(3):
        assert tab_bars(window) == {
            ("Truncation", "Noise", "Model"),
            ("Directions", "Looks", "Measures", "Look closer"),
            BELOW,
        }
        press(window, Qt.Key.Key_Tab)
        assert tab_bars(window) == set()
        press(window, Qt.Key.Key_Tab)


def test_tab_bars_are_right_at_the_next_start_and_after_a_reset_of_the_layout(
    window: MainWindow, qtbot: QtBot, session: Session, controller: FakeController
) -> None:
    window.docks.noise.setFloating(True)
    window.close()
    later = MainWindow(session, controller, Notifier(), Settings())  # type: ignore[arg-type]
    qtbot.addWidget(later)
    later.show()
    qtbot.waitExposed(later)
    assert tab_bars(later) == {("Truncation", "Model"), ("Directions", "Looks", "Measures", "Look closer"), BELOW}
    later.menu_actions.reset_layout.trigger()
    bars = tab_bars(later)
    assert {frozenset(bar) for bar in bars} == {
        frozenset(("Truncation", "Noise", "Model")),
        frozenset(("Directions", "Looks", "Measures", "Look closer")),
        frozenset(BELOW),
    }
    bars_in_sight = [bar for bar in later.findChildren(QTabBar) if not bar.visibleRegion().isEmpty()]
    looks = next(bar for bar in bars_in_sight if bar.tabText(1) == "Looks")
    QTest.mouseClick(looks, Qt.MouseButton.LeftButton, pos=looks.tabRect(1).center())
    assert not later.panels.looks.visibleRegion().isEmpty()


def tab_bars(window: MainWindow) -> set[tuple[str, ...]]:
    """The tabs of each bar in sight; no bar may stand twice."""
    QApplication.processEvents()
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    seen = [tuple(bar.tabText(i) for i in range(bar.count())) for bar in bars if not bar.visibleRegion().isEmpty()]
    assert len(set(seen)) == len(seen)
    return set(seen)


def _let_resize() -> None:
    QGuiApplication.sync()
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    QApplication.processEvents()
