"""A process that writes faces into a project until it is killed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from generator.project.project import Project
from tests.support.projects import face, thumbnail


def write_faces(path: Path, reports: Connection) -> None:
    """Add faces without end, and report the number of each once it has been written."""
    project = Project.open(path)
    assert not project.read_only, project.notice
    id = project.last_id()
    while True:
        id += 1
        with project.transaction():
            project.put([face(id, name=f"face {id}", tags=("red",))])
            project.set_thumbnails({id: thumbnail(id)})
        reports.send(id)


@contextmanager
def writing(path: Path) -> Iterator[tuple[BaseProcess, Connection]]:
    """A process that writes, and its reports. It is forked from one that has imported everything, where that exists."""
    context = multiprocessing.get_context("spawn" if os.name == "nt" else "forkserver")
    context.set_forkserver_preload([__name__])
    reports, theirs = context.Pipe(duplex=False)
    process = context.Process(target=write_faces, args=(path, theirs))
    process.start()
    theirs.close()
    try:
        yield process, reports
    finally:
        process.kill()
        process.join()
        reports.close()


def last_of(reports: Connection, before: int) -> int:
    """The last report of a process that has ended, or the one `before`."""
    last = before
    while reports.poll():
        try:
            last = reports.recv()
        except EOFError:
            break
    return last
