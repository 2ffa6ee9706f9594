"""The project: one SQLite file, written the moment something happens.

While it is open, changes go into a log beside it (`NAME.outis-wal`); closing leaves one file. A process that is killed
loses nothing that was written, because the next one to open the file reads the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from generator.errors import OutisError, ProjectError
from generator.project.connection import Damaged, sentences
from generator.project.copying import copy_to
from generator.project.face import Face
from generator.project.look import Look, look_from_json, look_to_json
from generator.project.opening import Opened, open_file, read_only, real_path
from generator.project.packing import hash_of
from generator.project.recovery import recover
from generator.project.rows import (
    COLUMNS,
    MAX_ID,
    MAX_NAME,
    MAX_RECIPE,
    MAX_THUMBNAIL,
    MAX_VECTOR,
    clean,
    from_row,
    to_row,
    vectors_of,
)
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.directions_json import from_json, to_json

log = logging.getLogger(__name__)
THUMBNAIL = 192  # pixels, the longer side of a thumbnail
MAX_FACES = 200_000  # that are read
MAX_TAGS = 1_000_000  # of all faces, that are read
MAX_VECTORS = 256_000_000  # bytes together
MAX_TEXT = 256_000_000  # characters of all recipes together
MAX_PICTURE = 8_000_000  # bytes
MAX_LOOKS = 1000  # that are read
MAX_DIRECTIONS = 1000  # of one model, that are read
MAX_MODELS = 1000  # with directions, that are read


class Project:
    """An open project. It is used from one thread only.

    Example:
        >>> from pathlib import Path
        >>> from generator.project.face import Face
        >>> from generator.project.project import Project
        >>> from generator.recipe.recipe import Recipe, SeedSource
        >>> project = Project.open(Path("faces.outis"), create=True)
        >>> project.put([Face.of(1, Recipe(source=SeedSource(85)), name="Anna")])
        >>> project.faces()[0].name
        'Anna'
        >>> project.close()
    """

    def __init__(self, opened: Opened, path: Path, notice: str) -> None:
        self.path, self.notice = path, notice
        self.read_only = opened.lock is None
        self.skipped = 0  # rows that `faces` left out, because they lie
        self._opened, self._connection = opened, opened.connection
        self._depth = 0  # of blocks of `transaction`
        self._is_closed = False
        self._stored: dict[str, int] | None = None  # bytes of each vector in the file by its hash; None = not known
        self._leaves_vectors = False  # of which some may belong to no face now

    @classmethod
    def open(cls, path: str | Path, create: bool = False) -> Project:
        """Open a project; with `create` it is made where there is none.

        One that another process has open, or that cannot be written, is opened for reading only. A damaged one is
        recovered into a new file beside it, and that is opened. `notice` then says so. Raises `ProjectError`.
        """
        wanted, real = Path(path), real_path(path)
        try:
            opened = open_file(real, create)
        except Damaged:
            wanted, count = recover(real)
            opened = open_file(wanted, create=False)
            came = "1 face came" if count == 1 else f"{count} faces came"
            notice = f"{real.name} is damaged: {came} back, in {wanted.name}; the damaged file was left as it is."
            return cls(opened, wanted, notice)
        return cls(opened, wanted.absolute(), opened.notice)

    @classmethod
    def read(cls, path: str | Path) -> Project:
        """Open a project for reading only, without locking it, also while another process has it open.

        Raises `ProjectError`, also for one that is damaged: opening it in the usual way recovers it.
        """
        real = real_path(path)
        try:
            return cls(read_only(real), Path(path).absolute(), "")
        except Damaged as error:
            raise ProjectError(f"{real.name} is damaged; open it in Outis, which recovers what is in it.") from error

    def faces(self) -> list[Face]:
        """All faces by their number, wherever they are seen; the recipes are read when they are used."""
        faces, left, seen = list[Face](), MAX_TEXT, 0
        with self._reading():
            vectors, tags = self._vectors(), self._tags()
            query = f"SELECT {COLUMNS} FROM faces WHERE length(recipe) <= {MAX_RECIPE} ORDER BY id LIMIT {MAX_FACES}"
            for row in self._connection.execute(query):
                face = from_row(row, tags.get(row[0], ()), vectors)
                left -= len(face.packed.text) if face else 0
                if face is not None and left >= 0:
                    faces.append(face)
            seen = self._connection.execute("SELECT count(*) FROM faces").fetchone()[0]
        self.skipped = seen - len(faces)
        return faces

    def last_id(self) -> int:
        """The highest number of a face, also of one that `faces` leaves out; 0 = there is none."""
        with self._reading():
            wanted = "SELECT id FROM faces WHERE id <= ? ORDER BY id DESC LIMIT 1"
            row = self._connection.execute(wanted, (MAX_ID,)).fetchone()
        return max(int(row[0]), 0) if row else 0

    def put(self, faces: Iterable[Face]) -> None:
        """Add faces, or replace those of the same number."""
        with self.transaction():
            for face in map(clean, faces):
                self._check_size(face)
                self._store_vectors(face)
                marks = ", ".join("?" * len(to_row(face)))
                self._connection.execute(f"REPLACE INTO faces ({COLUMNS}) VALUES ({marks})", to_row(face))
                self._connection.execute("DELETE FROM tags WHERE face = ?", (face.id,))
                rows = [(face.id, tag) for tag in face.tags]
                self._connection.executemany("INSERT INTO tags (face, tag) VALUES (?, ?)", rows)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove faces for good."""
        self._leaves_vectors = True
        with self.transaction():
            rows = [(id,) for id in ids]
            for table, column in (("faces", "id"), ("tags", "face"), ("thumbnails", "face")):
                self._connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", rows)

    def set_thumbnails(self, thumbnails: Mapping[int, bytes]) -> None:
        """Keep pictures of faces: WebP of at most `THUMBNAIL` pixels."""
        if any(len(webp) > MAX_THUMBNAIL for webp in thumbnails.values()):
            raise ProjectError(f"A thumbnail has more than {MAX_THUMBNAIL} bytes; make it smaller.")
        with self.transaction():
            self._connection.executemany("REPLACE INTO thumbnails (face, webp) VALUES (?, ?)", thumbnails.items())

    def thumbnails(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Those of the thumbnails that exist."""
        found: dict[int, bytes] = {}
        query = f"SELECT webp FROM thumbnails WHERE face = ? AND length(webp) <= {MAX_THUMBNAIL}"
        with self._reading():
            for id in ids:
                row = self._connection.execute(query, (id,)).fetchone()
                if row is not None and isinstance(row[0], bytes):
                    found[id] = row[0]
        return found

    def looks(self) -> list[Look]:
        """All looks by their name; those that lie are left out."""
        query = f"SELECT look FROM looks WHERE length(look) <= {MAX_RECIPE} ORDER BY name LIMIT {MAX_LOOKS}"
        with self._reading():
            rows = self._connection.execute(query).fetchall()
        looks = []
        for (text,) in rows:
            try:
                looks.append(look_from_json(text))
            except OutisError:
                self.skipped += 1
        return looks

    def put_look(self, look: Look) -> None:
        """Add a look, or replace the one of its name."""
        row = (look.name, look_to_json(look))
        _check_length("look", look.name, row[1])
        with self.transaction():
            self.remove_look(look.name)
            self._connection.execute("INSERT INTO looks (name, look) VALUES (?, ?)", row)

    def remove_look(self, name: str) -> None:
        """Remove the look `name`, if there is one."""
        with self.transaction():
            self._connection.execute("DELETE FROM looks WHERE name = ?", (name,))

    def directions(self, model: str) -> tuple[NamedDirection, ...]:
        """The user's own directions of the model of this hash, as they were added; those that lie are left out."""
        query = (
            f"SELECT entry FROM directions WHERE model = ? AND length(entry) <= {MAX_RECIPE}"
            f" ORDER BY id LIMIT {MAX_DIRECTIONS}"
        )
        with self._reading():
            rows = self._connection.execute(query, (model,)).fetchall()
        found: dict[str, NamedDirection] = {}
        for (text,) in rows:
            try:
                found.update((entry.direction.name, entry) for entry in from_json(text).entries)
            except OutisError as error:
                log.warning("A direction in %s was not read: %s", self.path.name, error)
        return tuple(found.values())

    def directed_models(self) -> list[str]:
        """The hashes of the models that have directions here."""
        query = f"SELECT DISTINCT model FROM directions WHERE length(model) <= {MAX_NAME} LIMIT {MAX_MODELS}"
        with self._reading():
            return [model for (model,) in self._connection.execute(query) if isinstance(model, str)]

    def put_direction(self, model: str, entry: NamedDirection) -> None:
        """Add a direction of a model, or replace the one of its name, whose place it takes."""
        name, text = entry.direction.name, to_json(DirectionLibrary(model, (entry,)))
        _check_length("direction", name, text)
        with self.transaction():
            known = "UPDATE directions SET entry = ? WHERE model = ? AND name = ?"
            if not self._connection.execute(known, (text, model, name)).rowcount:
                wanted = "INSERT INTO directions (model, name, entry) VALUES (?, ?, ?)"
                self._connection.execute(wanted, (model, name, text))

    def remove_direction(self, model: str, name: str) -> None:
        """Remove the direction `name` of a model, if there is one."""
        with self.transaction():
            self._connection.execute("DELETE FROM directions WHERE model = ? AND name = ?", (model, name))

    def state(self, key: str) -> str | None:
        """What was kept as `key`."""
        with self._reading():
            row = self._connection.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return row[0] if row is not None and isinstance(row[0], str) else None

    def set_state(self, key: str, value: str) -> None:
        """Keep `value` as `key`."""
        with self.transaction():
            self._connection.execute("REPLACE INTO state (key, value) VALUES (?, ?)", (key, value))

    def picture(self) -> bytes | None:
        """The last picture that was on the screen, WebP."""
        with self._reading():
            query = "SELECT webp FROM picture WHERE id = 1 AND length(webp) <= ?"
            row = self._connection.execute(query, (MAX_PICTURE,)).fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def set_picture(self, webp: bytes) -> None:
        """Keep the picture that is on the screen."""
        if len(webp) > MAX_PICTURE:
            raise ProjectError(f"The picture has more than {MAX_PICTURE} bytes; make it smaller.")
        with self.transaction():
            self._connection.execute("REPLACE INTO picture (id, webp) VALUES (1, ?)", (webp,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written in the block is in the file afterwards, or nothing of it. Blocks can be nested."""
        if self.read_only:
            raise ProjectError(f"{self.path.name} is open for reading only; save it as another project to change it.")
        if self._depth:
            yield
            return
        with sentences(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                self._stored = None
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth = 0

    def save_as(self, path: str | Path) -> None:
        """Write a copy to `path`, which replaces a file of that name when it is complete. Raises `ProjectError`."""
        copy_to(self._opened, path)

    def close(self) -> None:
        """Close the file; the log is taken into it."""
        if self._is_closed:
            return
        self._is_closed = True
        try:
            if self._leaves_vectors and not self.read_only:
                with suppress(ProjectError):  # a full disk: they are removed another time
                    self._forget_vectors()
        finally:
            self._opened.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with sentences(self.path):
            yield

    def _tags(self) -> dict[object, list[str]]:
        tags: dict[object, list[str]] = {}
        query = f"SELECT face, tag FROM tags WHERE length(tag) <= {MAX_NAME} LIMIT {MAX_TAGS}"
        for face, tag in self._connection.execute(query):
            tags.setdefault(face, []).append(str(tag))
        return tags

    def _vectors(self) -> dict[str, bytes]:
        """All vectors by their hash; those that do not match it are left out."""
        vectors, left = dict[str, bytes](), MAX_VECTORS
        wanted = "SELECT hash, data FROM vectors WHERE length(data) <= ?"
        for key, data in self._connection.execute(wanted, (MAX_VECTOR,)):
            if isinstance(data, bytes) and hash_of(data) == key and left >= len(data):
                vectors[key] = data
                left -= len(data)
        return vectors

    def _check_size(self, face: Face) -> None:
        """Refuse what could not be read again."""
        if len(face.packed.text) > MAX_RECIPE:
            raise ProjectError(f"The recipe has {len(face.packed.text)} characters; at most {MAX_RECIPE} are kept.")
        if any(len(data) > MAX_VECTOR for data in map(face.packed.vectors.get, vectors_of(face.packed.text)) if data):
            raise ProjectError(f"The recipe contains a vector of more than {MAX_VECTOR} bytes; no model has such.")

    def _store_vectors(self, face: Face) -> None:
        """Write the vectors of `face` that are not in the file."""
        if self._stored is None:
            self._stored = dict(self._connection.execute("SELECT hash, length(data) FROM vectors"))
        for key in set(vectors_of(face.packed.text)) - self._stored.keys():
            data = face.packed.vectors[key]
            if sum(self._stored.values()) + len(data) > MAX_VECTORS:
                raise ProjectError(f"{self.path.name} is full of stored latents; begin another project.")
            self._connection.execute("INSERT INTO vectors (hash, data) VALUES (?, ?)", (key, data))
            self._stored[key] = len(data)

    def _forget_vectors(self) -> None:
        """Remove vectors that no face needs any longer."""
        with self.transaction():
            needed = set[str]()
            for (text,) in self._connection.execute("SELECT recipe FROM faces"):
                needed.update(vectors_of(str(text)))
            stored = {key for (key,) in self._connection.execute("SELECT hash FROM vectors")}
            self._connection.executemany("DELETE FROM vectors WHERE hash = ?", [(key,) for key in stored - needed])
            self._stored = None


def _check_length(what: str, name: str, text: str) -> None:
    """Refuse what could not be read again."""
    if len(text) > MAX_RECIPE:
        raise ProjectError(f"The {what} {name[:40]!r} has {len(text)} characters; at most {MAX_RECIPE} are kept.")
