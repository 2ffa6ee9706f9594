"""Looking for people on the compute thread: what is known and learnt of a model, who is found, and how that is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from explorer.compute.jobs import (
    FindAlike,
    FindPeople,
    KnowPeople,
    LearnPeople,
    LoadModel,
    PeopleTask,
    ReplacePeople,
    crowd,
    people,
)
from explorer.compute.jobs.task import Partial
from explorer.compute.model_host import ModelHost
from explorer.messages import FoundPerson, PeopleFound, PersonFound
from generator.errors import ExportError, WishError
from generator.people import search
from generator.progress import Progress, finish
from generator.wishes.wish import Band, Brief, Wish
from tests.support.people import World
from tests.support.studio_fixtures import Brightness

HALVES = (Band(high=0, share=0.5, label="feminine"), Band(low=0, share=0.5, label="masculine"))
BRIEF = Brief(4, (Wish("gender", HALVES), Wish("yaw", (Band(-9, 9),))), apart=0.2, seed=3)
HOST = cast(ModelHost, SimpleNamespace(facts=SimpleNamespace(hash="world")))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """In which few seeds are looked through."""
    made = World()
    monkeypatch.setattr(search, "STAGES", (2048,))
    monkeypatch.setattr(search, "TRIES", 3)
    monkeypatch.setattr(people, "crowd", lambda host, clean: made.people())
    return made


def done(task: PeopleTask) -> tuple[list[FoundPerson], PeopleFound, list[Progress]]:
    """Who was found, how it ended, and the steps."""
    job = task.run(HOST)
    found: list[FoundPerson] = []
    steps: list[Progress] = []
    while True:
        try:
            step = next(job)
        except StopIteration as end:
            return found, end.value, steps
        if isinstance(step, Partial):
            assert isinstance(step.value, PersonFound)
            found.append(step.value.person)
        else:
            steps.append(step)


def find(brief: Brief = BRIEF) -> tuple[list[FoundPerson], PeopleFound, list[Progress]]:
    return done(FindPeople(1, "world", brief))


# finding ----------------------------------------------------------------------------------------------------------


def test_people_come_one_by_one_with_what_was_measured(world: World) -> None:
    found, end, steps = find()
    assert sorted(person.number for person in found) == [1, 2, 3, 4]
    assert sorted(person.cell[0] for person in found) == ["feminine"] * 2 + ["masculine"] * 2
    for person in found:
        values = dict(person.values)
        assert (values["gender"] < 0) == (person.cell[0] == "feminine")
        assert abs(values["yaw"]) <= 9
    assert (end.found, end.missing, end.only_predicted) == (4, (), ())
    assert "3 found" in " ".join(step.text for step in steps)


def test_what_nobody_can_measure_is_told_at_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = World(measured=("smile", "yaw", "beard"))
    monkeypatch.setattr(people, "crowd", lambda host, clean: blind.people())
    found, end, _ = find()
    assert end.only_predicted == ("gender",)
    assert all(person.predicted == ("age", "gender") for person in found)


def test_who_nobody_is_is_told_by_what_was_asked(world: World) -> None:
    nobody = Wish("yaw", (Band(-9, 9, 0.5), Band(500, 510, 0.5)))
    found, end, _ = find(replace(BRIEF, wishes=(nobody,)))
    assert len(found) == end.found == 2
    assert end.missing == (("500..510",),) * 2
    assert dict(end.rejected) == {"yaw": 3}  # who was tried for the first of both


def test_somebody_else_takes_a_place_and_nobody_comes_again(world: World) -> None:
    found, _, _ = find()
    leaving, others = found[0], tuple(found[1:])
    seeds = tuple(person.seed for person in found)
    replaced, end, _ = done(ReplacePeople(2, "world", BRIEF, ((70, leaving),), others, seeds))
    assert end.found == 1
    assert replaced[0].cell == leaving.cell
    assert replaced[0].seed not in seeds


def test_the_face_to_be_replaced_is_named(world: World) -> None:
    found, _, _ = find()
    steps = list(ReplacePeople(2, "world", BRIEF, ((70, found[0]), (71, found[1])), tuple(found[2:])).run(HOST))
    assert [step.value.instead for step in steps if isinstance(step, Partial)] == [70, 71]


def test_people_like_one_are_asked_for_the_same(world: World) -> None:
    found, _, _ = find()
    alike, end, _ = done(FindAlike(3, "world", BRIEF, found[0], 2))
    assert (len(alike), end.found) == (2, 2)
    assert {person.cell for person in alike} == {found[0].cell}
    assert all(person.recipe.source == found[0].recipe.source for person in alike)


def test_where_somebody_is_in_w_is_known_again_from_the_recipe(world: World) -> None:
    from generator.people.finding import find as finding
    from generator.people.finding import more_like

    those = world.people()
    one = finish(finding(BRIEF, those)).people[0]
    for person in (one, *finish(more_like(one, 2, BRIEF, those, 1))):
        told = crowd.message_of(person, np.zeros((2, 2, 3), np.uint8))
        np.testing.assert_allclose(crowd.person_of(told, those).w, person.w, atol=1e-5)


def test_people_of_a_model_that_is_no_longer_open_are_not_looked_for(world: World) -> None:
    with pytest.raises(ExportError, match="Another model"):
        finish(FindPeople(1, "e" * 64, BRIEF).run(HOST))


# knowing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def host(tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> ModelHost:
    """A model without faces, of whose pictures the brightness is measured."""
    made = ModelHost()
    finish(LoadModel(str(tiny_checkpoint), "cpu").run(made))
    monkeypatch.setattr(crowd, "measurer", Brightness)
    return made


def known(host: ModelHost, task: KnowPeople | None = None) -> Any:
    return finish(cast(Any, (task or KnowPeople()).run(host)))


def test_a_model_is_learnt_once_and_then_known(host: ModelHost) -> None:
    assert not known(host).is_learnt
    learnt = known(host, LearnPeople(faces=48))
    assert learnt.is_learnt
    assert learnt.scales.names == ("skin", "warmth")
    assert dict(learnt.groups) == {"skin": "Colours", "warmth": "Picture"}
    assert known(host) == learnt


def test_nobody_is_looked_for_in_a_model_that_is_not_learnt(host: ModelHost) -> None:
    with pytest.raises(WishError, match="learn it first"):
        finish(cast(Any, FindPeople(1, host.facts.hash, BRIEF).run(host)))
