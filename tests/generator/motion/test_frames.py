"""The recipe of a moment: at faces, between them on each path, and with lanes beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import MotionError, RecipeError
from generator.motion.easing import HOLD, SMOOTH, Easing
from generator.motion.frames import Frames
from generator.motion.paths import slerp
from generator.motion.timeline import PATHS, Key, Keyframe, Lane, Timeline
from generator.networks import Generator
from generator.recipe.layers import Layers
from generator.recipe.recipe import (
    Direction,
    DirectionEdit,
    Floats,
    LatentSource,
    Mix,
    Noise,
    Recipe,
    SeedSource,
    Target,
    Transform,
    Truncation,
    pack,
)
from generator.recipe.seeds import z_from_seed
from generator.render.recipe_latents import RecipeLatents

Latents = Callable[[Recipe], Floats]
VECTOR = np.random.RandomState(1).randn(32).astype(np.float32)
SMILE = Direction("smile", pack(VECTOR), Layers.parse("0-4"))
SHAVE = Direction("shave", pack(VECTOR), target=Target(pack(0 * VECTOR), 0.5))
EDITED = Recipe(
    source=SeedSource(2),
    truncation=Truncation(0.5, 5),
    directions=(DirectionEdit(SMILE, 1.5), DirectionEdit(SHAVE, 0.5)),
    mix=Mix(SeedSource(9), (0.0, 0.5, 1.0)),
)


def face(seed: int, psi: float = 0.7) -> Recipe:
    return Recipe(source=SeedSource(seed), truncation=Truncation(psi))


def through(*faces: Recipe, path: str = "straight", loop: bool = False) -> Timeline:
    """A second between faces."""
    keyframes = tuple(Keyframe(float(time), recipe) for time, recipe in enumerate(faces))
    return Timeline(keyframes, duration=len(faces) - 1.0 + loop, path=path, loop=loop)


@pytest.fixture(scope="module")
def w_plus(tiny: Generator) -> Latents:
    latents = RecipeLatents(tiny)
    return lambda recipe: latents.w_plus(recipe)[0].numpy()


def close(found: Floats, expected: Floats) -> bool:
    return np.allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("path", PATHS)
def test_a_face_is_shown_as_it_is_at_its_time_and_held_at_the_ends(path: str, w_plus: Latents) -> None:
    faces = [face(1), EDITED, face(3)]
    frames = Frames(through(*faces, path=path), w_plus)
    assert [frames.recipe(time) for time in (-1, 0, 1, 2, 3)] == [faces[0], *faces, faces[2]]


@pytest.mark.parametrize("path", PATHS)
def test_a_loop_closes_exactly_and_without_a_jump(path: str, w_plus: Latents) -> None:
    timeline = through(face(1), face(2), face(3), path=path, loop=True)
    for some in (timeline, replace(timeline.moved(2, 2.5).moved(1, 1.5).moved(0, 0.25), path=path)):
        frames, end = Frames(some, w_plus), some.duration
        assert frames.recipe(end) == frames.recipe(0)
        assert np.abs(w_plus(frames.recipe(end - 1e-4)) - w_plus(frames.recipe(0))).max() < 0.01


@pytest.mark.parametrize("path", PATHS)
@given(time=st.floats(0, 3))
def test_a_frame_is_an_ordinary_recipe_beside_which_the_next_is_nearly_the_same(
    path: str, time: float, w_plus: Latents
) -> None:
    frames = Frames(through(face(1), EDITED, face(3), face(4), path=path), w_plus)
    moved = w_plus(frames.recipe(time + 1e-4)) - w_plus(frames.recipe(time))
    assert np.abs(moved).max() < 0.01


def test_the_straight_path_is_the_line_in_w_plus(w_plus: Latents) -> None:
    frame = Frames(through(face(1), EDITED), w_plus).recipe(0.25)
    assert (frame.truncation, frame.directions, frame.mix) == (Truncation(1.0), (), None)
    assert close(w_plus(frame), 0.75 * w_plus(face(1)) + 0.25 * w_plus(EDITED))


def test_the_arc_is_slerp_in_z(w_plus: Latents) -> None:
    stored = replace(face(0), source=LatentSource.from_array("z", z_from_seed(7, 32)))
    for second in (face(7), stored):
        frame = Frames(through(face(1), second, path="arc"), w_plus).recipe(0.25)
        z = slerp(z_from_seed(1, 32), z_from_seed(7, 32), 0.25)
        assert close(w_plus(frame), w_plus(replace(face(1), source=LatentSource.from_array("z", z))))


def test_on_an_arc_truncation_mix_and_directions_change_evenly(w_plus: Latents) -> None:
    start = replace(EDITED, directions=(DirectionEdit(SMILE, -1.0),), mix=replace(EDITED.mix, weights=(1.0,)))
    end = replace(start, truncation=Truncation(0.9, 5), directions=(DirectionEdit(SHAVE, 1.0),), mix=EDITED.mix)
    between = replace(
        start,
        truncation=Truncation(0.6, 5),
        directions=(DirectionEdit(SMILE, -0.75), DirectionEdit(SHAVE, 0.25)),
        mix=Mix(SeedSource(9), (0.75, 0.125, 0.25)),
    )
    frame = Frames(through(start, end, path="arc"), w_plus).recipe(0.25)
    assert frame.directions == between.directions
    assert close(w_plus(frame), w_plus(between))


@pytest.mark.parametrize(
    "recipe", [Recipe(source=SeedSource(1, label=0)), Recipe(source=LatentSource.from_array("w", VECTOR))]
)
def test_no_arc_leads_to_what_is_no_seed(recipe: Recipe, w_plus: Latents) -> None:
    timeline = Timeline((Keyframe(0, face(1)), Keyframe(1, recipe, "Anna")), duration=1, path="arc")
    with pytest.raises(MotionError, match="No arc leads to Anna: it is neither a seed"):
        Frames(timeline, w_plus)


def test_the_smooth_path_has_no_corner_at_a_face(w_plus: Latents) -> None:
    timeline = replace(through(face(1), face(2), face(3), loop=True).moved(2, 1.5), path="smooth")
    frames, step = Frames(timeline, w_plus), 1e-3
    for time in (0, 1, 1.5):
        here, before, after = (w_plus(frames.recipe(time + way)) for way in (0, -step, step))
        speed = np.abs(after - here).max()
        assert np.abs((after - here) - (here - before)).max() < 0.02 * speed


def test_the_even_path_is_the_straight_one_at_another_speed(w_plus: Latents) -> None:
    straight = through(face(1), face(2), face(3), loop=True)
    pace = pack(np.array([0, 0.5, 0.75, 1], np.float32))
    even = Frames(replace(straight, path="even", pace=pace), w_plus)
    assert even.recipe(1) == Frames(straight, w_plus).recipe(1.5)
    assert even.recipe(0) == even.recipe(3) == face(1)
    assert close(w_plus(even.recipe(0.2)), w_plus(Frames(straight, w_plus).recipe(0.3)))


def test_easings_and_holds_are_those_of_the_face_before(w_plus: Latents) -> None:
    timeline = through(face(1), face(2), face(3)).eased(0, HOLD).eased(1, SMOOTH)
    frames, plain = Frames(timeline, w_plus), Frames(through(face(1), face(2), face(3)), w_plus)
    assert frames.recipe(0.99) == face(1)
    assert frames.recipe(1) == face(2)
    assert frames.recipe(1.25) == plain.recipe(1 + SMOOTH.at(0.25))


def test_a_direction_lane_adds_to_the_face_and_ends_at_what_a_recipe_can_have(w_plus: Latents) -> None:
    lane = Lane("direction", (Key(0, 0), Key(2, 4)), SMILE)
    frames = Frames(through(EDITED, face(3)).with_lane(lane), w_plus)
    plain = Frames(through(EDITED, face(3)), w_plus)
    for time in (0, 0.5, 1, 2):
        moved = w_plus(plain.recipe(time)) + 2 * time * np.pad(np.tile(VECTOR, (5, 1)), ((0, 3), (0, 0)))
        assert close(w_plus(frames.recipe(time)), moved)
    swinging = Easing("curve", (0.3, -1.0, 0.7, 2.0))
    far = replace(lane, keys=(Key(0, 0, swinging), Key(2, 1000)))
    assert Frames(through(EDITED, face(3)).with_lane(far), w_plus).recipe(1.6).amount(SMILE) == 1000


@pytest.mark.parametrize("path", PATHS)
def test_a_truncation_lane_takes_the_place_of_every_faces_psi(path: str, w_plus: Latents) -> None:
    lane = Lane("truncation", (Key(0, -0.5), Key(2, 1.5)))
    frames = Frames(replace(through(EDITED, face(3), face(4)).with_lane(lane), path=path), w_plus)
    other = replace(EDITED, truncation=Truncation(-0.5, 5))
    assert close(w_plus(frames.recipe(0)), w_plus(other))
    assert close(w_plus(frames.recipe(1)), w_plus(face(3, 0.5)))
    assert close(w_plus(frames.recipe(2)), w_plus(face(4, 1.5)))


def test_noise_and_transform_lanes_take_the_place_of_the_faces(w_plus: Latents) -> None:
    lanes = (Lane("noise", (Key(0, 3.0), Key(1, 5.0))), Lane("x", (Key(0.5, 0.25),)), Lane("degrees", (Key(0, 90),)))
    start = replace(face(1), transform=Transform(1, 2, 3))
    frame = Frames(replace(through(start, face(2)), lanes=lanes), w_plus).recipe(0.75)
    assert frame.noise == Noise("random", 4)
    assert frame.transform == Transform(0.25, 0.5, 90)


def test_between_faces_the_noise_is_that_of_the_face_before_and_the_transform_moves_along(w_plus: Latents) -> None:
    start = replace(face(1), transform=Transform(1, 2, 3), noise=Noise("none"))
    frame = Frames(through(start, face(2)), w_plus).recipe(0.75)
    assert (frame.noise, frame.transform) == (Noise("none"), Transform(0.25, 0.5, 0.75))


def test_lanes_that_are_off_or_empty_have_no_effect(w_plus: Latents) -> None:
    lanes = (Lane("truncation", (Key(0, 0.1),), off=True), Lane("direction", (), SMILE))
    assert Frames(replace(through(face(1), face(2)), lanes=lanes), w_plus).recipe(1) == face(2)


def test_a_lane_on_a_circle_returns_to_its_first_key(w_plus: Latents) -> None:
    lane = Lane("direction", (Key(1, 0), Key(3, 2)), SMILE)
    frames = Frames(Timeline((Keyframe(0, face(1)),), (lane,), duration=4, loop=True), w_plus)
    assert [frames.recipe(time).amount(SMILE) for time in (0, 1, 2, 3, 3.5, 4)] == [1, 0, 1, 2, 1.5, 1]


def test_the_network_maps_each_face_once(w_plus: Latents) -> None:
    asked: list[Recipe] = []

    def counting(recipe: Recipe) -> Floats:
        asked.append(recipe)
        return w_plus(recipe)

    frames = Frames(through(face(1), face(2), face(3), path="smooth"), counting)
    for time in np.linspace(0, 2, 30):
        frames.recipe(float(time))
    assert len(asked) == 3


def test_without_faces_and_with_those_of_another_model_there_is_a_sentence(w_plus: Latents) -> None:
    with pytest.raises(MotionError, match="has no face yet"):
        Frames(Timeline(duration=1), w_plus).recipe(0)
    foreign = Frames(through(replace(face(1), model="0" * 64), face(2)), w_plus)
    with pytest.raises(RecipeError, match="made with another model"):
        foreign.recipe(0.5)
