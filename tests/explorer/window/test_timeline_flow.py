"""The timeline in the window: its moments take the place of the face until the face is edited or chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import DrawKeyframes, ExportVideo, MakeMotion, MeasurePace
from explorer.dialogs.export_video import ExportVideoDialog
from explorer.document.session import Session
from explorer.messages import Moment, RenderResult, Role, TimelineMade
from explorer.panels.timeline_panel import TimelinePanel
from explorer.table.drag_out import DraggedFaces, FilePromise
from explorer.window.main_window import MainWindow
from generator.motion.timeline import Timeline
from generator.project.face import Place
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.running_app import drag as slide
from tests.support.running_app import slider_of
from tests.support.window_fixtures import LEFT, FakeController, press, result

CTRL = Qt.KeyboardModifier.ControlModifier
FACES = 3


def asked(controller: FakeController, name: str) -> list[Any]:
    return [arguments[0] for of, arguments in controller.asked if of == name]


def jobs(controller: FakeController, kind: type) -> list[Any]:
    return [task for task in asked(controller, "submit") if isinstance(task, kind)]


def show(controller: FakeController, moment: Moment, colour: int = 200) -> RenderResult:
    """The frame of a moment comes."""
    frame = result(colour, Role.MOTION)
    recipe = Recipe(moment.timeline.keyframes[0].recipe.model, SeedSource(4321))
    frame = replace(frame, request=replace(frame.request, recipe=recipe, moment=moment))
    controller.moment_ready.emit(frame)
    return frame


def colour_in(window: MainWindow) -> int:
    """Grey in the middle of the picture."""
    view = window.view
    middle = view.viewport.image.center().toPoint()
    return view.grab().toImage().pixelColor(middle).red()


@pytest.fixture
def panel(window: MainWindow, session: Session) -> TimelinePanel:
    """Open, with three faces."""
    press(window, Qt.Key.Key_M, CTRL)
    for seed in range(FACES):
        session.edit("Seed", session.face_of(seed))
        QTest.mouseClick(window.panels.timeline.add, LEFT)
    return window.panels.timeline


def scrub(panel: TimelinePanel, time: float) -> None:
    QTest.mouseClick(panel.lanes.viewport(), LEFT, pos=QPoint(round(panel.lanes.rows.x(time)), 10))


def test_the_dock_is_hidden_until_its_key_is_pressed_and_then_has_the_keys(window: MainWindow) -> None:
    assert window.docks.timeline.isHidden()
    press(window, Qt.Key.Key_M, CTRL)
    assert not window.docks.timeline.isHidden()
    assert window.panels.timeline.lanes.hasFocus()


def test_a_moment_takes_the_place_of_the_face_until_a_slider_is_moved(
    window: MainWindow, panel: TimelinePanel, controller: FakeController
) -> None:
    scrub(panel, 1.0)
    moment = asked(controller, "show_moment")[-1]
    show(controller, moment)
    assert colour_in(window) == 200
    slide(slider_of(window, "Truncation psi"), 10)
    assert asked(controller, "show_moment")[-1] is None
    assert colour_in(window) == 90
    show(controller, moment)  # it was still on its way
    assert colour_in(window) == 90


def test_space_plays_in_the_lanes_and_is_a_new_face_elsewhere(
    window: MainWindow, panel: TimelinePanel, controller: FakeController
) -> None:
    panel.lanes.setFocus()
    press(window, Qt.Key.Key_Space)
    assert panel.clock.is_playing
    assert not asked(controller, "submit") or not jobs(controller, ExportVideo)
    press(window, Qt.Key.Key_Space)
    assert not panel.clock.is_playing
    assert panel.in_use
    window.view.setFocus()
    press(window, Qt.Key.Key_Space)
    assert not panel.clock.is_playing


def test_escape_brings_the_face_back(window: MainWindow, panel: TimelinePanel, controller: FakeController) -> None:
    scrub(panel, 1.0)
    show(controller, asked(controller, "show_moment")[-1])
    panel.lanes.setFocus()
    press(window, Qt.Key.Key_Escape)
    assert colour_in(window) == 90


def test_playing_goes_on_while_all_panels_are_hidden_and_ends_with_the_dock(
    window: MainWindow, panel: TimelinePanel
) -> None:
    panel.clock.play()
    window.view.setFocus()
    press(window, Qt.Key.Key_Tab)
    assert window.docks.timeline.isHidden()
    assert panel.clock.is_playing
    press(window, Qt.Key.Key_Tab)
    window.docks.timeline.close()
    assert not panel.clock.is_playing


def test_the_frame_shown_becomes_a_face_of_the_project_once_it_is_there(
    window: MainWindow, panel: TimelinePanel, controller: FakeController
) -> None:
    scrub(panel, 1.0)
    QTest.mouseClick(panel.keep, LEFT)
    assert window.library.faces(Place.TABLE) == ()
    frame = show(controller, asked(controller, "show_moment")[-1])
    (face,) = window.library.faces(Place.TABLE)
    assert face.recipe == frame.request.recipe
    assert "0:01.0" in face.name


def dropped(panel: TimelinePanel, data: QMimeData, time: float) -> None:
    """As the platform does, with the pointer at `time`."""
    viewport, actions = panel.lanes.viewport(), Qt.DropAction.CopyAction
    place, none = QPointF(panel.lanes.rows.x(time), 50), Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QDragEnterEvent(place.toPoint(), actions, data, LEFT, none))
    QApplication.sendEvent(viewport, QDropEvent(place, actions, data, LEFT, none))


def test_faces_of_the_project_are_dropped_where_the_pointer_is(
    window: MainWindow, panel: TimelinePanel, session: Session
) -> None:
    library = window.library
    mine = library.new_face(session.face_of(50))
    library.put(mine)
    other = library.new_face(replace(session.face_of(51), model="e" * 64))
    library.put(other)
    dropped(panel, DraggedFaces((mine.id, other.id), FilePromise()), 1.0)
    faces = session.timeline.keyframes
    assert [face.recipe.source for face in faces] == [SeedSource(seed) for seed in (0, 50, 1, 2)]
    assert faces[1].time == pytest.approx(1.0, abs=0.03)


def test_the_small_pictures_of_its_faces_are_drawn(panel: TimelinePanel, controller: FakeController) -> None:
    assert {recipe.source for task in jobs(controller, DrawKeyframes) for recipe in task.recipes} == {
        SeedSource(seed) for seed in range(FACES)
    }


def test_a_timeline_that_was_opened_is_a_step_and_plays(
    window: MainWindow, panel: TimelinePanel, controller: FakeController, session: Session
) -> None:
    assert session.facts is not None
    opened = Timeline().with_face(session.face_of(7)).with_face(session.face_of(8))
    controller.timeline_made.emit(TimelineMade(opened, "e" * 64, "opened"))  # of a model that is not open any more
    assert len(session.timeline.keyframes) == FACES
    controller.timeline_made.emit(TimelineMade(opened, session.facts.hash, "opened"))
    assert session.timeline == opened
    assert panel.clock.is_playing
    session.undo_stack.undo()
    assert len(session.timeline.keyframes) == FACES


def test_an_even_path_is_measured_and_what_was_measured_on_another_timeline_is_dropped(
    qtbot: QtBot,
    window: MainWindow,
    panel: TimelinePanel,
    controller: FakeController,
    session: Session,
) -> None:
    assert session.facts is not None
    window.timelines._measuring.setInterval(0)
    panel.path.activated.emit(3)
    qtbot.waitUntil(lambda: len(jobs(controller, MeasurePace)) == 1)
    before = jobs(controller, MeasurePace)[0].timeline
    paced = replace(before, pace=b"\0\0\0\0\0\0\x80?")
    controller.timeline_made.emit(TimelineMade(paced, session.facts.hash, "paced", replace(before, path="smooth")))
    assert session.timeline.pace == b""
    controller.timeline_made.emit(TimelineMade(paced, session.facts.hash, "paced", before))
    assert session.timeline == paced


def test_a_motion_is_asked_for_with_the_face_shown(
    panel: TimelinePanel, controller: FakeController, session: Session
) -> None:
    panel.motion_asked.emit("around", None)
    assert jobs(controller, MakeMotion)[-1].wish.face == session.recipe


def test_the_export_writes_the_timeline_as_it_was_chosen(
    qtbot: QtBot, window: MainWindow, panel: TimelinePanel, controller: FakeController, session: Session, tmp_path: Any
) -> None:
    QTest.mouseClick(panel.export, LEFT)
    dialog = window.findChild(ExportVideoDialog)
    assert dialog is not None
    dialog.fps.setValue(25)
    dialog.size_box.setCurrentIndex(dialog.size_box.findData(512))
    assert "100" in dialog.verdict.text()  # frames in four seconds
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    chooser = next(chooser for chooser in window.findChildren(QFileDialog) if chooser.isVisible())
    chooser.fileSelected.emit(str(tmp_path / "loop.mp4"))
    chooser.close()
    (task,) = jobs(controller, ExportVideo)
    assert (task.path, task.timeline) == (str(tmp_path / "loop.mp4"), session.timeline)
    assert (task.options.fps, task.options.size) == (25, 512)


def test_nothing_of_the_timeline_is_left_on_the_screen_with_another_model(
    window: MainWindow, panel: TimelinePanel, controller: FakeController, session: Session
) -> None:
    assert session.facts is not None
    scrub(panel, 1.0)
    show(controller, asked(controller, "show_moment")[-1])
    session.set_model(replace(session.facts, hash="e" * 64, epoch=2))
    assert session.timeline == Timeline()
    assert not panel.in_use
    assert colour_in(window) == 90


def test_what_is_kept_copied_or_exported_is_the_frame_on_the_screen(
    window: MainWindow, panel: TimelinePanel, controller: FakeController, session: Session
) -> None:
    scrub(panel, 1.0)
    frame = show(controller, asked(controller, "show_moment")[-1])
    window.view.setFocus()
    press(window, Qt.Key.Key_K)
    (face,) = window.library.faces(Place.TABLE)
    assert face.recipe == session.recipe == frame.request.recipe
    assert not panel.in_use


def test_the_light_table_stays_open_though_the_timeline_played(window: MainWindow, panel: TimelinePanel) -> None:
    panel.clock.play()
    window.view.setFocus()
    press(window, Qt.Key.Key_L)
    assert window.faces.table.isVisible()
    assert not panel.clock.is_playing
    scrub(panel, 1.0)
    assert window.view.isVisible()
