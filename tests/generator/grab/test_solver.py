"""The solver brings pulled points to their goals, whatever the Jacobian of all faces says of this one."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from generator.faces.points import HELD_COUNT
from generator.grab.best import PATIENCE, Best
from generator.grab.jacobian import COLOURS, Jacobian
from generator.grab.moves import MoveSpace
from generator.grab.solver import FAR, MOST, Seen, Solver

SIDE = 256
TIP, OTHER = 230, 60


class Face:
    """A face whose points move linearly, otherwise than the mean of all faces."""

    def __init__(self, seed: int = 0, differs: float = 0.3) -> None:
        random = np.random.default_rng(seed)
        space = MoveSpace(random.normal(size=(8, 6, 16)).astype(np.float32))
        place = np.stack([np.arange(HELD_COUNT) % 22, np.arange(HELD_COUNT) // 22], axis=1) * 9.0 + 30
        bumps = random.uniform(40, 220, size=(space.size, 2))
        near = np.exp(-((place[:, None] - bumps) ** 2).sum(axis=2) / 2 / 40**2)  # [points, n]
        ways = random.normal(size=(space.size, 2))
        mesh = (near[:, None] * ways.T).reshape(2 * HELD_COUNT, -1) * 100
        colours = 0.05 * random.normal(size=(COLOURS, space.size)).astype(np.float32)
        self.points, self.truth = place, mesh * (1 + differs * random.normal(size=space.size))
        cost = np.eye(space.size, dtype=np.float32) * 0.04
        self.jacobian = Jacobian("", space, (mesh / SIDE).astype(np.float32), colours, cost)

    def after(self, move: NDArray[np.float64]) -> Seen:
        return Seen(self.points + (self.truth @ move).reshape(HELD_COUNT, 2), self.jacobian.colours @ move)


def dragged(face: Face, goals: dict[int, tuple[float, float]], frames: int = 10) -> Seen:
    solver = Solver(face.jacobian, face.after(np.zeros(face.jacobian.space.size)), SIDE)
    for _ in range(frames):
        solver.see(face.after(solver.step(goals)), goals)
    return face.after(solver.best.move)


@pytest.mark.parametrize("seed", range(3))
def test_pulled_point_reaches_its_goal_on_a_face_unlike_the_mean(seed: int) -> None:
    face = Face(seed)
    goal = tuple(face.points[TIP] + (8, -5))
    after = dragged(face, {TIP: goal})
    assert np.linalg.norm(after.points[TIP] - goal) < 1


def test_pinned_point_stays_while_another_is_pulled() -> None:
    face = Face()
    pin = tuple(face.points[OTHER])
    after = dragged(face, {TIP: tuple(face.points[TIP] + (8, 0)), OTHER: pin})
    assert np.linalg.norm(after.points[OTHER] - pin) < 0.5


def test_pull_out_of_reach_ends_before_the_face_is_another() -> None:
    face = Face()
    solver = Solver(face.jacobian, face.after(np.zeros(face.jacobian.space.size)), SIDE)
    goals = {TIP: tuple(face.points[TIP] + (500, 0))}
    for _ in range(20):
        solver.see(face.after(solver.step(goals)), goals)
    assert np.sqrt(solver.move @ face.jacobian.cost @ solver.move) == pytest.approx(MOST)


def test_far_points_hardly_move() -> None:
    face = Face(differs=0.2)
    after = dragged(face, {TIP: tuple(face.points[TIP] + (6, 0))})
    far = np.linalg.norm(face.points - face.points[TIP], axis=1) > 2 * FAR
    assert np.linalg.norm(after.points - face.points, axis=1)[far].mean() < 1


def test_frames_in_which_the_face_was_lost_teach_nothing_wrong() -> None:
    face = Face(differs=0.0)  # the Jacobian is right: there is nothing to learn
    start = face.after(np.zeros(face.jacobian.space.size))
    solver, goals = Solver(face.jacobian, start, SIDE), {TIP: tuple(face.points[TIP] + (8, 0))}
    known = solver._slopes.copy()
    solver.step(goals)
    solver.step(goals)  # the frame before was lost
    solver.see(face.after(solver.move), goals)
    np.testing.assert_allclose(solver._slopes, known, atol=1e-3)


def test_best_move_is_of_the_frame_nearest_to_the_goal() -> None:
    face = Face()
    goals = {TIP: tuple(face.points[TIP] + (8, 0))}
    solver = Solver(face.jacobian, face.after(np.zeros(face.jacobian.space.size)), SIDE)
    errors = []
    for _ in range(6):
        solver.see(face.after(solver.step(goals)), goals)
        errors.append(solver.error(goals))
    solver.see(face.after(solver.go_back()), goals)
    assert solver.error(goals) == pytest.approx(min(errors))


def test_new_goal_forgets_what_was_best_for_the_old_one() -> None:
    face = Face()
    start = face.after(np.zeros(face.jacobian.space.size))
    solver, old, new = Solver(face.jacobian, start, SIDE), {TIP: tuple(face.points[TIP])}, {TIP: (0.0, 0.0)}
    solver.retarget(old)
    assert solver.best.error == 0
    solver.retarget(new)
    assert solver.best.error == pytest.approx(np.linalg.norm(face.points[TIP]))


def test_drag_ends_when_nothing_comes_nearer_any_more() -> None:
    best = Best(np.zeros(1), 10.0)
    for frame in range(20):  # one in four is nearer, by half
        best.wait()
        best.note(10 * 0.5 ** (1 + frame // 4), np.array([frame]))
        assert not best.is_final
    for _ in range(PATIENCE):
        best.wait()  # the face was lost
    assert best.is_final
    assert best.move == 16
