"""People by wish in the window: what is asked of the compute thread, and how those found come into the project."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import FindAlike, FindPeople, KnowPeople, LearnPeople, PeopleTask, ReplacePeople
from explorer.control.notify import JobState, Notifier
from explorer.dialogs.find_people import FindPeopleDialog
from explorer.document.session import Session
from explorer.library.library import PEOPLE_KEY
from explorer.messages import PeopleFound, PeopleKnown, PersonFound
from explorer.window.main_window import MainWindow
from generator.progress import Progress
from generator.project.face import Face, Place
from tests.support.panel_fixtures import click, facts
from tests.support.people_fixtures import MODEL, known, somebody
from tests.support.window_fixtures import FakeController, press

ENTER = Qt.Key.Key_Return
WOMEN = ("feminine", "20..30")


@pytest.fixture
def dialog(window: MainWindow, controller: FakeController, qtbot: QtBot) -> FindPeopleDialog:
    """Opened by its key, with a model that is known."""
    controller.runs = lambda *kinds: False  # type: ignore[method-assign]
    press(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    made = window.people.dialog
    qtbot.waitUntil(made.isActiveWindow)
    controller.people_known.emit(known())
    return made


def tasks(controller: FakeController, kind: type) -> list[object]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if isinstance(task, kind)]


def ask(dialog: FindPeopleDialog, controller: FakeController, text: str = "two women, age 20..30") -> FindPeople:
    """Type the text and press Enter."""
    dialog.text.clear()
    QTest.keyClicks(dialog.text, text)
    QTest.keyClick(dialog.text, ENTER)
    task = tasks(controller, FindPeople)[-1]
    assert isinstance(task, FindPeople)
    return task


def bring(controller: FakeController, search: int, *numbers: int, instead: int | None = None) -> None:
    for number in numbers:
        person = somebody(number, WOMEN, gender=-3.0, age=24.5)
        controller.person_found.emit(PersonFound(search, person, instead))


def on_table(window: MainWindow) -> tuple[Face, ...]:
    return window.library.faces(Place.TABLE)


def mark(window: MainWindow, *ids: int) -> None:
    window.faces.table.grid.setFocus()
    window.faces.table.grid.mark(ids)


# knowing ----------------------------------------------------------------------------------------------------------


def test_what_can_be_wished_is_asked_once_for_each_model(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    window.menu_actions.people.trigger()
    assert len(tasks(controller, KnowPeople)) == 1
    session.set_model(replace(facts(), hash="e" * 64))
    assert len(tasks(controller, KnowPeople)) == 2
    controller.people_known.emit(known())  # of the model before
    assert not dialog.text.isEnabled()


def test_a_model_is_learnt_with_progress_that_can_be_cancelled(
    dialog: FindPeopleDialog, controller: FakeController, notifier: Notifier
) -> None:
    controller.people_known.emit(PeopleKnown(MODEL))
    click(dialog.learn)
    assert tasks(controller, LearnPeople) == [LearnPeople()]
    notifier.progress(JobState(1, LearnPeople(), Progress(30, 4000, "Learning")))
    assert dialog.job_bar.isVisible()
    controller.asked.clear()
    click(dialog.job_bar.cancel)
    assert controller.asked == [("cancel", (PeopleTask, LearnPeople))]
    notifier.progress(None)
    assert not dialog.job_bar.isVisible()


# finding ----------------------------------------------------------------------------------------------------------


def test_who_is_found_comes_onto_the_table_with_tags_and_measures(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    task = ask(dialog, controller)
    assert (task.model, task.brief.count) == (MODEL, 2)
    bring(controller, task.search, 1)
    face = on_table(window)[0]
    assert face.tags == ("age 20–30", "people 1", "woman")
    assert face.note == "Gender -3 log-odds\nAge 24.5 years"
    assert face.name == "Person 1"
    assert window.faces.stage.currentWidget() is window.faces.table
    assert window.faces.table.tag.currentData() == "people 1"
    assert dialog.found.count() == 1


def test_what_nobody_could_measure_is_told_as_predicted(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    search = ask(dialog, controller).search
    controller.person_found.emit(
        PersonFound(search, replace(somebody(1, WOMEN, gender=-3.0, age=24.5), predicted=("age",)))
    )
    assert on_table(window)[0].note.splitlines()[1] == "Age 24.5 years (predicted)"


def test_a_batch_is_one_undo_step_however_late_somebody_comes(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    search = ask(dialog, controller).search
    bring(controller, search, 1)
    session.edit("Something else", session.face_of(99))
    bring(controller, search, 2, 3)
    assert len(on_table(window)) == 3
    session.undo_stack.undo()
    session.undo_stack.undo()
    assert on_table(window) == ()
    session.undo_stack.redo()
    assert len(on_table(window)) == 3


def test_undoing_while_people_come_gives_up_the_search(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController, session: Session
) -> None:
    search = ask(dialog, controller).search
    bring(controller, search, 1)
    session.undo_stack.undo()
    controller.asked.clear()
    bring(controller, search, 2)
    assert on_table(window) == ()
    assert controller.asked == [("cancel", (PeopleTask, LearnPeople))]


def test_each_batch_has_a_tag_of_its_own(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    for _ in range(2):
        bring(controller, ask(dialog, controller).search, 1)
    assert [face.tags[1] for face in on_table(window)] == ["people 1", "people 2"]
    assert window.faces.table.faces.ids == (on_table(window)[1].id,)


def test_who_comes_late_for_a_search_before_stays_out(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    first, second = ask(dialog, controller).search, ask(dialog, controller).search
    bring(controller, first, 1)
    bring(controller, second, 2)
    assert len(on_table(window)) == 1


def test_the_end_says_who_was_found_and_who_was_not(dialog: FindPeopleDialog, controller: FakeController) -> None:
    task = ask(dialog, controller, "12 people, age 20..70 spread 5, smiling")
    rejected = (("smile", 4), ("alike", 1))
    missing = (("60..70", "smiling"), ("60..70", "smiling"))
    controller.people_found.emit(PeopleFound(task.search, task.brief, 10, missing, rejected, ("age",)))
    assert dialog.verdict.text() == (
        "10 of 12 people found. Nobody was found for: age 60–70, smiling. Widen a wish, or let people be less "
        "different. 5 others were looked at and not taken (smile 4, too much like another 1). Only predicted, not "
        "measured, as the extra “attributes” is not installed: age."
    )


def test_a_search_that_is_cancelled_says_who_was_found(
    dialog: FindPeopleDialog, controller: FakeController, notifier: Notifier
) -> None:
    task = ask(dialog, controller)
    notifier.progress(JobState(1, task, Progress(0, 2, "Looking")))
    bring(controller, task.search, 1)
    notifier.progress(None)
    assert dialog.verdict.text() == "The search was given up; people found until then: 1."


def test_closing_the_dialog_lets_the_search_go_on(
    dialog: FindPeopleDialog, controller: FakeController, notifier: Notifier
) -> None:
    notifier.progress(JobState(1, ask(dialog, controller), Progress(0, 2, "Looking")))
    controller.asked.clear()
    dialog.close()
    assert not dialog.isVisible()
    assert controller.asked == []


def test_another_model_gives_up_the_search(
    dialog: FindPeopleDialog, controller: FakeController, session: Session
) -> None:
    ask(dialog, controller)
    controller.asked.clear()
    session.set_model(replace(facts(), hash="e" * 64))
    assert ("cancel", (PeopleTask, LearnPeople)) in controller.asked
    assert not dialog.text.isEnabled()


# one of them ------------------------------------------------------------------------------------------------------


@pytest.fixture
def three(dialog: FindPeopleDialog, window: MainWindow, controller: FakeController) -> tuple[int, ...]:
    """Ids of the faces of three people, of whom the search has ended."""
    task = ask(dialog, controller)
    bring(controller, task.search, 1, 2, 3)
    controller.people_found.emit(PeopleFound(task.search, task.brief, 3))
    window.activateWindow()
    return tuple(face.id for face in on_table(window))


def test_n_on_the_table_replaces_somebody_as_an_undo_step(
    three: tuple[int, ...], window: MainWindow, controller: FakeController, session: Session
) -> None:
    mark(window, three[1])
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
    (task,) = tasks(controller, ReplacePeople)
    assert isinstance(task, ReplacePeople)
    assert [(id, person.number) for id, person in task.leaving] == [(three[1], 2)]
    assert [person.number for person in task.others] == [1, 3]
    before = on_table(window)
    bring(controller, task.search, 4, instead=three[1])
    after = on_table(window)
    assert [face.recipe.source.seed for face in after] == [1001, 1004, 1003]  # type: ignore[union-attr]
    assert after[1].tags == before[1].tags
    assert window.library.face(three[1]).place is Place.DELETED
    session.undo_stack.undo()
    assert on_table(window) == before


def test_who_was_sent_away_does_not_come_again(
    three: tuple[int, ...], window: MainWindow, controller: FakeController
) -> None:
    mark(window, three[1])
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
    first = tasks(controller, ReplacePeople)[0]
    assert isinstance(first, ReplacePeople)
    bring(controller, first.search, 4, instead=three[1])
    controller.people_found.emit(PeopleFound(first.search, first.brief, 1))
    mark(window, on_table(window)[1].id)
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
    task = tasks(controller, ReplacePeople)[1]
    assert task.never == (1001, 1002, 1003, 1004)  # type: ignore[attr-defined]


def test_what_is_asked_while_people_come_is_done_afterwards(
    dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    task = ask(dialog, controller)
    bring(controller, task.search, 1, 2)
    window.activateWindow()
    mark(window, on_table(window)[0].id)
    for key in (Qt.Key.Key_N, Qt.Key.Key_M):
        QTest.keyClick(window.faces.table.grid, key)
    assert tasks(controller, ReplacePeople) == []
    controller.people_found.emit(PeopleFound(task.search, task.brief, 2))
    (first,) = tasks(controller, ReplacePeople)
    assert isinstance(first, ReplacePeople)
    assert tasks(controller, FindAlike) == []
    controller.people_found.emit(PeopleFound(first.search, first.brief, 0))
    assert len(tasks(controller, FindAlike)) == 1


def test_m_on_the_table_finds_more_like_one_in_a_step_of_its_own(
    three: tuple[int, ...], window: MainWindow, controller: FakeController, session: Session
) -> None:
    mark(window, three[0])
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_M)
    (task,) = tasks(controller, FindAlike)
    assert isinstance(task, FindAlike)
    assert task.person is not None
    assert (task.person.number, task.count) == (1, 6)
    bring(controller, task.search, 7, 8)
    assert len(on_table(window)) == 5
    session.undo_stack.undo()
    assert len(on_table(window)) == 3


def test_the_menu_offers_both_for_people_alone(three: tuple[int, ...], window: MainWindow) -> None:
    kept = window.library.new_face(window._session.recipe)
    window.library.put(kept)
    window.faces.table.show_tag("")
    for id, offered in ((three[0], True), (kept.id, False)):
        grid = window.faces.table.grid
        grid.menu_wanted.emit((window.library.face(id),), grid.mapToGlobal(grid.rect().center()))
        menu = [menu for menu in grid.findChildren(QMenu) if menu.actions()[0].text().startswith("Open")][-1]
        texts = [action.text().split("\t")[0] for action in menu.actions()]
        assert ("Replace this one" in texts, "More like this one" in texts) == (offered, offered)
        menu.close()


def test_the_project_remembers_who_was_found_for_what(
    three: tuple[int, ...], dialog: FindPeopleDialog, window: MainWindow, controller: FakeController
) -> None:
    task = tasks(controller, FindPeople)[-1]
    assert isinstance(task, FindPeople)
    window.library.reset.emit()  # as at the next start
    mark(window, three[0])
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
    again = tasks(controller, ReplacePeople)[-1]
    assert isinstance(again, ReplacePeople)
    assert again.brief == task.brief
    assert [(id, person.number, person.seed) for id, person in again.leaving] == [(three[0], 1, 1001)]
    assert again.never == (1001, 1002, 1003)


@pytest.mark.parametrize("text", ["no json", "[1]", '[{"brief": {}}]', '{"tag": 1}'])
def test_a_project_that_lies_about_it_opens_without(window: MainWindow, text: str) -> None:
    window.library.set_state(PEOPLE_KEY, text)
    window.library.reset.emit()
    assert not window.faces.table.grid.people


def test_what_is_asked_before_the_model_is_known_waits_for_it(
    three: tuple[int, ...], window: MainWindow, controller: FakeController, session: Session
) -> None:
    session.set_model(facts())
    window.people.dialog.close()
    mark(window, three[0])
    QTest.keyClick(window.faces.table.grid, Qt.Key.Key_N)
    assert tasks(controller, ReplacePeople) == []
    controller.people_known.emit(known())
    assert len(tasks(controller, ReplacePeople)) == 1
