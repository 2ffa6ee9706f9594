"""The open project as the window sees it: its faces, thumbnails and looks, in memory.

A change is in memory at once and is written by the thread that owns the file, in order. GUI thread only.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from explorer.library import kept_sessions
from explorer.library.changes import Changes, renumbered
from explorer.library.kept_directions import KeptDirections
from explorer.library.project_thread import FirstRead, ProjectOpened, ProjectRead, ProjectThread, open_project
from explorer.library.thumbnails import ThumbnailCache
from explorer.messages import ModelFacts, Pixels, SavedSession
from generator.project.face import Face, Place
from generator.project.look import Look
from generator.recipe.recipe import Recipe

MODEL_KEY = "model"  # state: path of the model that was open last
TELL_MS = 60  # how long faces that keep changing may be as they were, on the screen and in the file
PICTURE_KEY = "picture of"  # state: path of the model that made the picture
UNUSUAL_KEY = "unusual"  # state: how unusual faces are: see `explorer.window.unusual_faces`
PEOPLE_KEY = "people"  # state: who was found for which wishes: see `explorer.window.people_batches`


class Library(QObject):
    """The faces of one project; every other part of the window asks and changes them here."""

    opened = Signal(object)  # ProjectOpened
    leaving = Signal()  # the project is being left: the last moment to put something into it
    first_read = Signal(object)  # FirstRead of a project that is being opened: before its faces are known
    reset = Signal()  # another project: all faces are others
    added = Signal(object)  # tuple[Face, ...], any place
    changed = Signal(object)  # tuple[int, ...]: ids of faces of which anything changed
    removed = Signal(object)  # tuple[int, ...]: ids of faces that are gone for good
    thumbnail_ready = Signal(int)  # id: `thumbnail(id)` now answers
    thumbnails_missing = Signal(object)  # tuple[int, ...] that are in no file: to be rendered
    marked_changed = Signal(object)  # tuple[int, ...]: the lead, which is shown in the view, first
    looks_changed = Signal()
    failed = Signal(object)  # Failure

    def __init__(self, thread: ProjectThread | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = thread or ProjectThread((MODEL_KEY, PICTURE_KEY, PEOPLE_KEY, UNUSUAL_KEY))
        self._faces: dict[Place, dict[int, Face]] = {place: {} for place in Place}
        self._places: dict[int, Place] = {}
        self._table: tuple[Face, ...] | None = None  # sorted; None = to be sorted
        self._ids = count(1)
        self._thumbnails = ThumbnailCache()
        self._looks: dict[str, Look] = {}
        self.directions = KeptDirections(self._put)
        self._marked: tuple[int, ...] = ()
        self._state: dict[str, str] = {}
        self._sessions: dict[str, SavedSession] = {}
        self._opened = ProjectOpened("", "", False, "")
        self._is_read = False
        self._early: Changes = {}  # made before the first project was read
        self._opening = False
        self._waiting: deque[Callable[[], None]] = deque()  # to be opened after what is being opened now
        self._untold: dict[int, bool] = {}  # faces that have changed in silence, and whether they look different
        self._telling = QTimer(self, singleShot=True, interval=TELL_MS)
        self._connect()

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.first_read.connect(self._read_first, queued)
        self._thread.read.connect(self._adopt, queued)
        self._thread.moved.connect(self._move, queued)
        self._thread.thumbnails.connect(self._take_thumbnails, queued)
        self._thread.failed.connect(self.failed, queued)
        self._thread.not_opened.connect(self._stay, queued)
        self._telling.timeout.connect(self._tell)

    # the project ----------------------------------------------------------------------------------------------

    @property
    def read_only(self) -> bool:
        """Whether the open project cannot be written."""
        return self._opened.read_only

    @property
    def is_saved(self) -> bool:
        """Whether changes go into a file; else they are lost unless the project is saved as another."""
        return not self._is_read or (bool(self.path) and not self.read_only)

    @property
    def name(self) -> str:
        """The project's; "" = the nameless library."""
        return self._opened.name

    @property
    def path(self) -> str:
        return self._opened.path

    def open_nameless(self) -> None:
        """Open the user's own library, or if another window has it, the next one; `opened` or `failed` follows."""
        from explorer.library.nameless import open_nameless

        self._ask(partial(self._thread.open, open_nameless, nameless=True))

    def open(self, path: str) -> None:
        """Open the project at `path`; `opened` or `failed` follows."""
        self._ask(partial(self._thread.open, partial(open_project, Path(path), create=False)))

    def new(self, path: str) -> None:
        """Make an empty project at `path` and open it."""
        self._ask(partial(self._thread.open, partial(open_project, Path(path), create=True)))

    def save_as(self, path: str) -> None:
        """Copy the project to `path` and go on there; `opened` or `failed` follows."""
        self._tell()
        self._ask(partial(self._thread.save_as, Path(path)))

    def close(self) -> None:
        """Write everything before returning. Waits for the disk: only for the end of the program."""
        self.leaving.emit()
        self._tell()
        self._thread.close()

    def _ask(self, opening: Callable[[], None]) -> None:
        """Open, or save as another, one project at a time: each is about the one that was opened before it."""
        if self._opening:
            self._waiting.append(opening)
            return
        self._opening = True
        opening()

    def _end_opening(self) -> None:
        self._opening = False
        if self._waiting:
            self._ask(self._waiting.popleft())

    @Slot(object)
    def _read_first(self, first: FirstRead) -> None:
        if not self._is_read:
            self._state, self._sessions = dict(first.state), dict(first.sessions)
        self.first_read.emit(first)

    @Slot(object)
    def _stay(self, failure: object) -> None:
        """A project could not be opened or saved as another: the one before stays; without one, all is in memory."""
        self.failed.emit(failure)
        if not self._is_read:
            self._is_read = True
            self._put(self._early)
        self._end_opening()

    @Slot(object)
    def _adopt(self, read: ProjectRead) -> None:
        if self._is_read:
            self.leaving.emit()
        self._tell()
        self._thread.adopt(read)
        early, self._early, had_project = self._early, {}, self._is_read
        self._fill(read)
        self._is_read = True
        self.directions.fill(read.directions, early=not had_project)
        self.mark(())
        if not had_project:
            self._put_early(early)
        self.reset.emit()
        self.looks_changed.emit()
        self.opened.emit(read.opened)
        gc.freeze()  # looking for garbage among ten thousand faces would stop the window for 0.1 s
        self._end_opening()

    def _fill(self, read: ProjectRead) -> None:
        self._opened, self._table = read.opened, None
        self._faces = {place: {} for place in Place}
        for face in read.faces:
            self._faces[face.place][face.id] = face
        self._places = {face.id: face.place for face in read.faces}
        self._ids = count(read.last_id + 1)
        self._looks = {look.name: look for look in read.looks}
        self._state, self._sessions = dict(read.first.state), dict(read.first.sessions)
        self._thumbnails.clear()

    def _put_early(self, early: Changes) -> None:
        """Put what was made before the file was read into it: its ids are known only now."""
        moved = renumbered(early, self.next_id)
        for (kind, _), face in moved.items():
            if kind == "face":
                self._remember(face)
        self._put(moved)

    @Slot(object)
    def _move(self, opened: ProjectOpened) -> None:
        self._opened = opened
        self.opened.emit(opened)
        self._end_opening()

    def _put(self, changes: Changes) -> None:
        if self._is_read:
            self._thread.put(changes)
        else:
            self._early |= changes

    # faces ----------------------------------------------------------------------------------------------------

    def face(self, id: int) -> Face:
        """Raises `KeyError` for a face that is gone."""
        return self._faces[self._places[id]][id]

    def has(self, id: int) -> bool:
        return id in self._places

    def faces(self, place: Place) -> tuple[Face, ...]:
        """Those on the table by `order`, all others by id."""
        if place is not Place.TABLE:
            return tuple(self._faces[place].values())
        if self._table is None:
            self._table = tuple(sorted(self._faces[place].values(), key=lambda face: (face.order, face.id)))
        return self._table

    def number_of(self, place: Place) -> int:
        return len(self._faces[place])

    def next_id(self) -> int:
        """An id that no face has or gets otherwise."""
        return next(self._ids)

    def new_face(self, recipe: Recipe, parent: int | None = None) -> Face:
        """A face for the end of the table, which `put` adds."""
        return Face.of(self.next_id(), recipe, order=self.next_order(), made=time.time(), parent=parent)

    def next_order(self) -> float:
        """The order of a face at the end of the table."""
        table = self.faces(Place.TABLE)
        return table[-1].order + 1 if table else 0.0

    def put(self, *faces: Face) -> None:
        """Add or replace faces."""
        new = tuple(face for face in faces if face.id not in self._places)
        old = tuple(face for face in faces if face.id in self._places)
        for face in old:
            self._untold[face.id] = face.packed != self.face(face.id).packed or self._untold.get(face.id, False)
        for face in faces:
            self._remember(face)
        self._tell(new)

    def put_soon(self, *faces: Face) -> None:
        """Replace faces whose recipes keep changing, as they do while a slider is dragged: in memory at once, while the
        file and whoever shows them follow within `TELL_MS`."""
        for face in faces:
            self._remember(face)
        self._untold |= dict.fromkeys((face.id for face in faces), True)
        if not self._telling.isActive():
            self._telling.start()

    @Slot()
    def _tell(self, new: tuple[Face, ...] = ()) -> None:
        """Write and announce what has changed, and the `new` faces."""
        self._telling.stop()
        changed, redrawn = tuple(self._untold), tuple(id for id, is_redrawn in self._untold.items() if is_redrawn)
        self._untold = {}
        stale: Changes = {("thumbnail", id): b"" for id in redrawn}
        faces = (*new, *map(self.face, changed))
        self._put({("face", face.id): face for face in faces} | stale)
        if new:
            self.added.emit(new)
        if changed:
            self.changed.emit(changed)
        self._miss(redrawn)

    def forget(self, *ids: int) -> None:
        """Remove faces for good: the undo of an addition, or what is too old."""
        gone = tuple(id for id in ids if id in self._places)
        if not gone:
            return
        self._tell()
        for id in gone:
            place = self._places.pop(id)
            del self._faces[place][id]
        self._table = None
        self._thumbnails.forget(*gone)
        self._put({(kind, id): None for id in gone for kind in ("thumbnail", "face")})
        self.mark(id for id in self._marked if id not in gone)
        self.removed.emit(gone)

    def _remember(self, face: Face) -> None:
        before = self._places.get(face.id)
        if before is not None and before is not face.place:
            del self._faces[before][face.id]
        self._places[face.id] = face.place
        self._faces[face.place][face.id] = face
        if Place.TABLE in (before, face.place):
            self._table = None

    # thumbnails -----------------------------------------------------------------------------------------------

    def thumbnail(self, id: int) -> QImage | None:
        """The small image of a face; None: it has been asked for, and `thumbnail_ready` follows."""
        image = self._thumbnails.get(id)
        if image is None and not self._thumbnails.is_missing(id):
            self._thread.want_thumbnail(id)
        return image

    def set_thumbnail(self, id: int, pixels: Pixels) -> None:
        """Make `pixels`, uint8 `[H, W, 3]`, the image of a face, scaled down."""
        self._put({("thumbnail", id): pixels})

    def show_thumbnail(self, id: int, image: QImage) -> None:
        """Show what a face was a moment ago, until what it is now is rendered."""
        self._thumbnails.put(id, image)
        self._thumbnails.miss(id)
        self.thumbnail_ready.emit(id)

    @Slot(object)
    def _take_thumbnails(self, images: dict[int, QImage | None]) -> None:
        for id, image in images.items():
            if image is not None and id in self._places:
                self._thumbnails.put(id, image)
                self.thumbnail_ready.emit(id)
        self._miss(tuple(id for id, image in images.items() if image is None and id in self._places))

    def _miss(self, ids: tuple[int, ...]) -> None:
        if ids:
            for id in ids:
                self._thumbnails.miss(id)
            self.thumbnails_missing.emit(ids)

    @property
    def missing(self) -> tuple[int, ...]:
        """Ids of faces whose thumbnails wait to be rendered."""
        return self._thumbnails.missing

    # marks, looks, state --------------------------------------------------------------------------------------

    @property
    def marked(self) -> tuple[int, ...]:
        """Ids of the marked faces, the lead first."""
        return self._marked

    def mark(self, ids: Iterable[int]) -> None:
        marked = tuple(dict.fromkeys(id for id in ids if id in self._places))
        if marked != self._marked:
            self._marked = marked
            self.marked_changed.emit(marked)

    @property
    def looks(self) -> tuple[Look, ...]:
        """By name."""
        return tuple(sorted(self._looks.values(), key=lambda look: look.name.casefold()))

    def put_look(self, look: Look) -> None:
        """Add a look, or replace the one of that name."""
        self._looks[look.name] = look
        self._put({("look", look.name): look})
        self.looks_changed.emit()

    def remove_look(self, name: str) -> None:
        if self._looks.pop(name, None) is not None:
            self._put({("look", name): None})
            self.looks_changed.emit()

    def state(self, key: str) -> str | None:
        """A text of the project: `MODEL_KEY`, `PICTURE_KEY`, `PEOPLE_KEY` or `UNUSUAL_KEY`."""
        return self._state.get(key)

    def set_state(self, key: str, value: str) -> None:
        if self._state.get(key) != value:
            self._state[key] = value
            self._put({("state", key): value})

    def set_picture(self, pixels: Pixels, model: str) -> None:
        """What the window shows at the next start with the model at the path `model`, until it is open."""
        self._put({("picture", ""): pixels})
        self.set_state(PICTURE_KEY, model)

    def session_with(self, facts: ModelFacts) -> SavedSession | None:
        """What was kept of the session with this model. One that the model cannot render is put aside."""
        kept = self._sessions.get(facts.hash)
        if kept is None or kept_sessions.fits(kept, facts):
            return kept
        del self._sessions[facts.hash]
        self._put({("session aside", facts.hash): None})
        return None

    def keep_session(self, session: SavedSession) -> None:
        """Keep the session with a model for the next start."""
        model = session.recipe.model
        changes = kept_sessions.differences(self._sessions.get(model), session)
        self._sessions[model] = session
        if changes:
            self._put(changes)
