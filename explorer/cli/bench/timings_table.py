"""The light table with ten thousand faces: how soon they are there, what they take, and whether the window stays free.

Measured on the real window, shown offscreen in a child process: see `explorer.cli.bench.scroll`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from explorer.cli.bench.first_picture import apart_from_user
from explorer.cli.bench.timings_window import PATIENCE

if TYPE_CHECKING:
    from generator.project.face import Face
    from generator.render.engine import Engine

FACES = 10_000
DIRECTIONS, EDITS = 20, 3  # known to the project, and used by each of its faces
PICTURES = 16  # different thumbnails
CHILD = "import sys; from explorer.cli.bench.scroll import main; main(*sys.argv[1:])"


@dataclass(frozen=True)
class TableTimes:
    """A project of many faces in the window. Gaps are milliseconds between two turns of the event loop."""

    faces: int
    file_megabytes: float
    seconds_to_open: float  # from the wish to the painting of the table that has them all
    megabytes: float  # of memory that the open project adds; 0 if the system does not report it
    frames_per_second: float  # painted while the table is scrolled
    p99_gap_scrolling: float  # while the table is scrolled and a slider dragged
    longest_gap_scrolling: float
    exported: int
    p99_gap_exporting: float
    longest_gap_exporting: float


def measured_table(engine: Engine, model: str, device: str, seconds: float, faces: int = FACES) -> TableTimes:
    """Measure for `seconds` each in a child process. model: the file that `engine` has opened. Raises
    `CalledProcessError` where that fails."""
    with TemporaryDirectory() as folder:
        path, empty = Path(folder, "many.outis"), Path(folder, "empty.outis")
        _make_project(empty, engine, 0)
        _make_project(path, engine, faces)
        size = path.stat().st_size / 1e6
        done = subprocess.run(
            [sys.executable, "-c", CHILD, model, device, str(empty), str(path), str(seconds)],
            env=apart_from_user(folder),
            capture_output=True,
            text=True,
            check=True,
            timeout=3 * seconds + 2 * PATIENCE,
        )
    return TableTimes(file_megabytes=size, **json.loads(done.stdout.splitlines()[-1]))


def _make_project(path: Path, engine: Engine, count: int) -> None:
    """Faces of the model of `engine` with edits, names, stars and thumbnails."""
    from explorer.library.pictures import THUMBNAIL, encoded
    from generator.project.project import Project

    faces = _faces(engine, count)
    thumbnails = [encoded(engine.render(face.recipe), THUMBNAIL) for face in faces[:PICTURES]]
    project = Project.open(path, create=True)
    with project.transaction():
        project.put(faces)
        project.set_thumbnails({face.id: thumbnails[face.id % len(thumbnails)] for face in faces})
    project.close()


def _faces(engine: Engine, count: int) -> list[Face]:
    import numpy as np

    from generator.project.face import MAX_STARS, Face
    from generator.recipe.recipe import Direction, DirectionEdit, Recipe, SeedSource, pack

    random = np.random.RandomState(0)
    vectors = random.randn(DIRECTIONS, engine.config.w_dim).astype(np.float32)
    directions = [Direction(f"direction {number}", pack(vector)) for number, vector in enumerate(vectors)]
    recipe = Recipe(model=engine.generator.hash)
    made = []
    for id in range(1, count + 1):
        edits = tuple(
            DirectionEdit(directions[(id + k) % DIRECTIONS], round(random.uniform(-1, 1), 2)) for k in range(EDITS)
        )
        edited = replace(recipe, source=SeedSource(id), directions=edits)
        made.append(Face.of(id, edited, order=float(id), name=f"Face {id}", stars=id % (MAX_STARS + 1)))
    return made
