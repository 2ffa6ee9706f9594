"""A process that is killed, and a disk that is full, lose nothing that was written."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from generator.errors import ProjectError
from tests.support.effort import tries
from tests.support.project_writer import last_of, writing
from tests.support.projects import count, face, files, opened, saved

KILLS = tries(10)


def test_kills_lose_no_face_that_was_reported_as_written(tmp_path: Path) -> None:
    path, chance, reported = saved(tmp_path / "a.outis", 0), random.Random(0), 0
    for _ in range(KILLS):
        with writing(path) as (process, reports):
            for _ in range(chance.randint(1, 40)):
                reported = reports.recv()
            process.kill()  # it is in the middle of the next one
            process.join()
            assert process.exitcode != 0
            reported = last_of(reports, reported)
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as reader:
            assert reader.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            ids = [id for (id,) in reader.execute("SELECT id FROM faces ORDER BY id")]
            assert ids[:reported] == list(range(1, reported + 1))
            assert len(ids) <= reported + 1
    with opened(path) as project:
        faces = project.faces()
        assert (project.notice, project.skipped) == ("", 0)
        assert len(project.thumbnails(face.id for face in faces)) == len(faces)
        assert all(face.tags == ("red",) for face in faces)
    assert list(files(tmp_path)) == ["a.outis"]


def test_a_full_disk_loses_nothing_and_writing_goes_on_when_there_is_room(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.outis")
    with opened(path) as project:
        pages = project._connection.execute("PRAGMA page_count").fetchone()[0]
        project._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(ProjectError) as refused, project.transaction():
            project.put(face(id) for id in range(4, 50))
        assert str(refused.value) == (
            "a.outis could not be written: the disk is full; free some space or choose another disk."
        )
        assert len(project.faces()) == 3
        project._connection.execute("PRAGMA max_page_count = 100000")
        project.put(face(id) for id in range(4, 50))
    assert count(path) == 49


FILLING = """
import resource, signal, sys
from generator.errors import ProjectError
from generator.project.project import Project
from tests.support.projects import face
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
project = Project.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
written = 3
try:
    while True:
        project.put([face(written + 1)])
        written += 1
except ProjectError as error:
    print(written, error)
assert len(project.faces()) == written
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
project.put([face(written + 1)])
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
project.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize("when_closing", [[], ["full"]])
def test_a_file_that_cannot_grow_is_as_good_as_a_full_disk(tmp_path: Path, when_closing: list[str]) -> None:
    path = saved(tmp_path / "a.outis")
    command = [sys.executable, "-c", FILLING, str(path), *when_closing]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    written, sentence = run.stdout.split(" ", 1)
    assert "a.outis could not be written: the disk is full" in sentence
    assert count(path) == int(written) + 1
    assert list(files(tmp_path)) == ["a.outis"]
