"""Projects for tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from generator.project.face import Face
from generator.project.project import Project
from generator.recipe.recipe import Direction, DirectionEdit, Recipe, SeedSource, pack

EDITS = tuple(Direction(f"pc{k}", pack(np.random.RandomState(k).randn(512).astype(np.float32))) for k in range(20))


def face(id: int, **rest: Any) -> Face:
    """A face of the seed `id`, with three edits."""
    edits = tuple(DirectionEdit(EDITS[(id + k) % len(EDITS)], id % 7 + k + 0.5) for k in range(3))
    return Face.of(id, Recipe(model="0123456789abcdef", source=SeedSource(id), directions=edits), **rest)


def saved(path: Path, count: int = 3) -> Path:
    """A closed project of `count` faces with tags and thumbnails."""
    with opened(path, create=True) as project, project.transaction():
        project.put(face(id, name=f"face {id}", tags=("blue", "red"), stars=id % 6) for id in range(1, count + 1))
        project.set_thumbnails({id: thumbnail(id) for id in range(1, count + 1)})
        project.set_state("session", '{"seed": 85}')
    return path


def thumbnail(id: int) -> bytes:
    """As many bytes as a thumbnail has."""
    return id.to_bytes(8, "little") * 500


def changed(path: Path, *statements: str) -> Path:
    """The project at `path` after another program has run `statements` on it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            other.execute(statement)
    return path


@contextmanager
def opened(path: Path, create: bool = False) -> Iterator[Project]:
    """A project for a block."""
    project = Project.open(path, create)
    try:
        yield project
    finally:
        project.close()


def count(path: Path) -> int:
    """Faces in a project."""
    with opened(path) as project:
        return len(project.faces())


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
