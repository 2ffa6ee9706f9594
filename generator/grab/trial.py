"""What grabbing reaches: six tasks on faces that had no part in anything, as the table in docs/grab.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.attributes.identity import Identity
from generator.faces.points import POINTS
from generator.grab.grabbing import FRAMES, Grabbing
from generator.grab.jacobian import Jacobian
from generator.grab.regions import NAMES, Regions
from generator.grab.tracker import MeshTracker, Pixels, face_in
from generator.progress import Job, Progress
from generator.recipe.recipe import Recipe, SeedSource, Truncation

FIRST_SEED = 900_001
PSI = 0.7
_FAR = 40.0  # pixels of 256 from the pulled points: what must stay
_PICTURE = 256  # pixels in which the tasks are stated
Render = Callable[[Recipe], Pixels]
Values = NDArray[np.float64]


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
) -> tuple[dict[int, tuple[float, float]], int, Pixels]:
    """Where points were wanted, the frames that it took, and the picture after `task`."""
    grabbing, scale = Grabbing(jacobian, recipe, face_in(pixels), side), side / _PICTURE
    flip = -1 if task.sideways and mirrored else 1
    pulls = {}
    for name, x, y in task.pulls:
        at = grabbing.points[POINTS[name]]
        pulls[POINTS[name]] = (float(at[0] + flip * x * scale), float(at[1] + y * scale))
    grabbing.aim(pulls, frozenset(POINTS[name] for name in task.pins))
    frames = 0
    while frames < FRAMES and not (frames and grabbing.is_near):
        grabbing.see(render(grabbing.next()))
        frames += 1
    return pulls, frames, render(grabbing.best)


def _outcome(
    after: tuple[dict[int, tuple[float, float]], int, Pixels], side: int, before: Pixels, identity: float
) -> Outcome:
    """Measured anew in both pictures, apart from what the drag saw."""
    pulls, frames, pixels = after
    first, second = MeshTracker(side), MeshTracker(side)
    start, end = first.start(face_in(before)).points, second.start(face_in(pixels)).points
    goals = np.array(list(pulls.values()))
    way, missed = np.linalg.norm(goals - start[list(pulls)], axis=1), np.linalg.norm(goals - end[list(pulls)], axis=1)
    nearest = np.min([np.linalg.norm(start - start[point], axis=1) for point in pulls], axis=0)
    moved = np.linalg.norm(end - start, axis=1)[nearest > _FAR * side / _PICTURE]
    return Outcome(
        1 - float(missed.mean() / way.mean()),
        frames,
        float(moved.mean()) * _PICTURE / side,
        identity,
        tuple(float(value) for value in np.linalg.norm(_colours(first, before) - _colours(second, pixels), axis=1)),
    )


def _colours(tracker: MeshTracker, pixels: Pixels) -> Values:
    return Regions.of(tracker.face).colours(pixels)


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
