"""The light table by how unusual faces are: looked at in the background, placed one by one, and remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.compute.jobs import InspectFaces
from explorer.document.session import Session
from explorer.library.library import UNUSUAL_KEY
from explorer.messages import FaceInspected
from explorer.window.main_window import MainWindow
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_library import MODEL, OTHER
from tests.support.panel_fixtures import facts
from tests.support.table_fixtures import open_table
from tests.support.window_fixtures import FakeController

UNUSUAL = "Unusual first"
PERCENTILES = {101: 40.0, 102: 99.0, 103: None, 104: 70.0}  # None: no face is seen


def tasks(controller: FakeController) -> list[InspectFaces]:
    submitted = [arguments[0] for name, arguments in controller.asked if name == "submit"]
    return [task for task in submitted if isinstance(task, InspectFaces)]


def inspect(controller: FakeController, *faces: tuple[int, Recipe]) -> None:
    """A fake inspector: the highest of two rows is what `PERCENTILES` says."""
    for id, recipe in faces:
        worst = PERCENTILES[id]
        rows = () if worst is None else (("Teeth", worst), ("Hair", 10.0))
        controller.face_inspected.emit(FaceInspected(id, recipe, rows))


def keep(window: MainWindow, *ids: int, model: str = MODEL) -> None:
    """Faces with ids that no entry of the history gets meanwhile, in the order of their ids."""
    for id in ids:
        window.library.put(Face.of(id, Recipe(model, SeedSource(id)), order=float(id)))


def choose(window: MainWindow, text: str) -> None:
    box = window.faces.table.order
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Home)
    for _ in range(box.findText(text)):
        QTest.keyClick(box, Qt.Key.Key_Down)


@pytest.fixture
def going(window: MainWindow, session: Session, controller: FakeController) -> list[bool]:
    """Whether the faces are being looked at, which a test may say; four faces are on the table, sorted so."""
    state = [False]
    controller.runs = lambda *kinds: InspectFaces in kinds and state[0]  # type: ignore[attr-defined]
    session.set_model(replace(facts(), hash=MODEL))
    keep(window, *PERCENTILES)
    open_table(window)
    choose(window, UNUSUAL)
    return state


def shown(window: MainWindow) -> tuple[int, ...]:
    return window.faces.table.faces.ids


def test_faces_go_where_they_belong_as_they_are_looked_at_and_those_without_a_face_are_last(
    window: MainWindow, controller: FakeController, going: list[bool]
) -> None:
    (task,) = tasks(controller)
    assert [id for id, _ in task.faces] == [101, 102, 103, 104]
    orders = []
    for face in task.faces:
        inspect(controller, face)
        orders.append(shown(window))
    assert orders == [(101, 102, 103, 104), (102, 101, 103, 104), (102, 101, 103, 104), (102, 104, 101, 103)]
    tip = window.faces.table.faces.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Teeth: more unusual than 99 % of photographs" in tip


def test_faces_of_other_models_are_last_and_are_looked_at_once_theirs_is_open(
    window: MainWindow, session: Session, controller: FakeController, going: list[bool], qtbot: QtBot
) -> None:
    inspect(controller, *tasks(controller)[0].faces)
    keep(window, 105, model=OTHER)
    assert shown(window) == (102, 104, 101, 103, 105)
    session.set_model(replace(facts(), hash=OTHER))
    qtbot.waitUntil(lambda: len(tasks(controller)) == 2)
    assert [id for id, _ in tasks(controller)[1].faces] == [105]


def test_what_comes_and_changes_is_looked_at_in_its_turn_with_what_is_still_missing(
    window: MainWindow, controller: FakeController, going: list[bool], qtbot: QtBot
) -> None:
    going[0] = True
    inspect(controller, *tasks(controller)[0].faces[:2])
    edited = Recipe(MODEL, SeedSource(9))
    window.library.put(window.library.face(101).with_recipe(edited))
    keep(window, 105)
    qtbot.waitUntil(lambda: len(tasks(controller)) == 2)
    assert [id for id, _ in tasks(controller)[1].faces] == [101, 103, 104, 105]
    assert dict(tasks(controller)[1].faces)[101] == edited
    assert shown(window)[:2] == (102, 101)  # where it was, until it has been looked at again


def test_after_a_cancel_only_new_faces_are_looked_at_until_the_order_is_chosen_again(
    window: MainWindow, controller: FakeController, going: list[bool], qtbot: QtBot
) -> None:
    keep(window, 105)
    qtbot.waitUntil(lambda: len(tasks(controller)) == 2)
    assert [id for id, _ in tasks(controller)[1].faces] == [105]
    choose(window, "My order")
    assert ("cancel", (InspectFaces,)) in controller.asked
    choose(window, UNUSUAL)
    assert [id for id, _ in tasks(controller)[2].faces] == [101, 102, 103, 104, 105]


def test_the_project_remembers_and_faces_that_were_looked_at_are_not_again(
    window: MainWindow, controller: FakeController, going: list[bool]
) -> None:
    library, faces = window.library, tasks(controller)[0].faces
    inspect(controller, *faces)
    library.leaving.emit()
    library.put(Face.of(102, Recipe(MODEL, SeedSource(77)), order=102.0))  # another face than the one that was seen
    library.reset.emit()  # as if it was opened again
    choose(window, "My order")
    choose(window, UNUSUAL)
    assert [id for id, _ in tasks(controller)[-1].faces] == [102]
    assert shown(window) == (102, 104, 101, 103)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"faces": 3}', "[" * 5000, '{"version": "", "faces": [[1, "a", [["x", NaN]]]]}']
)
def test_what_is_damaged_in_the_project_is_looked_at_again(
    window: MainWindow, controller: FakeController, going: list[bool], text: str
) -> None:
    window.library.set_state(UNUSUAL_KEY, text)
    window.library.reset.emit()
    choose(window, "My order")
    choose(window, UNUSUAL)
    assert [id for id, _ in tasks(controller)[-1].faces] == [101, 102, 103, 104]
