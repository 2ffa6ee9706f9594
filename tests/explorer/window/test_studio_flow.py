"""The direction studio in the window: what is asked of the compute thread, and what becomes of the answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import (
    DrawTiles,
    FindMeasures,
    LoadModel,
    MakeDirection,
    MeasureLayers,
    ReadDirections,
    ReadOtherModel,
    SaveDirections,
)
from explorer.control.notify import JobState, Notifier
from explorer.document.session import Session
from explorer.messages import (
    DirectionsFound,
    Failure,
    FoundDirection,
    LayersMeasured,
    Measurable,
    MeasuresKnown,
    OtherModel,
)
from explorer.studio.studio_window import StudioWindow
from explorer.studio.wishes import (
    ComponentWish,
    DifferenceWish,
    FoundWish,
    LayersWish,
    MeasureWish,
    PicturesWish,
    PilesWish,
    SefaWish,
    SlidersWish,
    Wish,
)
from explorer.window import studio_flow
from explorer.window.main_window import MainWindow
from generator.progress import Progress
from generator.recipe.layers import Layers
from generator.recipe.recipe import SeedSource
from tests.support.panel_fixtures import NAMED, facts
from tests.support.studio_fixtures import made, studio_alone
from tests.support.user_events import drop
from tests.support.window_fixtures import LEFT, FakeController, press, result

ESC, ENTER = Qt.Key.Key_Escape, Qt.Key.Key_Return
MODEL = "f" * 64


@pytest.fixture
def studio(qtbot: QtBot, session: Session, controller: FakeController, notifier: Notifier) -> StudioWindow:
    return studio_alone(qtbot, session, controller, notifier)[1]


def tasks(controller: FakeController, kind: type) -> list[object]:
    """What was submitted of one kind."""
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if isinstance(task, kind)]


def wishes(controller: FakeController) -> list[Wish]:
    return [task.wish for task in tasks(controller, MakeDirection)]  # type: ignore[attr-defined]


def found(*names: str) -> DirectionsFound:
    directions = (FoundDirection(name, f"Direction {name} in W.", Layers.ALL) for name in names)
    return DirectionsFound("/there/some.npz", "What was found.", tuple(directions))


def make(studio: StudioWindow, way: int) -> None:
    """Choose a way by the keyboard's own means and press the button."""
    studio.pages.setCurrentWidget(studio.make)
    studio.make.ways.setCurrentRow(way)
    QTest.mouseClick(studio.make.make, LEFT)


# opening ----------------------------------------------------------------------------------------------------------


def test_the_keys_and_the_button_of_the_panel_open_one_studio(window: MainWindow, qtbot: QtBot) -> None:
    press(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.mouseClick(window.panels.directions.new, LEFT)
    assert [studio.isVisible() for studio in window.findChildren(StudioWindow)] == [True]


def test_esc_closes_the_studio_and_while_something_is_made_cancels_it(
    studio: StudioWindow, controller: FakeController, notifier: Notifier
) -> None:
    controller.runs = lambda *kinds: False  # type: ignore[method-assign]
    notifier.progress(JobState(1, MakeDirection(ComponentWish(0)), Progress(1, 4, "Measuring")))
    assert studio.job_bar.isVisible()
    controller.asked.clear()
    QTest.keyClick(studio, ESC)
    assert [name for name, _ in controller.asked].count("cancel") == 1
    assert studio.isVisible()
    notifier.progress(None)
    QTest.keyClick(studio, ESC)
    assert not studio.isVisible()


# bringing ---------------------------------------------------------------------------------------------------------


def test_a_file_dropped_on_the_studio_is_read_there(studio: StudioWindow, controller: FakeController) -> None:
    path = Path.cwd() / "age.npy"
    assert drop(studio, [QUrl.fromLocalFile(str(path))])
    assert tasks(controller, ReadDirections) == [ReadDirections(str(path))]


def test_a_file_with_one_direction_is_fitted_at_once(window: MainWindow, controller: FakeController) -> None:
    controller.directions_found.emit(found("age"))
    assert window.studio.window.isVisible()
    assert wishes(controller) == [FoundWish("/there/some.npz", 0)]


def test_of_many_directions_enter_takes_one_with_name_layers_and_sign(
    studio: StudioWindow, controller: FakeController
) -> None:
    controller.directions_found.emit(found("pc0", "pc1", "pc2"))
    bring = studio.bring
    assert wishes(controller) == []
    QTest.keyClick(bring.list, Qt.Key.Key_Down)
    assert bring.sentence.text() == "What was found.\nDirection pc1 in W."
    bring.layers.selectAll()
    QTest.keyClicks(bring.layers, "0-3, 7")
    QTest.keyClick(bring.layers, ENTER)
    bring.turned.click()
    bring.name.selectAll()
    QTest.keyClicks(bring.name, "tilt")
    QTest.keyClick(bring.name, ENTER)
    assert wishes(controller) == [FoundWish("/there/some.npz", 1, "tilt", Layers.parse("0-3,7"), -1)]


def test_a_table_without_its_components_has_them_asked_for(
    studio: StudioWindow, controller: FakeController, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio_flow, "ask_components", lambda parent, settings, then: then("/there/ffhq_pca.pt"))
    controller.directions_found.emit(DirectionsFound("/there/edits.csv", "The PCA file is needed.", (), ""))
    bring = studio.bring
    assert bring.components.isVisible()
    assert not bring.show_it.isVisible()
    QTest.mouseClick(bring.components, LEFT)
    assert tasks(controller, ReadDirections) == [ReadDirections("/there/edits.csv", "/there/ffhq_pca.pt")]
    read = replace(found("smile"), path="/there/edits.csv", components="/there/ffhq_pca.pt")
    controller.directions_found.emit(read)
    assert bring.beside.text() == "ffhq_pca.pt"
    assert wishes(controller) == [FoundWish("/there/edits.csv", 0, beside="/there/ffhq_pca.pt")]
    controller.directions_found.emit(found("age"))
    assert not bring.components.isVisible()


def test_a_failure_of_the_studio_is_shown_in_it_and_one_of_others_is_not(
    studio: StudioWindow, notifier: Notifier
) -> None:
    notifier.fail(Failure("The disk is full."))
    notifier.fail(Failure("The disk is full."), LoadModel("/there/other.pkl"))
    assert not studio.errors.isVisible()
    notifier.fail(Failure("age.npy has shape [1, 8], and the model takes [1, 512]."), ReadDirections("age.npy"))
    assert studio.errors.isVisible()
    assert "[1, 512]" in studio.errors.sentence


# making -----------------------------------------------------------------------------------------------------------


def test_piles_are_drawn_sorted_by_keys_and_made(studio: StudioWindow, controller: FakeController) -> None:
    studio.pages.setCurrentWidget(studio.make)
    view = studio.make.piles.view
    assert tasks(controller, DrawTiles) == [DrawTiles(view.recipes)]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(view, key)
    make(studio, 0)
    assert wishes(controller) == [PilesWish(view.recipes[:1], view.recipes[1:2])]


def test_a_difference_leads_from_a_seed_or_the_pinned_face_to_the_one_shown(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    make(studio, 1)
    assert wishes(controller) == [DifferenceWish(session.face_of(0), session.recipe)]
    pinned = result()
    controller.pinned_changed.emit(pinned)
    make(studio, 1)
    assert wishes(controller)[1:] == [DifferenceWish(pinned.request.recipe, session.recipe)]


def test_a_face_differs_from_itself_in_nothing(studio: StudioWindow, session: Session) -> None:
    studio.pages.setCurrentWidget(studio.make)
    studio.make.ways.setCurrentRow(1)
    studio.make.difference.start.list.setCurrentIndex(0)
    assert not studio.make.make.isEnabled()
    assert studio.make.lack.text() == "Choose two different faces."


def test_the_sliders_as_they_stand_or_a_component_become_one(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    make(studio, 2)
    assert wishes(controller) == []  # no slider is moved
    session.edit("Age", session.recipe.with_amount(NAMED[0].direction, 2.0))
    assert studio.make.sliders.moved.text() == "age +2.0"
    make(studio, 2)
    studio.make.sliders.number.setValue(3)
    make(studio, 2)
    assert wishes(controller) == [SlidersWish(session.recipe), ComponentWish(3)]


def test_measures_are_listed_by_group_once_they_are_known(studio: StudioWindow, controller: FakeController) -> None:
    page = studio.make.measure
    make(studio, 3)
    assert tasks(controller, FindMeasures) == [FindMeasures()]
    assert not page.list.isEnabled()
    smile = Measurable("smile", "Smile", "Mouth", "lip corners above the middle")
    controller.measures_known.emit(MeasuresKnown(MODEL, (smile,)))
    page.list.setFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    make(studio, 3)
    assert wishes(controller) == [MeasureWish("smile")]


def test_a_model_without_faces_has_no_measures_and_says_so(studio: StudioWindow, controller: FakeController) -> None:
    make(studio, 3)
    controller.measures_known.emit(MeasuresKnown(MODEL, (), "No faces are seen."))
    assert not studio.make.measure.list.isEnabled()
    assert studio.make.measure.state.text() == "No faces are seen."
    assert not studio.make.make.isEnabled()


def test_an_eigenvector_is_made_for_the_chosen_layers(studio: StudioWindow, controller: FakeController) -> None:
    page = studio.make.sefa
    page.number.setValue(2)
    QTest.mouseClick(page.layers.chips[1], LEFT)
    make(studio, 4)
    assert wishes(controller) == [SefaWish(2, Layers.parse("4-7"))]


def test_a_direction_of_another_model_is_chosen_from_its_list(studio: StudioWindow, controller: FakeController) -> None:
    page = studio.make.pictures
    controller.other_model_read.emit(OtherModel("/there/other.pkl", "other", (("age", "Age"), ("yaw", "Pose"))))
    page.list.setCurrentRow(1)
    make(studio, 5)
    assert wishes(controller) == [PicturesWish("/there/other.pkl", "yaw")]
    controller.other_model_read.emit(OtherModel("/there/bare.pkl", "bare", ()))
    assert page.state.text() == "bare has no named directions."
    assert not studio.make.make.isEnabled()
    assert tasks(controller, ReadOtherModel) == []


# what was made ----------------------------------------------------------------------------------------------------


def test_what_it_does_is_shown_and_it_is_kept_under_the_name_given_here(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    controller.direction_made.emit(made())
    pane = studio.results
    assert pane.bars.effects == (("Smile", 3.1), ("Age", -0.4))
    assert "4.2 times" in pane.acts.text()
    pane.title.selectAll()
    QTest.keyClicks(pane.title, "Broad grin")
    QTest.keyClick(pane.title, ENTER)
    QTest.mouseClick(pane.add, LEFT)
    kept = session.directions[-1]
    assert (kept.title, kept.direction) == ("Broad grin", made().entry.direction)
    assert tasks(controller, SaveDirections) == [SaveDirections(MODEL, (), (kept,))]
    assert not pane.add.isEnabled()


def test_a_name_that_is_taken_gets_a_number(studio: StudioWindow, controller: FakeController, session: Session) -> None:
    controller.direction_made.emit(made("age"))
    QTest.mouseClick(studio.results.add, LEFT)
    assert (session.directions[-1].direction.name, session.directions[-1].title) == ("age 2", "Age 2")


def test_trying_it_on_moves_the_face_as_an_undo_step(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    before = session.recipe
    controller.direction_made.emit(made())
    QTest.mouseClick(studio.results.try_on, LEFT)
    assert session.recipe.amount(made().entry.direction) == 2.0
    session.undo_stack.undo()
    assert session.recipe == before


def test_effects_that_come_later_leave_a_name_typed_meanwhile(studio: StudioWindow, controller: FakeController) -> None:
    controller.direction_made.emit(made(measured=False))
    studio.results.title.selectAll()
    QTest.keyClicks(studio.results.title, "Mine")
    controller.direction_made.emit(made())
    assert studio.results.title.text() == "Mine"
    assert studio.results.bars.effects


def test_other_layers_are_another_direction_to_be_shown(studio: StudioWindow, controller: FakeController) -> None:
    controller.direction_made.emit(made())
    coarse = studio.results.layers.chips[0]
    QTest.mouseClick(coarse, LEFT)
    assert wishes(controller) == [LayersWish(made().entry, Layers.parse("0-3"))]


def test_a_direction_of_a_model_left_meanwhile_is_not_shown(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    controller.direction_made.emit(made(model="a" * 64))
    assert studio.results.made is None
    controller.direction_made.emit(made())
    session.set_model(facts())
    assert studio.results.made is None


def test_the_seed_of_a_difference_is_typed(studio: StudioWindow, controller: FakeController, session: Session) -> None:
    choice = studio.make.difference.start
    choice.seed.setValue(7)
    make(studio, 1)
    assert wishes(controller)[0].start.source == SeedSource(7)  # type: ignore[union-attr]


def test_every_tooltip_of_the_studio_is_one_short_line_and_every_control_has_a_name(
    studio: StudioWindow, controller: FakeController
) -> None:
    controller.directions_found.emit(found("pc0", "pc1"))
    controller.direction_made.emit(made())
    told = [widget.toolTip() for widget in studio.findChildren(QWidget) if widget.toolTip()]
    assert len(told) > 20
    assert [tip for tip in told if len(tip) > 70 or "\n" in tip] == []
    entries = [entry for kind in (QLineEdit, QListWidget, QComboBox) for entry in studio.findChildren(kind)]
    own = [entry for entry in entries if not isinstance(entry.parent(), (QComboBox, QSpinBox))]
    assert [entry for entry in own if not entry.accessibleName()] == []


def test_the_tab_key_goes_from_the_list_of_ways_to_what_the_way_needs(studio: StudioWindow) -> None:
    studio.pages.setCurrentWidget(studio.make)
    studio.make.ways.setFocus()
    seen = []
    for _ in range(3):
        QTest.keyClick(studio.focusWidget(), Qt.Key.Key_Tab)
        seen.append(studio.focusWidget())
    piles = studio.make.piles
    assert seen == [piles.others, piles.count, piles.view]


def test_what_it_changes_on_each_layer_is_shown_below_the_cells(
    studio: StudioWindow, controller: FakeController
) -> None:
    direction, changes = made().entry.direction, tuple(map(float, range(14)))
    controller.direction_made.emit(made())
    assert tasks(controller, MeasureLayers) == [MeasureLayers(MODEL, direction)]
    controller.layers_measured.emit(LayersMeasured(MODEL, direction, changes))
    assert studio.results.layers.cells.effects == changes


def test_what_is_being_made_is_given_up_with_its_model(
    studio: StudioWindow, controller: FakeController, session: Session
) -> None:
    session.set_model(replace(facts(), hash="e" * 64))
    assert any(name == "cancel" and MakeDirection in kinds for name, kinds in controller.asked)
