"""The timeline dock: faces are added, dragged, eased and removed by hand, and played by a clock of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.document.session import Session
from explorer.panels.timeline_panel import TimelinePanel
from explorer.timeline.clock import Clock
from explorer.timeline.easings import CurvePopup
from explorer.timeline.lane_kinds import TITLES as LANE_TITLES
from explorer.timeline.lane_kinds import TRANSFORM
from explorer.timeline.lane_menu import LaneMenu
from explorer.timeline.motions import TITLES, MotionWish, made
from explorer.timeline.rows import FACES, HEADER, LANE, ON_FACES, RULER, Place
from generator.config import StyleGAN3Config
from generator.motion.easing import Easing
from generator.motion.motions import MOTIONS
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Floats, Recipe, SeedSource, Transform
from tests.support.panel_fixtures import NAMED, click, drag, facts_of, session, type_number

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def doc() -> Session:
    return session()


@pytest.fixture
def panel(qtbot: QtBot, doc: Session) -> TimelinePanel:
    made = TimelinePanel(doc)
    qtbot.addWidget(made)
    made.resize(1000, 260)
    made.show()
    qtbot.waitExposed(made)
    return made


def go_to(doc: Session, seed: int) -> None:
    doc.edit("Seed", replace(doc.recipe, source=SeedSource(seed)))


def add_faces(panel: TimelinePanel, doc: Session, count: int) -> None:
    for seed in range(count):
        go_to(doc, seed)
        click(panel.add)


def times(doc: Session) -> list[float]:
    return [round(face.time, 3) for face in doc.timeline.keyframes]


def place_of(panel: TimelinePanel, lane: int, index: int) -> QPoint:
    return panel.lanes.place_of(Place(lane, index))


def test_each_face_that_is_added_comes_two_seconds_after_the_last(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 3)
    assert times(doc) == [0.0, 2.0, 4.0]
    assert [face.recipe.source for face in doc.timeline.keyframes] == [SeedSource(seed) for seed in range(3)]
    assert doc.timeline.keyframes[1].name == "Seed 1"
    assert doc.timeline.duration == 4.0


def test_a_face_is_dragged_to_another_time_as_one_undo_step(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 3)
    lanes, before = panel.lanes, doc.undo_stack.count()
    middle = place_of(panel, ON_FACES, 1)
    second = round(lanes.rows.x(3.0) - lanes.rows.x(2.0))
    drag(lanes.viewport(), middle, middle + QPoint(second // 2, 0), middle + QPoint(second, 0))
    assert times(doc) == [0.0, 3.0, 4.0]
    assert doc.undo_stack.count() == before + 1
    doc.undo_stack.undo()
    assert times(doc) == [0.0, 2.0, 4.0]


def test_a_face_dragged_past_another_is_in_the_order_of_the_times(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 3)
    lanes = panel.lanes
    start = place_of(panel, ON_FACES, 1)
    steps = round((lanes.rows.x(3.0) - lanes.rows.x(0.0)) / 4)
    drag(lanes.viewport(), start, *(start + QPoint(steps * number, 0) for number in range(1, 5)))
    assert times(doc) == [0.0, 4.0, 5.0]
    assert doc.timeline.keyframes[2].recipe.source == SeedSource(1)
    assert lanes.chosen == Place(ON_FACES, 2)


def test_delete_removes_the_chosen_face_and_undo_brings_it_back(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 3)
    QTest.mouseClick(panel.lanes.viewport(), LEFT, pos=place_of(panel, ON_FACES, 1))
    QTest.keyClick(panel.lanes, Qt.Key.Key_Delete)
    assert times(doc) == [0.0, 4.0]
    doc.undo_stack.undo()
    assert times(doc) == [0.0, 2.0, 4.0]


def test_a_double_click_on_the_row_adds_the_face_shown_at_that_time(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    go_to(doc, 77)
    rows = panel.lanes.rows
    QTest.mouseDClick(panel.lanes.viewport(), LEFT, pos=QPoint(round(rows.x(1.0)), round(RULER + FACES / 2)))
    assert times(doc) == [0.0, 1.0, 2.0]
    assert doc.timeline.keyframes[1].recipe.source == SeedSource(77)


def test_pressing_and_dragging_on_the_ruler_asks_for_each_moment(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    asked: list[float] = []
    panel.moment_asked.connect(asked.append)
    rows = panel.lanes.rows
    drag(panel.lanes.viewport(), *(QPoint(round(rows.x(time)), 10) for time in (0.5, 1.0, 1.5)))
    assert asked == pytest.approx([0.5, 1.0, 1.5], abs=0.01)
    assert panel.lanes.time == asked[-1]
    assert panel.in_use


@pytest.mark.parametrize(
    ("key", "time"),
    [
        (Qt.Key.Key_Right, 1 + 1 / 30),
        (Qt.Key.Key_Left, 1 - 1 / 30),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_End, 4.0),
        (Qt.Key.Key_PageDown, 2.0),
        (Qt.Key.Key_PageUp, 0.0),
    ],
)
def test_keys_step_by_a_frame_to_the_ends_and_from_face_to_face(
    panel: TimelinePanel, doc: Session, key: Qt.Key, time: float
) -> None:
    add_faces(panel, doc, 3)
    panel.show_at(1.0)
    QTest.keyClick(panel.lanes, key)
    assert panel.clock.time == pytest.approx(time)


def test_a_direction_gets_a_lane_whose_keys_are_made_dragged_and_removed(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    panel.add_lane("direction", NAMED[0])
    lanes = panel.lanes
    lanes.setFocus()
    there = QPoint(round(lanes.rows.x(1.0)), round(lanes.rows.y(0, 1.5)))
    QTest.mouseDClick(lanes.viewport(), LEFT, pos=there)
    (lane,) = doc.timeline.lanes
    assert (lane.direction, [key.time for key in lane.keys]) == (NAMED[0].direction, [0.0, 1.0])
    assert lane.keys[1].value == pytest.approx(1.5, abs=0.15)
    drag(lanes.viewport(), there, QPoint(there.x(), round(lanes.rows.y(0, -3.0)) + 20))
    assert doc.timeline.lanes[0].keys[1].value == -3.0
    QTest.keyClick(lanes, Qt.Key.Key_Delete)
    assert len(doc.timeline.lanes[0].keys) == 1


def test_a_lane_on_an_empty_timeline_begins_with_the_face_shown(panel: TimelinePanel, doc: Session) -> None:
    panel.add_lane("truncation")
    assert [face.recipe for face in doc.timeline.keyframes] == [doc.recipe]
    assert doc.timeline.duration > 0
    assert doc.timeline.lanes[0].keys[0].value == doc.recipe.truncation.psi
    doc.undo_stack.undo()
    assert doc.timeline == Timeline()


def test_the_menu_of_a_face_changes_its_easing(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    menu = LaneMenu(panel.lanes, Place(ON_FACES, 0), panel.lanes)
    next(action for action in menu.easings.actions() if action.data() == "smooth").trigger()
    assert doc.timeline.keyframes[0].easing == Easing("smooth")


def test_a_curve_is_drawn_by_hand_as_one_undo_step(qtbot: QtBot, panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    before = doc.undo_stack.count()
    menu = LaneMenu(panel.lanes, Place(ON_FACES, 0), panel.lanes)
    next(action for action in menu.easings.actions() if action.data() == "curve").trigger()
    popup = panel.lanes.findChild(CurvePopup)
    assert popup is not None
    editor = popup.editor
    start = editor.place(0).toPoint()
    drag(editor, start, start + QPoint(10, -10), start + QPoint(20, -30))
    easing = doc.timeline.keyframes[0].easing
    assert easing.kind == "curve"
    assert easing == editor.easing
    assert easing.handles[1] > 0.1
    assert doc.undo_stack.count() == before + 1
    popup.close()


def test_loop_path_duration_and_beats_are_steps_of_the_timeline(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    click(panel.loop)
    assert (doc.timeline.loop, doc.timeline.duration) == (True, 4.0)
    type_number(panel.duration, "10")
    assert times(doc) == [0.0, 5.0]
    panel.path.setCurrentIndex(2)
    panel.path.activated.emit(2)
    assert doc.timeline.path == "smooth"
    panel.unit.activated.emit(1)
    type_number(panel.beats, "90")
    assert doc.timeline.beats == 90
    for _ in range(5):
        doc.undo_stack.undo()
    assert doc.timeline == replace(doc.timeline, loop=False, duration=2.0, path="straight", beats=0.0)


def test_the_clock_shows_its_own_time_however_rarely_it_is_asked(qtbot: QtBot) -> None:
    now = [100.0]
    clock, seen = Clock(now=lambda: now[0]), list[float]()
    clock.moved.connect(seen.append)
    clock.set_length(10.0, loops=False)
    clock.play()
    now[0] = 107.0
    clock._go_on()  # the first tick comes seven seconds late
    assert seen == [7.0]
    now[0] = 120.0
    clock._go_on()
    assert seen == [7.0, 10.0]
    assert not clock.is_playing


def test_the_clock_of_a_loop_goes_round(qtbot: QtBot) -> None:
    now = [0.0]
    clock = Clock(now=lambda: now[0])
    clock.set_length(10.0, loops=True)
    clock.play()
    now[0] = 23.0
    clock._go_on()
    assert clock.time == 3.0
    assert clock.is_playing


def test_a_face_that_is_edited_while_its_moment_is_shown_is_asked_for_again(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    panel.show_at(1.0)
    asked: list[float] = []
    panel.moment_asked.connect(asked.append)
    doc.edit_timeline("Path", replace(doc.timeline, path="smooth"))
    assert asked == [1.0]


def test_names_of_lanes_stay_left_of_their_keys(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    assert panel.lanes.rows.x(0.0) > HEADER


def test_every_ready_made_motion_is_in_the_menu_and_makes_a_timeline(panel: TimelinePanel, doc: Session) -> None:
    assert TITLES.keys() == MOTIONS.keys()
    faces = ((doc.recipe, "one"), (doc.face_of(9), "two"))

    def w_plus(recipe: Recipe) -> Floats:
        assert isinstance(recipe.source, SeedSource)
        return np.random.RandomState(recipe.source.seed).randn(14, 8).astype(np.float32)

    for name in TITLES:
        timeline = made(MotionWish(name, doc.recipe, faces, NAMED[0].direction), w_plus)
        assert timeline.duration > 0
        doc.edit_timeline(TITLES[name], timeline)
        assert panel.play.isEnabled()


def test_the_lanes_of_a_timeline_are_in_sight(panel: TimelinePanel) -> None:
    for kind in ("truncation", "noise"):
        panel.add_lane(kind)
    assert panel.lanes.rows.top(1) + LANE <= panel.lanes.viewport().height()


def test_a_key_that_cannot_be_is_refused_with_a_sentence(panel: TimelinePanel, doc: Session) -> None:
    add_faces(panel, doc, 2)
    panel.add_lane("truncation")
    doc.edit_timeline("Loop", doc.timeline.looping())
    said, lanes = list[str](), panel.lanes
    panel.refused.connect(said.append)
    end = QPoint(round(lanes.rows.x(doc.timeline.duration)), round(lanes.rows.y(0, 0.5)))
    QTest.mouseDClick(lanes.viewport(), LEFT, pos=end)
    assert len(said) == 1
    assert len(doc.timeline.lanes[0].keys) == 1


def test_only_models_that_can_move_the_picture_have_lanes_of_its_place_which_begin_as_the_face_lies(
    panel: TimelinePanel, doc: Session
) -> None:
    def offered() -> list[str]:
        menu = panel.lane.menu()
        menu.aboutToShow.emit()
        return [action.text() for action in menu.actions()]

    places = [LANE_TITLES[kind] for kind in TRANSFORM]
    assert not set(places) & set(offered())
    doc.set_model(facts_of(StyleGAN3Config(32)))
    assert set(places) < set(offered())
    doc.edit("Move", replace(doc.recipe, transform=Transform(degrees=10.0)))
    next(action for action in panel.lane.menu().actions() if action.text() == LANE_TITLES["degrees"]).trigger()
    (lane,) = doc.timeline.lanes
    assert (lane.kind, [key.value for key in lane.keys]) == ("degrees", [10.0])
