"""What grabbing reaches: eight tasks on faces that had no part in anything, as the table in docs/grab.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.identity import Identity
from generator.faces.finder import FaceFinder
from generator.faces.points import HELD
from generator.grab.grabbing import FRAMES, Grabbing
from generator.grab.jacobian import Jacobian
from generator.grab.landmarks import Shades, landmarks
from generator.grab.regions import NAMES, Regions
from generator.grab.tracker import Pixels, face_in
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation

FIRST_SEED = 900_001
PSI = 0.7
_FAR = 40.0  # pixels of 256 from the pulled points: what must stay
_PICTURE = 256  # pixels in which the tasks are stated
Render = Callable[[Recipe], Pixels]
Values = NDArray[np.float64]
Ways = dict[int, tuple[float, float]]  # by point, in pixels of the model


@dataclass(frozen=True)
class Task:
    """Points to pull, by pixels of 256; x of a sideways pull changes sides from face to face."""

    name: str
    pulls: tuple[tuple[str, float, float], ...]
    pins: tuple[str, ...] = ()
    sideways: bool = False


TASKS = (
    Task("nose tip 14 px sideways", (("nose-tip", 14, 0),), sideways=True),
    Task("mouth open 8 px", (("lip-lower-inner", 0, 8),), ("lip-upper-inner",)),
    Task("chin 7 px up", (("chin", 0, -7),)),
    Task("brows 4 px up", (("brow-right", 0, -4), ("brow-left", 0, -4))),
    Task("mouth corners 6 px out, 4 px up", (("mouth-right", -6, -4), ("mouth-left", 6, -4))),
    Task("jaw 5 px narrower each side", (("jaw-right", 5, 0), ("jaw-left", -5, 0))),
    Task("pupils 3 px sideways", (("pupil-right", 3, 0), ("pupil-left", 3, 0)), sideways=True),
    Task("hairline 6 px up", (("hairline", 0, -6),)),
)


@dataclass(frozen=True)
class Outcome:
    """What one task did to one face."""

    reached: float  # share of the way, less what the points are off it
    frames: int
    far: float  # px of 256 that the points beyond 40 px moved on average
    identity: float  # distance of the embeddings; NaN without the extra
    colours: tuple[float, ...]  # CIELAB distance of hair, skin, background


@dataclass(frozen=True)
class Row:
    """A task over all faces."""

    task: Task
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class Table:
    """All tasks, and how far apart random faces are."""

    rows: tuple[Row, ...]
    apart: float  # median distance of the embeddings of two of the faces


def trying(render: Render, jacobian: Jacobian, side: int, faces: int, tasks: Sequence[Task] = TASKS) -> Job[Table]:
    """Carry out every task on `faces` faces. Raises `DirectionError` without the extra `attributes`."""
    embed = Identity()
    seeds = range(FIRST_SEED, FIRST_SEED + faces)
    recipes = [Recipe(jacobian.model, SeedSource(seed), Truncation(PSI)) for seed in seeds]
    befores = [(recipe, pixels, embed(pixels)) for recipe in recipes for pixels in (render(recipe),)]
    rows = []
    for place, task in enumerate(tasks):
        outcomes = []
        for done, (recipe, pixels, identity) in enumerate(befores):
            yield Progress(place * faces + done, len(tasks) * faces, task.name)
            after = carried_out(render, jacobian, side, recipe, pixels, task, mirrored=bool(done % 2))
            outcomes.append(_outcome(after, side, pixels, float(np.linalg.norm(embed(after[2]) - identity))))
        rows.append(Row(task, tuple(outcomes)))
    identities = np.stack([identity for _, _, identity in befores])
    distances = np.linalg.norm(identities[:, None] - identities[None], axis=2)
    return Table(tuple(rows), float(np.median(distances[np.triu_indices(faces, 1)])) if faces > 1 else np.nan)


def carried_out(
    render: Render, jacobian: Jacobian, side: int, recipe: Recipe, pixels: Pixels, task: Task, mirrored: bool = False
) -> tuple[Ways, int, Pixels]:
    """How far points were pulled, the frames that it took, and the picture after `task`."""
    grabbing, scale = Grabbing(jacobian, recipe, face_in(pixels), side), side / _PICTURE
    flip = -1 if task.sideways and mirrored else 1
    ways = {HELD[name]: (flip * x * scale, y * scale) for name, x, y in task.pulls}
    goals = {
        point: (float(grabbing.points[point, 0] + x), float(grabbing.points[point, 1] + y))
        for point, (x, y) in ways.items()
    }
    grabbing.aim(goals, frozenset(HELD[name] for name in task.pins))
    frames = 0
    while frames < FRAMES and not (frames and grabbing.is_near):
        grabbing.see(render(grabbing.next()))
        frames += 1
    return ways, frames, render(grabbing.best)


def _outcome(after: tuple[Ways, int, Pixels], side: int, before: Pixels, identity: float) -> Outcome:
    """Measured anew and more steadily in both pictures, apart from what the drag saw."""
    ways, frames, pixels = after
    (start, colours), (end, other_colours) = _measured(before, side), _measured(pixels, side)
    asked = np.array(list(ways.values()))
    missed = np.linalg.norm((end - start)[list(ways)] - asked, axis=1).mean()
    nearest = np.min([np.linalg.norm(start - start[point], axis=1) for point in ways], axis=0)
    moved = np.linalg.norm(end - start, axis=1)[nearest > _FAR * side / _PICTURE]
    return Outcome(
        1 - float(missed / np.linalg.norm(asked, axis=1).mean()),
        frames,
        float(moved.mean()) * _PICTURE / side,
        identity,
        tuple(float(value) for value in np.linalg.norm(colours - other_colours, axis=1)),
    )


def _measured(pixels: Pixels, side: int) -> tuple[Values, Values]:
    """Points `[HELD_COUNT, 2]` in pixels of the model, and the colours of the regions, `[3, 3]`."""
    seen = FaceFinder().steady(face_in(pixels))
    regions = Regions.of(seen)
    points = landmarks(seen, Shades.of(seen, regions))[:, :2] * (side / pixels.shape[0])
    return points, regions.colours(pixels)


def markdown(table: Table) -> str:
    """The table of the docs: medians, and the mean of how far far points move."""
    head = ["task", "reached", "frames", "far points, px", "identity", "of random faces", *NAMES]
    lines = [_row(*head), _row(*["---"] * len(head)), *(_line(row, table.apart) for row in table.rows)]
    return "\n".join(lines)


def _line(row: Row, apart: float) -> str:
    def of(name: str) -> Values:
        return np.array([getattr(outcome, name) for outcome in row.outcomes], np.float64)

    identity = float(np.median(of("identity")))
    colours = (f"{value:.1f}" for value in np.nanmedian(of("colours"), axis=0))
    figures = (f"{np.median(of('reached')):.0%}", f"{np.median(of('frames')):.0f}", f"{of('far').mean():.1f}")
    return _row(row.task.name, *figures, f"{identity:.2f}", f"{identity / apart:.0%}", *colours)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
