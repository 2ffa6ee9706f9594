"""Ten thousand faces are opened at once."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from tests.support.projects import face, opened, thumbnail

FACES = 10_000


def test_ten_thousand_faces_open_at_once_and_take_less_than_100_mb(tmp_path: Path) -> None:
    path, kinds = tmp_path / "a.outis", [face(id, tags=("blue", "red")) for id in range(1, 101)]
    with opened(path, create=True) as project, project.transaction():
        project.put(replace(kinds[id % 100], id=id, name=f"face {id}") for id in range(1, FACES + 1))
        project.set_thumbnails({id: thumbnail(id) for id in range(1, FACES + 1)})
    assert path.stat().st_size < 100_000_000
    start = time.process_time()
    with opened(path) as project:
        faces = project.faces()
        project.thumbnails(range(1, 101))
        assert time.process_time() - start < 1.5
        assert (len(faces), project.skipped) == (FACES, 0)
        start = time.process_time()
        project.put([faces[5000]])  # a change costs what it is, not what the project has
        assert time.process_time() - start < 0.1
