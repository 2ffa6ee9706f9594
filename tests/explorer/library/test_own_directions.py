"""The user's own directions: in the session, in the project and for the user's file, and back again by undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from explorer.library.library import Library
from explorer.library.own_directions import OwnDirections
from generator.recipe.directions import NamedDirection
from generator.recipe.layers import Layers
from tests.support.fake_project import FakeProject
from tests.support.library_fixtures import library_on, switch_to
from tests.support.panel_fixtures import NAMED, direction, facts, session

MODEL = "f" * 64
HAT, SCAR, GRIN = (
    NamedDirection(direction(name, number), name.title(), "less", "more", "")
    for number, name in enumerate(("hat", "scar", "grin"))
)


@pytest.fixture
def library(qtbot: QtBot) -> Iterator[Callable[..., Library]]:
    made: list[Library] = []

    def make(*entries: NamedDirection) -> Library:
        made.append(library_on(qtbot, project(*entries)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def project(*entries: NamedDirection) -> FakeProject:
    made = FakeProject()
    made.own[MODEL] = {entry.name: entry for entry in entries}
    return made


def own_of(library: Library, *filed: NamedDirection) -> OwnDirections:
    """With a model of which `filed` are in the user's file."""
    doc = session()
    made = OwnDirections(doc, library, doc)
    doc.set_model(replace(facts(), epoch=2, hash="0" * 64))
    doc.set_model(replace(facts(), own=filed))
    made.session = doc  # type: ignore[attr-defined]
    return made


def shown(own: Any) -> list[str]:
    return [entry.name for entry in own.session.directions]


def test_those_of_the_project_and_of_the_users_file_join_the_shipped_ones(library) -> None:
    changed = replace(HAT, note="of the project")
    own = own_of(library(changed, SCAR), HAT, replace(NAMED[1], hidden=True))
    assert own.entries == (changed, replace(NAMED[1], hidden=True), SCAR)
    assert shown(own) == ["age", "yaw", "hair", "hat", "scar"]
    assert own.session.directions[1].hidden


def test_a_change_is_in_session_project_and_file_and_undo_takes_it_back_everywhere(library) -> None:
    held = library(SCAR)
    own, written = own_of(held, HAT), []
    own.written.connect(lambda *change: written.append(change))
    own.change("Add grin", lambda entries: (*entries, GRIN))
    assert shown(own)[-1] == "grin"
    assert held.directions.of(MODEL) == (SCAR, GRIN)  # what only the file has stays out of the project
    own.session.undo_stack.undo()
    assert shown(own)[-1] == "scar"
    assert held.directions.of(MODEL) == (SCAR,)
    assert written == [(MODEL, (HAT, SCAR), (HAT, SCAR, GRIN)), (MODEL, (HAT, SCAR, GRIN), (HAT, SCAR))]


def test_another_project_brings_its_own_and_those_of_the_file_stay(library, qtbot: QtBot) -> None:
    held = library(SCAR)
    own = own_of(held, HAT)
    switch_to(qtbot, held, project(GRIN))
    assert own.entries == (HAT, GRIN)


def test_the_project_has_them_in_their_order_when_it_is_opened_again(library, qtbot: QtBot) -> None:
    held, file = library(), project(HAT, SCAR)
    switch_to(qtbot, held, file)
    own = own_of(held)
    own.change("Order", lambda entries: (GRIN, *reversed(entries)))
    held.close()
    assert file.directions(MODEL) == (GRIN, SCAR, HAT)


def test_a_direction_that_the_model_cannot_take_is_left_out(library) -> None:
    wrong = replace(HAT, direction=replace(HAT.direction, vector=HAT.direction.vector[:16]))
    assert own_of(library(wrong, SCAR)).entries == (SCAR,)


def test_the_same_model_on_another_device_keeps_them(library) -> None:
    own = own_of(library())
    own.change("Add hat", lambda entries: (*entries, HAT))
    own.session.set_model(replace(facts(), epoch=9))
    assert own.entries == (HAT,)


def test_restoring_what_came_with_the_model_moves_the_face_along_that_again(library) -> None:
    own = own_of(library())
    given = NAMED[1].direction
    own.session.edit("Yaw", own.session.recipe.with_amount(given, 1.5))
    changed = replace(NAMED[1], direction=replace(given, layers=Layers.span(0, 1)))
    own.change("Change layers", lambda entries: (*entries, changed))
    assert own.session.recipe.amount(changed.direction) == 1.5
    own.change("Restore", lambda entries: ())
    assert own.session.recipe.amount(given) == 1.5
