"""Shifting and rotating through the mouse and the keyboard, and where the window offers it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.messages import ModelFacts
from explorer.panels.transform_panel import TransformPanel
from explorer.settings import Settings
from explorer.widgets.slider_track import Groove
from explorer.window.main_window import MainWindow
from generator.config import StyleGAN3Config
from generator.recipe.recipe import SeedSource, Transform
from tests.support.panel_fixtures import Recipes, click, drag, facts, facts_of, session, type_number
from tests.support.window_fixtures import FakeController

PLAIN = facts()


def alias_free() -> ModelFacts:
    return replace(facts_of(StyleGAN3Config(256, z_dim=8, w_dim=8)), hash="a" * 64)


@pytest.fixture
def doc() -> Session:
    made = Session()
    made.set_model(alias_free())
    return made


@pytest.fixture
def panel(doc: Session, qtbot: QtBot) -> TransformPanel:
    made = TransformPanel(doc)
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_typed_values_move_and_turn_the_picture(doc: Session, panel: TransformPanel) -> None:
    for slider, text in ((panel.right, "0.25"), (panel.down, "-1.5"), (panel.degrees, "-33.3")):
        type_number(slider, text)
    assert doc.recipe.transform == Transform(0.25, -1.5, -33.3)


def test_a_drag_is_one_undo_step_and_the_last_value_stays(doc: Session, panel: TransformPanel) -> None:
    announced = Recipes(doc)
    groove = panel.degrees.findChild(Groove)
    assert groove is not None
    middle = groove.rect().center()
    drag(groove, middle, *(middle + QPoint(step, 0) for step in (4, 8, 16)))
    assert doc.recipe.transform.degrees > 0
    assert len(announced.seen) >= 3
    assert doc.undo_stack.count() == 1
    doc.undo_stack.undo()
    assert doc.recipe.transform == Transform()
    assert panel.degrees.value() == 0


def test_reset_of_the_panel_and_of_everything_put_the_picture_back(doc: Session, panel: TransformPanel) -> None:
    assert not panel.reset.isEnabled()
    type_number(panel.right, "0.5")
    click(panel.reset)
    assert doc.recipe.transform == Transform()
    assert not panel.reset.isEnabled()
    type_number(panel.right, "0.5")
    assert doc.has_unsaved_work
    doc.reset()
    assert panel.right.value() == 0


def test_the_panel_is_idle_for_a_model_that_cannot_move_its_picture(doc: Session, panel: TransformPanel) -> None:
    type_number(panel.right, "0.5")
    doc.set_model(PLAIN)
    assert not panel.isEnabled()
    assert doc.recipe.transform == Transform()
    assert panel.right.value() == 0


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow(session(), FakeController(), Notifier(), Settings())  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_the_dock_is_there_for_the_models_that_need_it_alone(window: MainWindow) -> None:
    doc, dock = window._session, window.docks.transform
    assert dock.isHidden()
    window.docks.arrange()
    assert dock.isHidden()
    doc.set_model(alias_free())
    assert not dock.isHidden()
    assert dock.toggleViewAction().isVisible()
    doc.set_model(PLAIN)
    assert dock.isHidden()
    assert not dock.toggleViewAction().isVisible()


def test_the_dock_stays_closed_when_the_same_model_comes_again(window: MainWindow) -> None:
    window._session.set_model(alias_free())
    window.docks.transform.close()
    window._session.set_model(replace(alias_free(), device="cpu"))  # on another device
    assert window.docks.transform.isHidden()


def test_the_source_panel_stays_in_front_and_keeps_its_title_alone(window: MainWindow, qtbot: QtBot) -> None:
    docks = window.docks
    assert docks.source.titleBarWidget() is None
    window._session.set_model(alias_free())
    qtbot.waitUntil(lambda: docks.source.titleBarWidget() is not None)  # a tab bears it now
    assert not docks.source.visibleRegion().isEmpty()
    assert docks.transform.visibleRegion().isEmpty()
    window._session.set_model(PLAIN)
    qtbot.waitUntil(lambda: docks.source.titleBarWidget() is None)


def test_a_window_closed_on_a_stylegan3_opens_without_the_dock(window: MainWindow, qtbot: QtBot) -> None:
    window._session.set_model(alias_free())
    window.close()
    later = MainWindow(Session(), FakeController(), Notifier(), Settings())  # type: ignore[arg-type]
    qtbot.addWidget(later)
    later.show()
    assert later.docks.transform.isHidden()
    later._session.set_model(alias_free())
    assert not later.docks.transform.isHidden()
    assert later._session.recipe.source == SeedSource(0)


def test_the_source_dock_has_its_title_again_after_a_model_with_a_transform(qtbot: QtBot, window: MainWindow) -> None:
    docks, doc = window.docks, window._session
    for config in (alias_free(), PLAIN, alias_free(), PLAIN):
        doc.set_model(config)
        qtbot.waitUntil(lambda config=config: (docks.source.titleBarWidget() is None) is (config is PLAIN))
        assert docks.source.isVisible()
    docks.noise.close()
    docks.model.close()
    qtbot.waitUntil(lambda: docks.truncation.titleBarWidget() is None)
    docks.noise.show()
    qtbot.waitUntil(lambda: docks.truncation.titleBarWidget() is not None)


def test_the_source_dock_keeps_its_title_in_a_window_closed_on_a_stylegan3(window: MainWindow, qtbot: QtBot) -> None:
    window._session.set_model(alias_free())
    window.docks.transform.raise_()
    window.close()
    later = MainWindow(Session(), FakeController(), Notifier(), Settings())  # type: ignore[arg-type]
    qtbot.addWidget(later)
    later.show()
    qtbot.waitExposed(later)
    docks = later.docks
    later._session.set_model(PLAIN)
    qtbot.waitUntil(lambda: docks.source.titleBarWidget() is None)
    assert not docks.source.visibleRegion().isEmpty()
    later._session.set_model(alias_free())
    qtbot.waitUntil(lambda: docks.source.titleBarWidget() is not None)
    later._session.set_model(PLAIN)
    qtbot.waitUntil(lambda: docks.source.titleBarWidget() is None)
