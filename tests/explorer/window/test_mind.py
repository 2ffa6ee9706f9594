"""Minding directions by real events: order, words, layers, locks, and what undo takes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import MakeDirection, MeasureLayers, SolveAgain
from explorer.control.notify import JobState, Notifier
from explorer.document.session import Session
from explorer.messages import DirectionsSolved, LayersMeasured
from explorer.studio.layer_cells import LayerCells
from explorer.studio.mind_page import MindPage
from explorer.studio.wishes import ComponentWish, LayersWish
from explorer.window.main_window import MainWindow
from explorer.window.studio_flow import StudioFlow
from generator.progress import Progress
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from tests.support.panel_fixtures import NAMED, direction, drag
from tests.support.studio_fixtures import studio_alone, studio_of
from tests.support.window_fixtures import LEFT, FakeController

MODEL = "f" * 64
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
UP, SPACE, ENTER = Qt.Key.Key_Up, Qt.Key.Key_Space, Qt.Key.Key_Return
HAT, SCAR = (
    NamedDirection(direction(name, number), name.title(), "less", "more", "made by a test")
    for number, name in enumerate(("hat", "scar"))
)


@pytest.fixture
def flow(qtbot: QtBot, session: Session, controller: FakeController, notifier: Notifier) -> StudioFlow:
    return studio_alone(qtbot, session, controller, notifier)[0]


@pytest.fixture
def page(flow: StudioFlow) -> MindPage:
    """The page, with two directions of the user's own after the three of the model."""
    flow.window.pages.setCurrentWidget(flow.window.mind)
    flow.own.change("Add", lambda own: (*own, HAT, SCAR))
    return flow.window.mind


def titles(session: Session) -> list[str]:
    return [entry.title for entry in session.directions]


def retype(field: object, text: str) -> None:
    field.setFocus()  # type: ignore[attr-defined]
    field.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(field, text)
    QTest.keyClick(field, ENTER)


def named(session: Session, name: str) -> NamedDirection:
    return next(entry for entry in session.directions if entry.name == name)


# the list ---------------------------------------------------------------------------------------------------------


def test_alt_and_the_arrows_order_the_users_own(page: MindPage, session: Session) -> None:
    page.select("scar")
    QTest.keyClick(page.list, UP, ALT)
    assert titles(session) == ["Age", "Pose", "Hair colour", "Scar", "Hat"]
    assert page.entry is not None
    assert page.entry.name == "scar"
    session.undo_stack.undo()
    assert titles(session)[3:] == ["Hat", "Scar"]


def test_a_drop_orders_the_users_own(page: MindPage, session: Session, qtbot: QtBot) -> None:
    rows = page.list.model()
    assert rows.moveRow(QModelIndex(), 4, QModelIndex(), 3)  # as a drop does
    qtbot.waitUntil(lambda: titles(session)[3:] == ["Scar", "Hat"])
    assert rows.moveRow(QModelIndex(), 4, QModelIndex(), 0)  # before those of the model: it stays behind them
    qtbot.waitUntil(lambda: titles(session)[3:] == ["Hat", "Scar"])
    assert page.list.names == ["age", "yaw", "hair", "hat", "scar"]


def test_what_came_with_the_model_keeps_its_place_and_the_page_says_so(page: MindPage, session: Session) -> None:
    page.select("yaw")
    QTest.keyClick(page.list, UP, ALT)
    assert titles(session)[:3] == ["Age", "Pose", "Hair colour"]
    assert page.said.isVisible()
    page.select("hat")
    QTest.keyClick(page.list, UP, ALT)  # not between those of the model either
    assert titles(session)[:3] == ["Age", "Pose", "Hair colour"]


def test_deleting_removes_an_own_one_and_restores_what_came_with_the_model(page: MindPage, session: Session) -> None:
    page.select("age")
    assert not page.delete.isEnabled()
    retype(page.form.title, "Years")
    assert titles(session)[0] == "Years"
    QTest.mouseClick(page.delete, LEFT)
    assert titles(session)[0] == "Age"
    page.select("hat")
    QTest.mouseClick(page.delete, LEFT)
    assert titles(session)[3:] == ["Scar"]
    session.undo_stack.undo()
    assert titles(session)[3:] == ["Hat", "Scar"]


def test_a_copy_has_a_name_of_its_own_and_no_lock(page: MindPage, session: Session) -> None:
    page.select("age")
    page.form.locked.click()
    QTest.mouseClick(page.copy, LEFT)
    assert page.entry == replace(named(session, "age"), direction=page.entry.direction, title="Age 2", locked=False)  # type: ignore[union-attr]
    assert page.entry.name == "age 2"  # type: ignore[union-attr]


# words, colour, note ----------------------------------------------------------------------------------------------


def test_words_colour_group_and_note_are_undo_steps_of_their_own(page: MindPage, session: Session) -> None:
    page.select("hat")
    form, steps = page.form, session.undo_stack.count()
    retype(form.title, "Top hat")
    retype(form.low, "bare")
    retype(form.group_entry, "Clothes")
    QTest.mouseClick(form.colours[3], LEFT)
    form.note.setFocus()
    QTest.keyClicks(form.note, "Best up to 2")
    form.title.setFocus()
    entry = named(session, "hat")
    assert (entry.title, entry.low, entry.group, entry.note) == ("Top hat", "bare", "Clothes", "Best up to 2")
    assert entry.colour
    assert session.undo_stack.count() == steps + 5


def test_looking_at_every_direction_changes_nothing(page: MindPage, session: Session) -> None:
    steps = session.undo_stack.count()
    for entry in session.directions:
        page.select(entry.name)
        for field in (page.form.title, page.form.low, page.form.group_entry, page.form.note):
            field.setFocus()
    page.list.setFocus()
    assert session.undo_stack.count() == steps


def test_what_is_locked_cannot_be_changed_and_a_sentence_says_so(page: MindPage, session: Session) -> None:
    page.select("hat")
    page.form.locked.click()
    locked = named(session, "hat")
    assert locked.locked
    retype(page.form.title, "Cap")
    QTest.keyClick(page.form.layers.cells, SPACE)
    QTest.mouseClick(page.delete, LEFT)
    assert named(session, "hat") == locked
    assert page.said.text() == "“Hat” is locked; take the lock away to delete it."
    assert page.form.title.text() == "Hat"


def test_what_is_made_holds_the_locked_ones(page: MindPage, flow: StudioFlow, controller: FakeController) -> None:
    page.select("hat")
    page.form.locked.click()
    flow.make(ComponentWish(0))
    task = [arguments[0] for name, arguments in controller.asked if name == "submit"][-1]
    assert isinstance(task, MakeDirection)
    assert [entry.name for entry in task.held] == ["hat"]


# locks ------------------------------------------------------------------------------------------------------------


def solving(controller: FakeController) -> list[SolveAgain]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if isinstance(task, SolveAgain)]


def lock(page: MindPage, name: str) -> None:
    page.select(name)
    page.form.locked.setFocus()
    QTest.keyClick(page.form.locked, SPACE)


def solved(entry: NamedDirection, held: NamedDirection, **words: object) -> DirectionsSolved:
    """The answer that `entry` is another now that `held` is held."""
    after = replace(entry, direction=direction(entry.name, 11), effects=(("smile", 1.5),), **words)  # type: ignore[arg-type]
    return DirectionsSolved(MODEL, (replace(held, locked=True),), ((entry, after),))


def test_a_lock_has_the_users_other_directions_solved_again(page: MindPage, controller: FakeController) -> None:
    lock(page, "yaw")
    (task,) = solving(controller)
    assert task == SolveAgain(MODEL, (HAT, SCAR), (replace(NAMED[1], locked=True),))
    lock(page, "hat")
    assert solving(controller)[1].entries == (SCAR,)
    assert [entry.name for entry in solving(controller)[1].held] == ["yaw", "hat"]


def test_what_is_the_models_but_for_its_words_is_not_solved_again(page: MindPage, controller: FakeController) -> None:
    page.select("age")
    QTest.mouseClick(page.form.colours[2], LEFT)
    lock(page, "yaw")
    assert solving(controller)[0].entries == (HAT, SCAR)


def test_what_was_solved_is_one_undo_step_which_the_page_tells_and_takes_back(
    page: MindPage, session: Session, controller: FakeController
) -> None:
    session.edit("Scar", session.recipe.with_amount(SCAR.direction, 2.0))
    lock(page, "hat")
    steps = session.undo_stack.count()
    controller.directions_solved.emit(solved(SCAR, HAT))
    again = named(session, "scar")
    assert again.direction == direction("scar", 11)
    assert again.effects == (("smile", 1.5),)
    assert session.recipe.amount(again.direction) == 2.0
    assert page.said.text() == "Solved again, so that “Hat” stays as it is: “Scar”."
    assert session.undo_stack.count() == steps + 1
    QTest.mouseClick(page.undo, LEFT)
    assert named(session, "scar") == SCAR
    assert session.recipe.amount(SCAR.direction) == 2.0
    assert named(session, "hat").locked
    assert not page.undo.isVisible()


def test_an_edit_after_it_ends_the_offer_to_undo(page: MindPage, session: Session, controller: FakeController) -> None:
    lock(page, "hat")
    controller.directions_solved.emit(solved(SCAR, HAT))
    assert page.undo.isVisible()
    session.edit("Age", session.recipe.with_amount(NAMED[0].direction, 1.0))
    assert not page.undo.isVisible()
    assert not page.said.isVisible()


def test_words_typed_while_it_is_solved_stay(page: MindPage, session: Session, controller: FakeController) -> None:
    lock(page, "hat")
    page.select("scar")
    retype(page.form.title, "Old scar")
    controller.directions_solved.emit(solved(SCAR, HAT))
    assert named(session, "scar").title == "Old scar"
    assert named(session, "scar").direction == direction("scar", 11)


def test_a_lock_taken_away_meanwhile_leaves_all_as_it_was(
    page: MindPage, session: Session, controller: FakeController
) -> None:
    lock(page, "hat")
    controller.asked.clear()
    lock(page, "hat")  # away
    assert not named(session, "hat").locked
    assert ("cancel", (SolveAgain,)) in controller.asked
    assert solving(controller) == []
    controller.directions_solved.emit(solved(SCAR, HAT))  # too late to be cancelled
    assert named(session, "scar") == SCAR


def test_what_cannot_or_need_not_be_solved_stays_and_a_sentence_says_so(
    page: MindPage, session: Session, controller: FakeController
) -> None:
    lock(page, "hat")
    steps, held = session.undo_stack.count(), (named(session, "hat"),)
    controller.directions_solved.emit(DirectionsSolved(MODEL, held, ()))
    assert page.said.text() == "Your other directions leave “Hat” as it is."
    controller.directions_solved.emit(DirectionsSolved(MODEL, held, (), ("Scar",)))
    assert page.said.text() == "Left as before, since nothing would remain: “Scar”."
    assert session.undo_stack.count() == steps
    assert not page.undo.isVisible()


def test_the_chosen_row_stays_in_sight_below_what_the_page_says(page: MindPage, flow: StudioFlow) -> None:
    many = tuple(NamedDirection(direction(f"d{number}", number), f"D {number}", "", "", "") for number in range(40))
    flow.own.change("Add many", lambda own: (*own, *many))
    page.select("d39")
    for words in ("One sentence.", "A longer sentence, in two lines. " * 6):
        page.say(words, offers_undo=True)
        QCoreApplication.sendPostedEvents()
        page.layout().activate()
        assert page.list.viewport().rect().contains(page.list.visualItemRect(page.list.currentItem()))


def test_progress_is_shown_in_the_studio_and_esc_gives_it_up(
    page: MindPage, flow: StudioFlow, controller: FakeController, notifier: Notifier
) -> None:
    lock(page, "hat")
    (task,), studio = solving(controller), flow.window
    controller.runs = lambda *kinds: False  # type: ignore[method-assign]
    notifier.progress(JobState(1, task, Progress(3, 40, "Scar: Measuring what it does")))
    assert studio.job_bar.text == "Solving the other directions again Scar: Measuring what it does"
    QTest.keyClick(studio, Qt.Key.Key_Escape)
    assert any(name == "cancel" and SolveAgain in kinds and MakeDirection in kinds for name, kinds in controller.asked)


def test_what_is_hidden_has_no_slider(window: MainWindow, qtbot: QtBot) -> None:
    studio = studio_of(window, qtbot)
    studio.pages.setCurrentWidget(studio.mind)
    page = studio.mind
    page.select("yaw")
    page.form.hidden.click()
    assert "Pose" not in [row.title for row in window.panels.directions.named.rows]
    assert page.list.count() == 3


def test_what_it_does_is_shown_beside_the_page(page: MindPage, controller: FakeController) -> None:
    page.select("yaw")
    QTest.mouseClick(page.show_it, LEFT)
    task = [arguments[0] for name, arguments in controller.asked if name == "submit"][-1]
    assert task == MakeDirection(LayersWish(NAMED[1], NAMED[1].direction.layers))


# layers -----------------------------------------------------------------------------------------------------------


def test_a_drag_over_cells_is_one_undo_step_and_the_face_goes_along(page: MindPage, session: Session) -> None:
    session.edit("Hat", session.recipe.with_amount(HAT.direction, 2.0))
    page.select("hat")
    cells, steps = page.form.layers.cells, session.undo_stack.count()
    drag(cells, *(cells.cell(layer).center().toPoint() for layer in (4, 5, 6)))
    changed = named(session, "hat").direction
    assert str(changed.layers) == "0-3,7-13"
    assert session.recipe.amount(changed) == 2.0
    assert session.undo_stack.count() == steps + 1
    session.undo_stack.undo()
    assert session.recipe.amount(HAT.direction) == 2.0
    assert page.form.layers.layers == Layers.ALL


def test_the_effect_on_each_layer_is_asked_for_once(page: MindPage, controller: FakeController) -> None:
    page.select("hat")
    task = [arguments[0] for name, arguments in controller.asked if name == "submit"][-1]
    assert task == MeasureLayers(MODEL, HAT.direction)
    controller.layers_measured.emit(LayersMeasured(MODEL, HAT.direction, tuple(map(float, range(14)))))
    assert page.form.layers.cells.effects[13] == 13.0
    asked = len(controller.asked)
    QTest.mouseClick(page.form.layers.chips[0], LEFT)
    assert page.form.layers.cells.effects[13] == 13.0
    assert not [task for name, (task, *_) in controller.asked[asked:] if isinstance(task, MeasureLayers)]


def shown(qtbot: QtBot, layers: Layers, count: int = 14) -> tuple[LayerCells, list[Layers]]:
    made, heard = LayerCells(), list[Layers]()
    made.changed.connect(heard.append)
    qtbot.addWidget(made)
    made.resize(420, 100)
    made.show_layers(layers, count)
    made.show()
    qtbot.waitExposed(made)
    return made, heard


def test_chips_choose_a_kind_of_layers_and_ctrl_adds_it(qtbot: QtBot) -> None:
    made, heard = shown(qtbot, Layers.ALL)
    coarse, middle, fine, every = made.chips
    QTest.mouseClick(coarse, LEFT)
    QTest.mouseClick(fine, LEFT, CTRL)
    QTest.mouseClick(middle, LEFT)
    QTest.mouseClick(every, LEFT)
    assert list(map(str, heard)) == ["0-3", "0-3,8-13", "4-7", "all"]


def test_cells_are_switched_by_the_keyboard_and_one_stays_on(qtbot: QtBot) -> None:
    made, heard = shown(qtbot, Layers.span(0, 1))
    QTest.keyClick(made.cells, SPACE)
    QTest.keyClick(made.cells, Qt.Key.Key_Right)
    QTest.keyClick(made.cells, SPACE)  # the last one
    assert list(map(str, heard)) == ["1"]
    assert made.cells.accessibleDescription() == "1; layer 1 is on"


def test_a_click_on_a_cell_switches_it(qtbot: QtBot) -> None:
    made, heard = shown(qtbot, Layers.span(0, 3))
    QTest.mouseClick(made.cells, LEFT, pos=made.cells.cell(5).center().toPoint())
    QTest.mouseClick(made.cells, LEFT, pos=QPoint(2, 2))
    assert list(map(str, heard)) == ["0-3,5", "1-3,5"]
