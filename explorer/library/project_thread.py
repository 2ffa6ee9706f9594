"""The thread that owns the open project: the only one that reads or writes its file.

`ProjectThread` is its handle on the GUI thread, which never waits for it except in `close`. What is to be written goes
into a queue, is drained into one transaction at a time, and is kept until it has been written: a full disk is reported
once and tried again. The thread is Python's own, as the compute thread is.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from explorer.document.gc_on_gui_thread import GarbageOnGuiThread
from explorer.error_messages import describe_error, internal_error
from explorer.library.changes import Changes, write
from explorer.library.kept_sessions import read_sessions
from explorer.library.pictures import THUMBNAIL, encoded
from explorer.messages import Failure, SavedSession
from explorer.translation import tr
from explorer.view.webp import LARGEST_PICTURE, LARGEST_THUMBNAIL, decoded
from generator.errors import OutisError, ProjectError

if TYPE_CHECKING:
    from generator.project.face import Face
    from generator.project.look import Look
    from generator.project.project import Project
    from generator.recipe.directions import NamedDirection

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0  # after a failure
BATCH = 16  # thumbnails read at once
MAX_WANTED = 500  # thumbnails; older wishes are dropped
EXPECTED = (OutisError, OSError, sqlite3.Error)  # what a disk or a file may cause


@dataclass(frozen=True)
class FirstRead:
    """What the window shows before the faces have been read."""

    picture: QImage | None  # the last one on the screen
    state: dict[str, str]  # texts, by the keys that were asked for
    sessions: dict[str, SavedSession]  # by the hash of the model


@dataclass(frozen=True)
class ProjectOpened:
    """A project is open."""

    path: str
    name: str  # "" = the nameless library
    read_only: bool
    notice: str  # one sentence for the user; "" = none


@dataclass(frozen=True)
class ProjectRead:
    """All that a project holds, except thumbnails."""

    opened: ProjectOpened
    first: FirstRead
    faces: tuple[Face, ...]
    last_id: int  # the highest one of a face, also of one that could not be read
    looks: tuple[Look, ...]
    directions: dict[str, tuple[NamedDirection, ...]]  # the user's own, by the hash of their model
    adopt: Callable[[], None]  # for `ProjectThread.adopt`


class ProjectThread(QObject):
    """The GUI thread calls the methods; the thread emits the signals, which must be connected as queued ones.

    It starts with the first project.
    """

    first_read = Signal(object)  # FirstRead, before `read`
    read = Signal(object)  # ProjectRead: call `adopt` to leave the project that was open before
    moved = Signal(object)  # ProjectOpened, of `save_as`
    thumbnails = Signal(object)  # dict[int, QImage | None]: those that were wanted; None = it is in no file
    not_opened = Signal(object)  # Failure of `open` or `save_as`
    failed = Signal(object)  # Failure

    def __init__(self, keys: tuple[str, ...] = (), retry_seconds: float = RETRY_SECONDS) -> None:
        """keys: of the state that `FirstRead` contains."""
        super().__init__()
        self._worker = _Worker(self, keys, retry_seconds)
        self._thread = Thread(target=self._worker.run, name="project", daemon=True)
        self._garbage: GarbageOnGuiThread | None = None

    def put(self, changes: Changes) -> None:
        """Write these values in place of older ones of the same cells. Never blocks."""
        self._worker.put(changes)

    def open(self, opener: Callable[[], Project], nameless: bool = False) -> None:
        """Open another project beside the one that is open; `read` or `not_opened` follows."""
        self._worker.order(lambda: self._worker.open(opener, nameless))
        if self._thread.ident is None:
            self._garbage = GarbageOnGuiThread(self)
            self._thread.start()

    def adopt(self, read: ProjectRead) -> None:
        """Everything from now on is about the project of `read`; the other one is closed after writing the rest."""
        self._worker.forget_wishes()
        self._worker.order(read.adopt)

    def save_as(self, path: Path) -> None:
        """Copy the project to `path` and continue there; `moved` or `not_opened` follows."""
        self._worker.order(lambda: self._worker.save_as(path))

    def want_thumbnail(self, id: int) -> None:
        """Read the thumbnail of a face, before those wanted earlier."""
        self._worker.want(id)

    def close(self) -> None:
        """Write everything and close the file before returning; closing again only waits again."""
        self._worker.close()
        if self._thread.ident is not None:
            self._thread.join()
        if self._garbage is not None:
            self._garbage.stop()


class _Worker:
    """The loop of the thread. Methods that take the lock are the GUI thread's."""

    def __init__(self, answers: ProjectThread, keys: tuple[str, ...], retry_seconds: float) -> None:
        self._answers, self._keys, self._retry_seconds = answers, keys, retry_seconds
        self._changed = Condition()
        self._queue: deque[Changes | Callable[[], None]] = deque()
        self._wanted: dict[int, None] = {}  # the newest last
        self._closing = False
        self._project: Project | None = None
        self._offered: Project | None = None  # opened beside it, to be adopted
        self._held: Changes = {}  # what could not be written yet
        self._complained = False  # about `_held`

    # the GUI thread's side ------------------------------------------------------------------------------------

    def put(self, changes: Changes) -> None:
        with self._changed:
            last = self._queue[-1] if self._queue else None
            if isinstance(last, dict):
                _update(last, changes)
            else:
                self._queue.append(dict(changes))
            self._changed.notify()

    def order(self, work: Callable[[], None]) -> None:
        with self._changed:
            self._queue.append(work)
            self._changed.notify()

    def want(self, id: int) -> None:
        with self._changed:
            self._wanted.pop(id, None)
            self._wanted[id] = None
            if len(self._wanted) > MAX_WANTED:
                del self._wanted[next(iter(self._wanted))]
            self._changed.notify()

    def forget_wishes(self) -> None:
        with self._changed:
            self._wanted.clear()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()

    # the thread's side ----------------------------------------------------------------------------------------

    def run(self) -> None:
        while (work := self._next()) is not None:
            try:
                work()
            except Exception as error:  # the thread must survive any error and report it
                log.exception("The project thread")
                self._answers.failed.emit(describe_error(error))
        self._write_held(last=True)
        for project in (self._project, self._offered):
            if project is not None:
                self._close(project)

    def _next(self) -> Callable[[], None] | None:
        """Wait for the next work; None when all is done and no more will come."""
        with self._changed:
            waits = self._retry_seconds if self._can_write and self._held else None
            asked = self._changed.wait_for(lambda: self._queue or self._wanted or self._closing, waits)
            if self._queue:
                work = self._queue.popleft()
                return (lambda: self._write(work)) if isinstance(work, dict) else work
            if self._wanted:
                batch = [self._wanted.popitem()[0] for _ in range(min(BATCH, len(self._wanted)))]
                return lambda: self._read_thumbnails(batch)
            return None if asked else self._write_held

    @property
    def _can_write(self) -> bool:
        return self._project is not None and not self._project.read_only

    def _write(self, changes: Changes) -> None:
        _update(self._held, self._drawn(changes))
        self._write_held()

    def _drawn(self, changes: Changes) -> Changes:
        """`changes` with the pixels of thumbnails replaced by what is kept of them, which is shown as well."""
        shown: dict[int, QImage | None] = {}
        drawn: Changes = {}
        for cell, value in changes.items():
            if isinstance(value, np.ndarray) and cell[0] == "thumbnail":
                value = encoded(value, THUMBNAIL)
                shown[int(cell[1])] = decoded(value, LARGEST_THUMBNAIL)
            drawn[cell] = value
        if shown:
            self._answers.thumbnails.emit(shown)
        return drawn

    def _write_held(self, last: bool = False) -> None:
        """Write what is waiting, if that is possible; whatever fails is kept. last: the program ends."""
        if not self._held or not self._can_write:
            return
        assert self._project is not None
        try:
            write(self._project, self._held)
        except EXPECTED as error:
            log.warning("The project could not be written: %s", error)
            if not self._complained:
                self._answers.failed.emit(_not_written(error))
            self._complained = True
        except Exception:
            log.exception("The project could not be written")
            self._write_one_by_one(self._project)
        else:
            self._held, self._complained = {}, False
        if last and self._held:
            log.error("%d changes of the project were lost", len(self._held))

    def _write_one_by_one(self, project: Project) -> None:
        """A bug with one value must not prevent saving the others."""
        held, self._held = self._held, {}
        for cell, value in held.items():
            try:
                write(project, {cell: value})
            except EXPECTED:
                self._held[cell] = value
            except Exception as error:
                log.exception("%s %s could not be written", *cell)
                self._answers.failed.emit(Failure(internal_error(type(error).__name__)))

    def open(self, opener: Callable[[], Project], nameless: bool) -> None:
        """Read another project; it is used after `adopt`."""
        try:
            project = opener()
        except EXPECTED as error:
            self._answers.not_opened.emit(_described(error))
            return
        try:
            self._refuse_own(project)
            answer = self._read(project, nameless)
        except EXPECTED as error:
            self._close(project)
            self._answers.not_opened.emit(_described(error))
            return
        self._offered = project
        self._answers.read.emit(answer)

    def _refuse_own(self, project: Project) -> None:
        """Raise `ProjectError` for the project that is open already: beside itself it could only be read."""
        mine = self._project if self._can_write and project.read_only else None
        if mine is not None and project.path.samefile(mine.path):
            raise ProjectError(tr("{name} is open already.", name=project.path.name))

    def _read(self, project: Project, nameless: bool) -> ProjectRead:
        picture = project.picture()
        states = {key: text for key in self._keys if (text := project.state(key)) is not None}
        image = None if picture is None else decoded(picture, LARGEST_PICTURE)
        first = FirstRead(image, states, read_sessions(project))
        self._answers.first_read.emit(first)
        faces, looks = tuple(project.faces()), tuple(project.looks())
        opened, last_id = _opened(project, nameless), project.last_id()
        directions = {model: project.directions(model) for model in project.directed_models()}
        return ProjectRead(opened, first, faces, last_id, looks, directions, lambda: self._adopt(project))

    def _adopt(self, project: Project) -> None:
        self._write_held(last=True)
        if self._project is not None:
            self._close(self._project)
        self._project, self._offered, self._held, self._complained = project, None, {}, False

    def save_as(self, path: Path) -> None:
        """What could not be written to the old file, because it is full or read-only, is written to the new one."""
        old = self._project
        self._write_held()
        try:
            if old is not None:
                old.save_as(path)
            self._project = open_project(path, create=old is None)
        except EXPECTED as error:
            self._answers.not_opened.emit(_described(error))
            return
        if old is not None:
            self._close(old)
        self._complained = False
        self._write_held()
        self._answers.moved.emit(_opened(self._project, nameless=False))

    def _read_thumbnails(self, ids: list[int]) -> None:
        if self._project is None:
            return
        try:
            found = self._project.thumbnails(ids)
        except EXPECTED as error:
            log.warning("Thumbnails could not be read: %s", error)
            found = {}  # they are rendered again
        images: dict[int, QImage | None] = dict.fromkeys(ids)
        drawn = {id: decoded(data, LARGEST_THUMBNAIL) for id, data in found.items()}
        self._answers.thumbnails.emit(images | drawn)

    def _close(self, project: Project) -> None:
        try:
            project.close()
        except EXPECTED:
            log.exception("%s could not be closed", project.path)


def open_project(path: Path, create: bool) -> Project:
    """The project at `path`; with `create` an empty one, where no file may be yet. Raises `ProjectError`."""
    from generator.project.project import Project

    if create and path.exists():
        raise ProjectError(tr("{name} exists already; open it, or choose another name.", name=path.name))
    return Project.open(path, create=create)


def _update(changes: Changes, newer: Changes) -> None:
    """Replace older values by `newer` ones, which are written last."""
    for cell, value in newer.items():
        changes.pop(cell, None)
        changes[cell] = value


def _opened(project: Project, nameless: bool) -> ProjectOpened:
    name = "" if nameless else Path(project.path).stem
    return ProjectOpened(str(project.path), name, project.read_only, project.notice)


def _described(error: Exception) -> Failure:
    """A file that is not a database, say: SQLite's own words are the best there are."""
    if isinstance(error, sqlite3.Error):
        return Failure(tr("The project could not be read: {error}.", error=str(error)), describe_error(error).details)
    return describe_error(error)


def _not_written(error: Exception) -> Failure:
    reason = str(error) or type(error).__name__
    if isinstance(error, OutisError):
        return describe_error(error)
    sentence = tr("The project could not be written ({reason}); Outis keeps trying.", reason=reason)
    return Failure(sentence, describe_error(error).details)
