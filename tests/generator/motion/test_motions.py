"""Ready-made motions are ordinary timelines that do what they are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from generator.errors import MotionError
from generator.motion.frames import Frames
from generator.motion.motions import MOTIONS, RADIUS, around, from_average, shimmer, sweep, walk, wander
from generator.motion.timeline import Timeline
from generator.motion.timeline_json import from_json, to_json
from generator.networks import Generator
from generator.recipe.recipe import Direction, Floats, Recipe, SeedSource, Truncation, pack
from generator.render.recipe_latents import RecipeLatents

FACE = Recipe(source=SeedSource(85))
SMILE = Direction("smile", pack(np.ones(32, np.float32)))
Latents = Callable[[Recipe], Floats]


@pytest.fixture(scope="module")
def w_plus(tiny: Generator) -> Latents:
    latents = RecipeLatents(tiny)
    return lambda recipe: latents.w_plus(recipe)[0].numpy()


def frames(timeline: Timeline, w_plus: Latents, fps: float = 30) -> list[Recipe]:
    found = Frames(timeline, w_plus)
    return [found.recipe(time) for time in timeline.frame_times(fps)]


def test_all_of_them_can_be_written_last_as_asked_and_have_a_title(w_plus: Latents) -> None:
    made = {
        "walk": walk([FACE, replace(FACE, source=SeedSource(1))], 2.5),
        "around": around(FACE, w_plus, seconds=5),
        "sweep": sweep(FACE, SMILE, 5),
        "from-average": from_average(FACE, 5),
        "shimmer": shimmer(FACE, 5),
        "wander": wander(1, 5),
    }
    assert list(made) == list(MOTIONS)
    for timeline in made.values():
        assert timeline.duration == 5
        assert from_json(to_json(timeline)) == timeline


def test_a_walk_leads_through_every_face_and_back() -> None:
    faces = [replace(FACE, source=SeedSource(seed)) for seed in range(4)]
    timeline = walk(faces, 1.5, names=["Anna"])
    assert [(face.time, face.recipe) for face in timeline.keyframes] == list(zip((0, 1.5, 3, 4.5), faces, strict=True))
    assert (timeline.duration, timeline.loop, timeline.path) == (6, True, "smooth")
    assert [face.name for face in timeline.keyframes] == ["Anna", "", "", ""]
    assert walk(faces, 1.5, loop=False).duration == 4.5
    assert walk(faces[:1]).duration == 2
    with pytest.raises(MotionError, match="A walk needs faces"):
        walk([])


def test_around_is_a_closed_circle_in_w(w_plus: Latents) -> None:
    timeline = around(FACE, w_plus)
    ways = np.array([w_plus(recipe) - w_plus(FACE) for recipe in frames(timeline, w_plus)])
    assert np.ptp(ways, axis=1).max() < 1e-5  # the same on every layer
    lengths = np.linalg.norm(ways[:, 0], axis=1)
    sigma = np.linalg.norm(timeline.lanes[0].direction.array)  # type: ignore[union-attr]
    assert lengths == pytest.approx(RADIUS * sigma, rel=1e-3)
    steps = np.linalg.norm(np.diff(ways[:, 0], axis=0), axis=1)
    assert steps == pytest.approx(steps.mean(), rel=0.02)
    assert np.linalg.matrix_rank(ways[:, 0], tol=1e-3 * float(sigma)) == 2
    assert (ways[0] == ways[-1]).all()


def test_another_seed_is_another_plane(w_plus: Latents) -> None:
    assert around(FACE, w_plus, seed=1).lanes != around(FACE, w_plus).lanes == around(FACE, w_plus).lanes


def test_a_sweep_goes_to_both_sides_and_back_whatever_the_face_had(w_plus: Latents) -> None:
    amounts = [recipe.amount(SMILE) for recipe in frames(sweep(FACE.with_amount(SMILE, 1.5), SMILE), w_plus)]
    assert amounts[0] == amounts[-1] == min(amounts) == -3
    assert max(amounts) == pytest.approx(3, abs=0.01)


def test_the_face_grows_from_the_average(w_plus: Latents) -> None:
    timeline = from_average(FACE)
    average = w_plus(replace(FACE, truncation=Truncation(0.0)))
    assert np.allclose(w_plus(Frames(timeline, w_plus).recipe(0)), average, atol=1e-6)
    assert np.allclose(w_plus(Frames(timeline, w_plus).recipe(2)), w_plus(FACE), atol=1e-6)


def test_the_noise_shimmers_with_images_of_equal_length_and_returns_to_the_first(w_plus: Latents) -> None:
    seeds = [recipe.noise.seed for recipe in frames(shimmer(FACE, 1), w_plus, 48)]
    assert set(seeds) == set(range(12))
    assert seeds[0] == seeds[-1] == 0
    assert {seeds.count(seed) for seed in range(1, 12)} <= {3, 4, 5}


def test_a_random_walk_begins_at_its_seed_and_is_the_same_again() -> None:
    timeline = wander(7, 9, psi=0.5)
    assert timeline == wander(7, 9, psi=0.5)
    assert timeline.keyframes[0].recipe == Recipe(source=SeedSource(7), truncation=Truncation(0.5))
    assert (len(timeline.keyframes), timeline.keyframes[-1].time) == (5, 9)
    assert wander(8, 9).keyframes[1] != timeline.keyframes[1]
