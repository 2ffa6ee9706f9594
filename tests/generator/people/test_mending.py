"""The smallest step that puts a face within what is wished."""

from __future__ import annotations

import numpy as np
import pytest

from generator.people.aim import Aim
from generator.people.mending import ROUNDS, Controls, Rejected, controls_of, mending
from generator.progress import Progress, finish
from generator.recipe.recipe import Recipe
from generator.wishes.wish import Band, Cell
from tests.support.people import NAMES, SCALES, library, predictor

START = np.zeros(len(NAMES))
STILL = np.zeros(2)


def aim_of(**bands: tuple[float, float]) -> Aim:
    return Aim.of(Cell(tuple(Band(*band) for band in bands.values())), tuple(bands), NAMES)


def controls(aim: Aim) -> Controls:
    return controls_of(aim, predictor(), library())


def test_a_face_within_the_bands_is_left_as_it_is() -> None:
    aim = aim_of(age=(-5, 5), smile=(-1, 1))
    assert not controls(aim).amounts(aim, START, STILL).any()


def test_the_step_ends_just_inside_the_bound_that_was_missed() -> None:
    aim = aim_of(yaw=(5, 20))
    found = controls(aim)
    (amount,) = found.amounts(aim, START, np.zeros(1))
    reached = found.slopes[NAMES.index("yaw")] @ [amount]
    assert reached == pytest.approx(5 + 0.1 * SCALES[2], abs=0.1)


def test_what_a_direction_does_to_other_wishes_is_taken_back_by_theirs() -> None:
    alone, together = aim_of(age=(5, 20)), aim_of(age=(5, 20), smile=(-0.003, 0.003))
    (age,) = controls(alone).amounts(alone, START, np.zeros(1))
    both = controls(together)
    amounts = both.amounts(together, START, STILL)
    assert amounts[0] == pytest.approx(age, abs=0.05)
    assert amounts[1] < 0
    assert not together.missed(both.slopes @ amounts).any()


def test_a_step_stays_within_the_limits_of_the_directions() -> None:
    aim = aim_of(age=(500, 600), smile=(-0.003, 0.003))
    amounts = controls(aim).amounts(aim, START, STILL)
    assert amounts[0] == 2
    assert (np.abs(amounts) <= 2).all()


def test_slopes_are_corrected_by_what_a_move_did() -> None:
    aim = aim_of(age=(5, 20), smile=(-0.003, 0.003))
    moved, changed = np.array([1.0, -0.5]), np.array([2.0, 0.01, 0.3, 0.0, 1.0])
    np.testing.assert_allclose(controls(aim).corrected(moved, changed).slopes @ moved, changed)


def test_a_face_is_looked_at_again_while_it_comes_nearer_and_moved_by_what_was_learnt() -> None:
    aim, looks = aim_of(age=(5, 8)), []

    def half_as_strong(recipe: Recipe, expected: np.ndarray) -> np.ndarray:
        looks.append(recipe)
        moves = sum(edit.amount * edit.direction.array[0] for edit in recipe.directions)
        return np.array([2 + 0.5 * 10 * moves, 0, np.nan, 0, 0])  # what nobody wished may be unseen

    found = finish(mending(Recipe(), START, aim, controls(aim), half_as_strong, Progress(0, 1, "")))
    assert found.values[0] in Band(5, 8)
    assert found.recipe == looks[-1]
    assert len(looks) <= 1 + ROUNDS


def test_a_face_that_does_not_come_nearer_is_given_up_by_what_it_misses() -> None:
    aim, looks = aim_of(age=(5, 8), yaw=(-90, 90)), []

    def stubborn(recipe: Recipe, expected: np.ndarray) -> np.ndarray:
        looks.append(recipe)
        return START

    with pytest.raises(Rejected, match="age"):
        finish(mending(Recipe(), START, aim, controls(aim), stubborn, Progress(0, 1, "")))
    assert len(looks) == 2


def test_a_face_on_which_a_wished_measure_is_not_seen_is_given_up_at_once() -> None:
    aim, looks = aim_of(age=(5, 8)), []

    def shut(recipe: Recipe, expected: np.ndarray) -> np.ndarray:
        looks.append(recipe)
        return np.full(len(NAMES), np.nan)

    with pytest.raises(Rejected, match="age"):
        finish(mending(Recipe(), START, aim, controls(aim), shut, Progress(0, 1, "")))
    assert len(looks) == 1
