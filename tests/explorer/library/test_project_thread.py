"""The thread that owns the project: the newest wins, nobody waits for it, and nothing is lost."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot
from pytestqt.qtbot import QtBot

from explorer.library.project_thread import ProjectRead, ProjectThread
from explorer.messages import Failure
from generator.errors import ProjectError
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.fake_project import FakeProject

FULL = OSError(errno.ENOSPC, "No space left on device")


def face(id: int, seed: int = 0) -> Face:
    return Face.of(id, Recipe(source=SeedSource(seed)))


class Ears(QObject):
    """Hears what the thread says, on the GUI thread."""

    def __init__(self, thread: ProjectThread) -> None:
        super().__init__()
        self.thread = thread
        self.read: list[ProjectRead] = []
        self.failures: list[Failure] = []
        self.thumbnails: dict[int, object] = {}
        thread.read.connect(self._read)
        thread.failed.connect(self._fail)
        thread.not_opened.connect(self._fail)
        thread.thumbnails.connect(self._take)

    @Slot(object)
    def _read(self, read: ProjectRead) -> None:
        self.read.append(read)
        self.thread.adopt(read)

    @Slot(object)
    def _fail(self, failure: Failure) -> None:
        self.failures.append(failure)

    @Slot(object)
    def _take(self, images: dict[int, object]) -> None:
        self.thumbnails |= images


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Callable[..., Ears]]:
    """Makes a thread on which `project` is open."""
    threads: list[ProjectThread] = []

    def make(project: FakeProject, retry_seconds: float = 1000.0) -> Ears:
        threads.append(ProjectThread(retry_seconds=retry_seconds))
        ears = Ears(threads[-1])
        ears.thread.open(lambda: project)
        qtbot.waitUntil(lambda: len(ears.read) == 1)
        return ears

    yield make
    for thread in threads:
        thread.close()


def test_the_newest_of_each_face_is_written_in_one_transaction_and_nobody_waits(opened) -> None:
    project = FakeProject()
    thread = opened(project).thread
    project.hold()
    thread.put({("face", 1): face(1, 0)})
    assert project.waiting.wait(30)
    for seed in range(1, 50):
        thread.put({("face", 1): face(1, seed)})  # comes back, though nothing can be written
    thread.put({("face", 2): face(2)})
    project.release()
    thread.close()
    assert project.transactions == 2
    assert project.rows == {1: face(1, 49), 2: face(2)}
    assert project.closed
    assert threading.get_ident() not in project.threads


def test_a_face_that_is_removed_and_put_again_is_there(opened) -> None:
    project = FakeProject(faces=(face(1), face(2)))
    thread = opened(project).thread
    thread.put({("face", 1): None, ("face", 2): None})
    thread.put({("face", 1): face(1, 5)})
    thread.close()
    assert project.rows == {1: face(1, 5)}


def test_what_a_full_disk_refuses_is_written_with_the_next_change_and_reported_once(opened, qtbot: QtBot) -> None:
    project = FakeProject()
    ears = opened(project)
    project.error = FULL
    for id in (1, 2):
        ears.thread.put({("face", id): face(id)})
        assert project.tried.acquire(timeout=30)
    qtbot.waitUntil(lambda: len(ears.failures) == 1)
    assert "No space left" in ears.failures[0].sentence
    assert not project.rows
    project.error = None
    ears.thread.put({("face", 3): face(3)})
    assert project.tried.acquire(timeout=30)
    ears.thread.close()
    qtbot.wait(0)
    assert sorted(project.rows) == [1, 2, 3]
    assert len(ears.failures) == 1


def test_what_failed_is_tried_again_without_another_change(opened) -> None:
    project = FakeProject()
    thread = opened(project, retry_seconds=0.001).thread
    project.error = FULL
    thread.put({("face", 1): face(1)})
    for _ in range(3):
        assert project.tried.acquire(timeout=30)
    project.error = None
    assert project.tried.acquire(timeout=30)
    thread.close()
    assert sorted(project.rows) == [1]


def test_what_failed_is_tried_once_more_when_outis_closes(opened) -> None:
    project = FakeProject()
    thread = opened(project).thread
    project.error = FULL
    thread.put({("face", 1): face(1)})
    assert project.tried.acquire(timeout=30)
    project.error = None
    thread.close()
    assert sorted(project.rows) == [1]


def test_a_bug_with_one_value_does_not_prevent_writing_the_others(opened, qtbot: QtBot) -> None:
    project = FakeProject()
    ears = opened(project)
    ears.thread.put({("state", "a"): "1", ("look", "x"): "this is not a look", ("face", 2): face(2)})
    qtbot.waitUntil(lambda: len(ears.failures) == 1)
    ears.thread.close()
    assert (sorted(project.rows), project.states) == ([2], {"a": "1"})


def test_another_project_is_open_only_after_the_first_has_everything(opened, qtbot: QtBot) -> None:
    first, second = FakeProject("a.outis"), FakeProject("b.outis", (face(7),))
    ears = opened(first)
    first.hold()
    ears.thread.put({("face", 1): face(1)})
    ears.thread.open(lambda: second)
    first.release()
    qtbot.waitUntil(lambda: len(ears.read) == 2)
    ears.thread.put({("face", 8): face(8)})
    ears.thread.close()
    assert (sorted(first.rows), sorted(second.rows)) == ([1], [7, 8])
    assert (first.closed, second.closed) == (True, True)
    assert ears.read[1].faces == (face(7),)


def test_a_project_that_cannot_be_opened_leaves_the_one_that_is_open(opened, qtbot: QtBot) -> None:
    def refuse() -> FakeProject:
        raise ProjectError("This is a cake, not a project.")

    project = FakeProject()
    ears = opened(project)
    ears.thread.open(refuse)
    qtbot.waitUntil(lambda: len(ears.failures) == 1)
    assert ears.failures[0].sentence == "This is a cake, not a project."
    ears.thread.put({("face", 1): face(1)})
    ears.thread.close()
    assert sorted(project.rows) == [1]


def test_nothing_is_written_into_a_project_that_is_read_only(opened) -> None:
    project = FakeProject(read_only=True)
    thread = opened(project, retry_seconds=0.001).thread
    thread.put({("face", 1): face(1)})
    thread.close()
    assert (project.transactions, project.rows) == (0, {})


def test_thumbnails_come_back_as_pictures_and_missing_or_damaged_ones_as_none(opened, qtbot: QtBot) -> None:
    project = FakeProject()
    ears = opened(project)
    project.webp[2] = b"RIFF no picture"
    ears.thread.put({("thumbnail", 1): np.full((256, 256, 3), 200, np.uint8)})
    for id in (1, 2, 3):
        ears.thread.want_thumbnail(id)
    qtbot.waitUntil(lambda: len(ears.thumbnails) == 3)
    assert (ears.thumbnails[2], ears.thumbnails[3]) == (None, None)
    assert ears.thumbnails[1].width() == 192
    assert abs(ears.thumbnails[1].pixelColor(5, 5).red() - 200) < 3
