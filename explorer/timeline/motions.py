"""The ready-made motions: what the window asks for, and the timelines that they become."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from explorer.translation import tr
from generator.errors import MotionError
from generator.motion import motions
from generator.motion.frames import WPlus
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Direction, Recipe, SeedSource

TITLES = {  # as in `generator.motion.motions.MOTIONS`
    "walk": tr("Walk through the marked faces"),
    "around": tr("Circle around this face"),
    "sweep": tr("Sweep of a direction"),
    "from-average": tr("From the average face to this one"),
    "shimmer": tr("Shimmer of the noise"),
    "wander": tr("Random walk"),
}
FIRST_SEED = 1  # of a random walk that begins at a face without a seed


@dataclass(frozen=True)
class MotionWish:
    """A motion by its name, and what it is made of."""

    name: str
    face: Recipe  # the one shown
    faces: tuple[tuple[Recipe, str], ...] = ()  # those to walk through, with their names
    direction: Direction | None = None  # of a sweep


def made(wish: MotionWish, w_plus: WPlus) -> Timeline:
    """The timeline of a motion. Raises `MotionError` where something that it needs is missing."""
    face, direction = wish.face, wish.direction
    if wish.name == "sweep" and direction is None:
        raise MotionError(tr("A sweep needs a direction; choose one."))
    names = tuple(name for _, name in wish.faces)
    makers: dict[str, Callable[[], Timeline]] = {
        "walk": partial(motions.walk, tuple(recipe for recipe, _ in wish.faces), names=names),
        "around": partial(motions.around, face, w_plus),
        "sweep": lambda: motions.sweep(face, direction),  # type: ignore[arg-type]
        "from-average": partial(motions.from_average, face),
        "shimmer": partial(motions.shimmer, face),
        "wander": partial(motions.wander, _seed_of(face), psi=face.truncation.psi, model=face.model),
    }
    return makers[wish.name]()


def _seed_of(face: Recipe) -> int:
    return face.source.seed if isinstance(face.source, SeedSource) else FIRST_SEED
