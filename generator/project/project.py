"""The project: one SQLite file, written the moment something happens.

While it is open, changes go into a log beside it (`NAME.outis-wal`); closing leaves one file. A process that is killed
loses nothing that was written, because the next one to open the file reads the log.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from generator.errors import ExportError, OutisError, ProjectError
from generator.project.connection import connect, sentences
from generator.project.face import Face
from generator.project.rows import COLUMNS, MAX_ID, clean, from_row, to_row, vectors_of
from generator.project.schema import empty_project
from generator.storage.atomic import write_atomically

if TYPE_CHECKING:
    from generator.project.look import Look

SUFFIX = ".outis"
THUMBNAIL = 192  # pixels, the longer side of a thumbnail
MAX_FACES = 200_000
MAX_VECTORS = 256_000_000  # bytes together
MAX_TEXT = 256_000_000  # characters of all recipes together
MAX_WEBP = 16_000_000  # bytes of a picture


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

    def __init__(self, path: Path, connection: sqlite3.Connection, read_only: bool, notice: str) -> None:
        self.path, self.read_only, self.notice = path, read_only, notice
        self.skipped = 0  # rows that `faces` left out, because they lie
        self._connection = connection
        self._depth = 0  # of blocks of `transaction`
        self._stored: set[str] | None = None  # hashes of the vectors in the file; None = not known

    @classmethod
    def open(cls, path: str | Path, create: bool = False) -> Project:
        """Open a project; with `create` it is made where there is none. Raises `ProjectError`."""
        path = Path(path).absolute()
        if create and not path.exists():
            try:
                write_atomically(path, empty_project())
            except ExportError as error:
                raise ProjectError(str(error)) from error
        if not path.exists():
            raise ProjectError(f"There is no file {path.name} in {path.parent}; choose another one.")
        connection = connect(path, "rw")
        with sentences(path):
            connection.execute("PRAGMA journal_mode = WAL")
        return cls(path, connection, False, "")

    def faces(self) -> list[Face]:
        """All faces by their number, wherever they are seen; the recipes are read when they are used."""
        self.skipped = 0
        with self._reading():
            vectors = self._vectors()
            tags: dict[object, list[str]] = {}
            for face, tag in self._connection.execute("SELECT face, tag FROM tags"):
                tags.setdefault(face, []).append(tag)
            rows = self._connection.execute(f"SELECT {COLUMNS} FROM faces ORDER BY id LIMIT {MAX_FACES}")
            found = [from_row(row, tags.get(row[0], ()), vectors) for row in rows]
        faces = [face for face in found if face is not None]
        self.skipped += len(found) - len(faces)
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
                self._store_vectors(face)
                marks = ", ".join("?" * len(to_row(face)))
                self._connection.execute(f"REPLACE INTO faces ({COLUMNS}) VALUES ({marks})", to_row(face))
                self._connection.execute("DELETE FROM tags WHERE face = ?", (face.id,))
                rows = [(face.id, tag) for tag in face.tags]
                self._connection.executemany("INSERT INTO tags (face, tag) VALUES (?, ?)", rows)

    def remove(self, ids: Iterable[int]) -> None:
        """Remove faces for good."""
        with self.transaction():
            rows = [(id,) for id in ids]
            for table, column in (("faces", "id"), ("tags", "face"), ("thumbnails", "face")):
                self._connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", rows)

    def set_thumbnails(self, thumbnails: Mapping[int, bytes]) -> None:
        """Keep pictures of faces: WebP of at most `THUMBNAIL` pixels."""
        with self.transaction():
            self._connection.executemany("REPLACE INTO thumbnails (face, webp) VALUES (?, ?)", thumbnails.items())

    def thumbnails(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Those of the thumbnails that exist."""
        found: dict[int, bytes] = {}
        with self._reading():
            for id in ids:
                row = self._connection.execute("SELECT webp FROM thumbnails WHERE face = ?", (id,)).fetchone()
                if row is not None and isinstance(row[0], bytes):
                    found[id] = row[0]
        return found

    def looks(self) -> list[Look]:
        """All looks by their name; those that lie are left out."""
        from generator.project.look import look_from_json

        with self._reading():
            rows = self._connection.execute("SELECT look FROM looks ORDER BY name").fetchall()
        looks = []
        for (text,) in rows:
            try:
                looks.append(look_from_json(text))
            except OutisError:
                self.skipped += 1
        return looks

    def put_look(self, look: Look) -> None:
        """Add a look, or replace the one of its name."""
        from generator.project.look import look_to_json

        with self.transaction():
            self.remove_look(look.name)
            row = (look.name, look_to_json(look))
            self._connection.execute("INSERT INTO looks (name, look) VALUES (?, ?)", row)

    def remove_look(self, name: str) -> None:
        """Remove the look `name`, if there is one."""
        with self.transaction():
            self._connection.execute("DELETE FROM looks WHERE name = ?", (name,))

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
            row = self._connection.execute("SELECT webp FROM picture WHERE id = 1").fetchone()
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def set_picture(self, webp: bytes) -> None:
        """Keep the picture that is on the screen."""
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
        """Write a copy to `path`, which replaces a file of that name when it is complete."""
        target = Path(path).absolute()
        unfinished = target.with_name(f".{target.name}.tmp")
        with sentences(target):
            self._connection.execute("VACUUM INTO ?", (str(unfinished),))
        unfinished.replace(target)

    def close(self) -> None:
        """Close the file; the log is taken into it."""
        if not self.read_only:
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with sentences(self.path):
            yield

    def _vectors(self) -> dict[str, bytes]:
        """All vectors by their hash; those that do not match it are left out."""
        vectors: dict[str, bytes] = {}
        for key, data in self._connection.execute("SELECT hash, data FROM vectors"):
            if isinstance(data, bytes) and hashlib.sha256(data).hexdigest()[:32] == key:
                vectors[key] = data
        return vectors

    def _store_vectors(self, face: Face) -> None:
        """Write the vectors of `face` that are not in the file."""
        if self._stored is None:
            self._stored = {key for (key,) in self._connection.execute("SELECT hash FROM vectors")}
        for key in set(vectors_of(face.packed.text)) - self._stored:
            row = (key, face.packed.vectors[key])
            self._connection.execute("INSERT INTO vectors (hash, data) VALUES (?, ?)", row)
            self._stored.add(key)
