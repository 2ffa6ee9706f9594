"""Ten thousand faces are opened at once."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from tests.support.projects import face, opened, thumbnail

FACES = 10_000


def plainly(path: Path) -> float:
    """Seconds that reading the recipes takes without any check, which depend on the machine and what else it does."""
    start = time.process_time()
    with closing(sqlite3.connect(path)) as connection:
        values = [json.loads(text) for (text,) in connection.execute("SELECT recipe FROM faces")]
    assert len(values) == FACES
    return time.process_time() - start


def test_ten_thousand_faces_open_at_once_and_take_less_than_100_mb(tmp_path: Path) -> None:
    path, kinds = tmp_path / "a.outis", [face(id, tags=("blue", "red")) for id in range(1, 101)]
    with opened(path, create=True) as project, project.transaction():
        project.put(replace(kinds[id % 100], id=id, name=f"face {id}") for id in range(1, FACES + 1))
        project.set_thumbnails({id: thumbnail(id) for id in range(1, FACES + 1)})
    assert path.stat().st_size < 100_000_000
    plain = plainly(path)
    start = time.process_time()
    with opened(path) as project:
        faces = project.faces()
        project.thumbnails(range(1, 101))
        assert time.process_time() - start < 12 * plain
        assert (len(faces), project.skipped) == (FACES, 0)
        start = time.process_time()
        project.put([faces[5000]])  # a change costs what it is, not what the project has
        assert time.process_time() - start < 0.1
