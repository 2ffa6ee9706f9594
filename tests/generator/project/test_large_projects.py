"""Ten thousand faces are opened at once."""

from __future__ import annotations

import time
from pathlib import Path

from tests.support.projects import opened, saved

FACES = 10_000


def test_ten_thousand_faces_open_at_once_and_take_less_than_100_mb(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.outis", FACES)
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
