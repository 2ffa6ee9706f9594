"""The measures in the window: asked for once the picture rests, and only while somebody sees them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import LearnDistribution, MeasureFace
from explorer.document.session import Session
from explorer.messages import FaceMeasured, MeasuredValue, Quality, RenderResult
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.panel_fixtures import click, facts
from tests.support.window_fixtures import LEFT, FakeController, result

YAW = MeasuredValue("yaw", "Left/right", "Pose", "12.3°", "head turned")


def asked(controller: FakeController, kind: type = MeasureFace) -> list[MeasureFace]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if type(task) is kind]


def show(controller: FakeController, quality: Quality = Quality.FULL) -> RenderResult:
    frame = result(colour=120)
    frame = replace(frame, request=replace(frame.request, quality=quality))
    controller.frame_ready.emit(frame)
    return frame


def test_a_picture_is_measured_when_its_dock_comes_into_sight(
    window: MainWindow, controller: FakeController, qtbot: QtBot
) -> None:
    frame = show(controller)
    bar, tab = next(
        (bar, tab)
        for bar in window.findChildren(QTabBar)
        for tab in range(bar.count())
        if bar.tabText(tab) == "Measures"
    )
    QTest.mouseClick(bar, LEFT, pos=bar.tabRect(tab).center())
    qtbot.waitUntil(lambda: len(asked(controller)) == 1)
    assert asked(controller)[0].pixels is frame.pixels


def test_nothing_is_measured_that_nobody_sees(window: MainWindow, controller: FakeController, qtbot: QtBot) -> None:
    show(controller)
    window.measuring.measure()
    assert asked(controller) == []


def test_a_preview_is_not_measured(window: MainWindow, controller: FakeController, qtbot: QtBot) -> None:
    window.docks.open(window.docks.measures)
    qtbot.waitUntil(window.panels.measures.isVisible)
    show(controller, Quality.PREVIEW)
    window.measuring.measure()
    assert asked(controller) == []


def test_measures_of_a_picture_that_is_gone_are_not_shown(
    window: MainWindow, controller: FakeController, qtbot: QtBot
) -> None:
    frame = show(controller)
    controller.face_measured.emit(FaceMeasured(Recipe(source=SeedSource(7)), (YAW,), True))
    assert window.panels.measures.text() == ""
    controller.face_measured.emit(FaceMeasured(frame.request.recipe, (YAW,), True))
    assert window.panels.measures.text() == "Left/right\t12.3°"


def test_the_button_measures_faces_of_the_model(window: MainWindow, controller: FakeController, qtbot: QtBot) -> None:
    window.docks.open(window.docks.measures)
    qtbot.waitUntil(window.panels.measures.isVisible)
    frame = show(controller)
    controller.face_measured.emit(FaceMeasured(frame.request.recipe, (YAW,), False))
    click(window.panels.measures.compare)
    assert len(asked(controller, LearnDistribution)) == 1


def test_another_face_does_not_give_up_the_measuring_of_many_and_another_model_does(
    window: MainWindow, controller: FakeController, session: Session, qtbot: QtBot
) -> None:
    window.docks.open(window.docks.measures)
    qtbot.waitUntil(window.panels.measures.isVisible)
    show(controller)
    window.measuring.measure()
    replaced = [arguments[1] for name, arguments in controller.asked if name == "submit" and asked_for(arguments[0])]
    assert replaced
    assert not any(issubclass(LearnDistribution, kinds) for kinds in replaced)
    session.set_model(replace(facts(), hash="e" * 64))
    assert ("cancel", (LearnDistribution,)) in controller.asked


def asked_for(task: object) -> bool:
    return type(task) is MeasureFace
