"""Ready-made motions: each is an ordinary timeline, to be changed like any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import cos, pi, sin

import numpy as np

from generator.errors import MotionError
from generator.motion.easing import HOLD, SMOOTH, Easing
from generator.motion.frames import WPlus
from generator.motion.timeline import GAP, Key, Keyframe, Lane, Timeline
from generator.recipe.recipe import MAX_SEED, Direction, Floats, Recipe, SeedSource, Truncation, pack

MOTIONS = {  # name: title
    "walk": "Walk through the faces",
    "around": "Circle around the face",
    "sweep": "Sweep of a direction",
    "from-average": "From the average face",
    "shimmer": "Shimmer of the noise",
    "wander": "Random walk",
}
RADIUS = 0.25  # of a circle around a face: the person stays recognisable
SWEEP = 3.0  # sigma to both sides
SHIMMER = 12  # noise images a second
_KEYS = 8  # of a circle: cubic curves between them are off by less than a thousandth of the radius


def walk(faces: Sequence[Recipe], seconds: float = GAP, loop: bool = True, names: Sequence[str] = ()) -> Timeline:
    """Through `faces` on the smooth path, `seconds` from one to the next. Raises `MotionError` if there are none."""
    if not faces:
        raise MotionError("A walk needs faces; mark some.")
    called = [*names, *[""] * (len(faces) - len(names))]
    keyframes = (Keyframe(seconds * i, face, called[i]) for i, face in enumerate(faces))
    duration = seconds * (len(faces) if loop or len(faces) == 1 else len(faces) - 1)
    return Timeline(tuple(keyframes), duration=duration, path="smooth", loop=loop)


def around(recipe: Recipe, w_plus: WPlus, radius: float = RADIUS, seconds: float = 4.0, seed: int = 0) -> Timeline:
    """Around one face: a closed circle in W, as two lanes of directions at right angles.

    radius: in distances between random faces, which the lanes' directions are long. seed: of the plane of the circle,
    which is spanned by differences of random faces, so that it lies where faces differ.
    """
    across, up = _plane(recipe.model, w_plus, seed)
    lanes = tuple(
        Lane("direction", _wave(radius, seconds, phase), Direction(name, pack(vector)))
        for name, vector, phase in (("circle-1", across, 0.0), ("circle-2", up, -pi / 2))
    )
    return Timeline((Keyframe(0.0, recipe),), lanes, duration=seconds, loop=True)


def sweep(recipe: Recipe, direction: Direction, seconds: float = 4.0, limit: float = SWEEP) -> Timeline:
    """From -limit to +limit sigma of a direction and back, whatever the face had of it."""
    keys = (Key(0.0, -limit, SMOOTH), Key(seconds / 2, limit, SMOOTH))
    face = Keyframe(0.0, recipe.with_amount(direction, 0.0))
    return Timeline((face,), (Lane("direction", keys, direction),), duration=seconds, loop=True)


def from_average(recipe: Recipe, seconds: float = GAP) -> Timeline:
    """From the average face to this one: its truncation from 0."""
    keys = (Key(0.0, 0.0, SMOOTH), Key(seconds, recipe.truncation.psi))
    return Timeline((Keyframe(0.0, recipe),), (Lane("truncation", keys),), duration=seconds)


def shimmer(recipe: Recipe, seconds: float = GAP) -> Timeline:
    """The same face with one random noise image after another."""
    count = max(round(SHIMMER * seconds), 2)
    keys = (Key(0.0, 0.0), Key(seconds * (count - 1) / count, count - 1.0, HOLD))
    return Timeline((Keyframe(0.0, recipe),), (Lane("noise", keys),), duration=seconds, loop=True)


def wander(seed: int, seconds: float = 10.0, psi: float = 0.7, model: str = "", label: int | None = None) -> Timeline:
    """A random walk from the face of `seed` through others of its class, `GAP` seconds or so from one to the next."""
    count = max(round(seconds / GAP), 1)
    seeds = [seed, *_random_seeds(seed, count)]
    faces = [Recipe(model, SeedSource(each, label), Truncation(psi)) for each in seeds]
    return replace(walk(faces, seconds / count, loop=False), duration=seconds)


def _wave(radius: float, seconds: float, phase: float) -> tuple[Key, ...]:
    """radius * cos(2 pi t / seconds + phase), once around."""
    turns = [2 * pi * i / _KEYS + phase for i in range(_KEYS)]
    return tuple(
        Key(seconds * i / _KEYS, radius * cos(turn), _arched(turn, 2 * pi / _KEYS)) for i, turn in enumerate(turns)
    )


def _arched(turn: float, step: float) -> Easing:
    """The curve from cos(turn) to cos(turn + step) with its slope at both ends."""
    rise = cos(turn + step) - cos(turn)
    slopes = (-sin(turn) * step / rise, -sin(turn + step) * step / rise)
    return Easing("curve", (1 / 3, slopes[0] / 3, 2 / 3, 1 - slopes[1] / 3))


def _plane(model: str, w_plus: WPlus, seed: int) -> tuple[Floats, Floats]:
    """Two directions of W at right angles, `[w_dim]`, as long as the first two of four random faces are apart."""
    faces = (Recipe(model, SeedSource(each), Truncation(1.0)) for each in _random_seeds(seed, 4))
    a, b, c, d = (w_plus(face)[0] for face in faces)
    across, other = a - b, c - d
    length = np.linalg.norm(across)
    up = other - np.vdot(other, across) / length**2 * across
    return across, np.asarray(up * (length / np.linalg.norm(up)), np.float32)


def _random_seeds(seed: int, count: int) -> list[int]:
    return [int(drawn) for drawn in np.random.RandomState(seed).randint(0, MAX_SEED, count, np.uint32)]
