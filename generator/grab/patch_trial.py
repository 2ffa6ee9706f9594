"""What grabbing by features reaches, measured on faces, where the mesh tells what really moved."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import numpy as np

from generator.errors import DirectionError
from generator.faces.finder import FaceFinder, SeenFace
from generator.faces.points import POINTS
from generator.grab.features import look
from generator.grab.patches import PatchGrabbing, taking_hold
from generator.progress import Job, Progress
from generator.recipe.pca import Pca
from generator.recipe.recipe import Recipe, SeedSource, Truncation
from generator.render.engine import Engine

FIRST_SEED, FRAMES = 900_001, 12
TASKS: dict[str, tuple[float, float]] = {  # a point of the face, and the way in pixels of 256
    "nose-tip": (10, 0),
    "mouth-left": (0, -6),
    "chin": (0, -7),
    "brow-left": (0, -4),
}


@dataclass(frozen=True)
class Outcome:
    """One pull of one face."""

    task: str
    tracked: float  # share of the way that the features say was reached
    moved: float  # share that the mesh says was reached; NaN if the face was lost
    far: float  # px that points of the mesh farther than 40 px moved on average
    frames: int


def trying(engine: Engine, pca: Pca, faces: int) -> Job[list[Outcome]]:
    """Every task on the faces of the seeds from `FIRST_SEED`, psi 0.7; faces that are not found are left out.

    Raises `DirectionError` if no face is found.
    """
    finder, outcomes = FaceFinder(), list[Outcome]()
    for seed in range(FIRST_SEED, FIRST_SEED + faces):
        recipe = Recipe(engine.generator.hash, SeedSource(seed), Truncation(0.7))
        before = finder.find(engine.render(recipe))
        for task in TASKS if before is not None else ():
            yield Progress(len(outcomes), faces * len(TASKS), "Pulling faces by their features")
            assert before is not None
            outcomes.append((yield from _outcome(engine, pca, recipe, before, task)))
    if not outcomes:
        raise DirectionError(
            "No face was found in the pictures of this model, so nothing tells what moved; try a model of faces."
        )
    return outcomes


def _outcome(engine: Engine, pca: Pca, recipe: Recipe, before: SeenFace, task: str) -> Job[Outcome]:
    unit = engine.config.img_resolution / 256
    place, way = before.point(task)[None, :2].astype(np.float32), np.array(TASKS[task]) * unit
    grabbing = PatchGrabbing((yield from taking_hold(engine, recipe, pca, place)), recipe)
    grabbing.aim({0: (float(place[0, 0] + way[0]), float(place[0, 1] + way[1]))})
    frames = 0
    while frames < FRAMES and not grabbing.is_near:
        grabbing.see(look(engine, grabbing.next()))
        frames += 1
    best = grabbing.best
    grabbing.see(look(engine, best))
    tracked = float((grabbing.points[0] - place[0]) @ way / (way @ way))
    after = FaceFinder().find(engine.render(best))
    if after is None:
        return Outcome(task, tracked, float("nan"), float("nan"), frames)
    moves = (after.mesh - before.mesh)[:, :2]
    far = np.linalg.norm(before.mesh[:, :2] - place, axis=1) > 40 * unit
    moved = float(moves[POINTS[task]] @ way / (way @ way))
    return Outcome(task, tracked, moved, float(np.linalg.norm(moves[far], axis=1).mean()), frames)


def markdown(outcomes: list[Outcome]) -> str:
    """The medians as a table."""
    lines = [
        "| pull | reached, by features | by the mesh | far points move | frames |",
        "| --- | --- | --- | --- | --- |",
    ]
    for task, (x, y) in TASKS.items():
        mine = [one for one in outcomes if one.task == task]
        moved, far = np.nanmedian([(one.moved, one.far) for one in mine], axis=0)  # without lost faces
        shares = f"{median(one.tracked for one in mine):.0%} | {moved:.0%}"
        rest = f"{far:.1f} px | {median(one.frames for one in mine):g}"
        lines.append(f"| {task} {x:+g},{y:+g} px | {shares} | {rest} |")
    return "\n".join(lines)
