"""Finding people who fit a brief."""

from __future__ import annotations

import numpy as np
import pytest

from generator.errors import WishError
from generator.people import search
from generator.people.finding import Crowd, Found, find, more_like, replacing
from generator.people.people import Person
from generator.progress import finish
from generator.recipe.recipe import SeedSource
from generator.wishes.wish import Band, Brief, Wish, steps
from tests.support.people import NAMES, World

HALVES = (Band(high=0, share=0.5, label="f"), Band(low=0, share=0.5, label="m"))
BRIEF = Brief(
    8,
    (
        Wish("age", steps(-10, 10, 4), True),
        Wish("gender", HALVES),
        Wish("yaw", (Band(-3, 3),)),
        Wish("smile", (Band(low=0.02),)),
    ),
)


@pytest.fixture(autouse=True)
def few_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "STAGES", (2048, 4096))


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "STAGES", (2048, 4096))
        return finish(find(BRIEF, World().people()))


def test_everybody_is_within_their_bands_as_measured_of_their_picture(crowd: Crowd) -> None:
    assert crowd.missing == ()
    assert [person.number for person in crowd.people] == list(range(1, 9))
    world = World()
    for person, cell in zip(crowd.people, BRIEF.cells(), strict=True):
        values = dict(zip(NAMES, world.people().measure(world.render(person.recipe)), strict=True))  # type: ignore[arg-type]
        assert person.values == values
        assert all(values[wish.measure] in band for wish, band in zip(BRIEF.wishes, cell.bands, strict=True))
        assert person.cell == cell.labels
        assert person.predicted == ()


def test_the_same_brief_finds_the_same_people_and_another_seed_others(crowd: Crowd) -> None:
    assert finish(find(BRIEF, World().people())) == crowd
    others = finish(find(Brief(8, BRIEF.wishes, seed=1), World().people()))
    assert not {person.seed for person in others.people} & {person.seed for person in crowd.people}


def test_no_two_people_are_nearer_than_the_brief_says() -> None:
    apart = Brief(30, apart=0.5)
    w = np.array([person.w for person in finish(find(apart, World().people())).people])
    distances = np.linalg.norm(w[:, None] - w[None], axis=2) + 99 * np.eye(len(w))
    usual = apart.psi * World().people().usual_distance
    assert distances.min() >= 0.5 * usual
    near = finish(find(Brief(30, apart=0.0), World().people())).people
    w = np.array([person.w for person in near])
    assert (np.linalg.norm(w[:, None] - w[None], axis=2) + 99 * np.eye(len(w))).min() < 0.5 * usual


def test_who_looks_like_somebody_else_to_the_network_is_left_out() -> None:
    people = World().people(embed=lambda pixels: np.sign(pixels[:1]))  # two kinds of people
    crowd = finish(find(Brief(3), people))
    assert [person.number for person in crowd.people] == [1, 2]
    assert crowd.missing == (3,)
    assert crowd.rejected.keys() == {"alike"}


def test_people_come_as_soon_as_they_are_found_and_rare_ones_wait_for_more_seeds() -> None:
    rare = Wish("age", (Band(low=27, share=0.5), Band(-10, 10, 0.5)))
    people = World().people()
    found, looked = [], []
    for step in find(Brief(4, (rare,), seed=7), people):
        looked.append(step.text)
        if isinstance(step, Found):
            found.append((step.person.values["age"] > 20, looked.count("Looking through seeds")))
    assert [is_rare for is_rare, _ in found] == [False, False, True, True]
    assert found[0][1] < found[-1][1]


def test_a_face_is_moved_by_sliders_of_what_is_wished_within_their_limits(crowd: Crowd) -> None:
    edits = [edit for person in crowd.people for edit in person.recipe.directions]
    assert {edit.direction.name for edit in edits} <= {wish.measure for wish in BRIEF.wishes}
    assert all(0.05 <= abs(edit.amount) <= 2 and edit.amount == round(edit.amount, 2) for edit in edits)


def test_what_no_seed_has_is_reached_by_the_shortest_way_where_there_is_no_direction() -> None:
    (person,) = finish(find(Brief(1, (Wish("beard", (Band(low=1.7),)),)), World().people())).people
    assert person.values["beard"] >= 1.7
    assert person.edits.keys() == {"beard"}


def test_what_cannot_be_reached_leaves_the_place_empty_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "TRIES", 5)
    world = World()
    crowd = finish(find(Brief(2, (Wish("age", (Band(low=200),)),)), world.people()))
    assert (crowd.people, crowd.missing) == ((), (1, 2))
    assert crowd.rejected == {"age": 5}


def test_what_nobody_here_can_measure_is_judged_by_the_prediction_and_said_to_be() -> None:
    world = World(measured=("smile", "yaw", "beard"))
    wishes = (Wish("age", (Band(5, 8),)), Wish("smile", (Band(low=0.0),)))
    crowd = finish(find(Brief(5, wishes), world.people()))
    assert len(crowd.people) == 5
    for person in crowd.people:
        assert person.predicted == ("age", "gender")
        assert 5 <= person.values["age"] <= 8


def test_flagged_faces_are_left_out_of_a_clean_crowd_only() -> None:
    def inspect(pixels: np.ndarray) -> dict[str, float | None]:
        return {"teeth": None, "hair": 99.0 if pixels[0] > 0 else 30.0}

    people = World().people(inspect=inspect)
    plain = finish(find(Brief(12), people))
    clean = finish(find(Brief(12, clean=True), people))
    assert {person.cues["hair"] for person in plain.people} == {30.0, 99.0}
    assert {person.cues["hair"] for person in clean.people} == {30.0}
    assert plain.rejected == {}
    assert clean.rejected["unusual hair"] > 0


def test_a_search_can_be_cancelled_between_any_two_pictures() -> None:
    world = World()
    job = find(BRIEF, world.people())
    drawn = [len(world.drawn) for _ in job]
    assert max(np.diff(drawn)) == 1


def test_somebody_else_takes_the_place_of_who_was_sent_away(crowd: Crowd) -> None:
    gone, *others = crowd.people
    people = World().people()
    new = finish(replacing(gone, BRIEF, people, others))
    assert new is not None
    assert (new.number, new.cell) == (gone.number, gone.cell)
    assert new.seed not in {person.seed for person in crowd.people}
    newer = finish(replacing(new, BRIEF, people, others, never={gone.seed}))
    assert newer is not None
    assert newer.seed not in {gone.seed, new.seed}


def test_more_like_somebody_are_nearer_than_others_and_in_the_same_bands(crowd: Crowd) -> None:
    person, people = crowd.people[0], World().people()
    like = finish(more_like(person, 3, BRIEF, people, first=9))
    assert [each.number for each in like] == [9, 10, 11]
    assert {each.cell for each in like} == {person.cell}
    assert isinstance(person.recipe.source, SeedSource)
    assert {each.recipe.source for each in like} == {person.recipe.source}
    usual = BRIEF.psi * people.usual_distance
    assert all(0 < np.linalg.norm(each.w - person.w) < 0.7 * usual for each in like)
    assert len({each.seed for each in like}) == 3


def test_a_wish_of_what_is_not_predicted_is_refused() -> None:
    with pytest.raises(WishError, match="'hair' cannot be told of this model's faces; leave that wish out"):
        finish(find(Brief(1, (Wish("hair", (Band(low=3),)),)), World().people()))


def test_a_person_says_what_was_moved(crowd: Crowd) -> None:
    for person in crowd.people:
        assert isinstance(person, Person)
        assert person.edits == {edit.direction.name: edit.amount for edit in person.recipe.directions}


def test_whoever_looks_again_for_the_same_brief_does_not_screen_again() -> None:
    brief = Brief(2, seed=11)
    first, second = ([step.text for step in find(brief, World().people())] for _ in range(2))
    assert "Looking through seeds" in first
    assert "Looking through seeds" not in second
