"""What is left of a damaged project, written into a new file beside it.

A copy of the damaged file gets a sound first page, so that its own tables, triggers and views are never read. Rows are
then read from both ends of each table up to the damage. If there is any, every page that can hold rows is visited: a
page of our own above them replaces the root of the table, and SQLite itself reads the rows.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.errors import ProjectError, RecipeError
from generator.project.connection import IMMUTABLE, connect, sentences
from generator.project.face import Face
from generator.project.packing import hash_of
from generator.project.rows import COLUMNS, MAX_THUMBNAIL, MAX_VECTOR, clean_tags, from_row, to_row
from generator.project.salvage import Row, everything, from_both_ends
from generator.project.schema import PAGE, empty_project, expected_rows, schema_rows

MAX_OTHERS = 10_000  # rows of a table without faces or vectors
MAX_WRONG = 10_000  # rows with something else than a recipe, that are tried
MAX_WRONG_TEXT = 20_000_000  # characters of these together
_OTHERS = {  # tables that are copied as they are: their columns, and the one by which they are sorted
    "looks": ("id, name, look", "id"),
    "directions": ("id, model, name, entry", "id"),
    "state": ("key, value", "key"),
    "picture": ("id, webp", "id"),
}


def recover(path: Path) -> tuple[Path, int]:
    """Recover `path` into a new project beside it, which is returned with the number of its faces.

    The damaged file stays as it is. Raises `ProjectError` if nothing came back, or the new file cannot be written.
    """
    try:
        with TemporaryDirectory(prefix=".outis-", dir=path.parent, ignore_cleanup_errors=True) as folder:
            damaged, whole = Path(folder, "damaged"), Path(folder, "whole")
            _copy(path, damaged)
            whole.write_bytes(empty_project())
            count, is_empty = _fill(whole, damaged)
            if is_empty:
                raise ProjectError(f"{path.name} is damaged, and nothing in it can be read. Choose a copy of it.")
            target = _unused(path)
            whole.rename(target)
    except OSError as error:
        why = error.strerror or error
        raise ProjectError(
            f"{path.name} is damaged, and what is in it could not be written beside it: {why}. Copy it elsewhere."
        ) from error
    return target, count


def _unused(path: Path) -> Path:
    """NAME-recovered.outis, or the first of NAME-recovered-2.outis, ... that does not exist."""
    names = (f"{path.stem}-recovered{ending}{path.suffix}" for ending in ("", *(f"-{k}" for k in range(2, 1000))))
    return next(other for name in names if not (other := path.with_name(name)).exists())


def _copy(path: Path, to: Path) -> None:
    """Copy a damaged file, take the log beside it in if that is possible, and give it a sound first page."""
    shutil.copyfile(path, to)
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        shutil.copyfile(log, f"{to}-wal")
        with suppress(sqlite3.Error, UnicodeDecodeError):
            _take_log(to)
        for ending in ("-wal", "-shm"):
            Path(f"{to}{ending}").unlink(missing_ok=True)
    pages = max(to.stat().st_size // PAGE, 1)
    first = bytearray(empty_project()[:PAGE])
    first[28:32] = pages.to_bytes(4, "big")
    with to.open("r+b") as file:
        file.truncate(pages * PAGE)
        file.write(first)


def _take_log(copy: Path) -> None:
    connection = connect(copy, "rw")
    try:
        connection.set_progress_handler(lambda: True, 20_000)  # definitions of tables without end
        if schema_rows(connection) == expected_rows():
            connection.set_progress_handler(None, 0)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _fill(whole: Path, damaged: Path) -> tuple[int, bool]:
    """Write all that can be read of `damaged` into `whole`: the number of faces, and whether nothing came back."""
    with sentences(whole, "recovered"):
        target = connect(whole, "rw")
        try:
            target.execute("PRAGMA journal_mode = OFF")  # it is written from nothing, and thrown away if that fails
            target.execute("PRAGMA synchronous = FULL")
            target.execute("BEGIN")
            _fill_others(target, damaged)
            vectors = _vectors(damaged)
            target.executemany("INSERT INTO vectors (hash, data) VALUES (?, ?)", vectors.items())
            count = _fill_faces(target, damaged, vectors)
            target.execute("COMMIT")
            return count, target.total_changes == 0
        finally:
            target.close()


def _fill_others(target: sqlite3.Connection, damaged: Path) -> None:
    for table, (columns, key) in _OTHERS.items():
        marks = ", ".join("?" * len(columns.split(",")))
        for row in from_both_ends(damaged, table, columns, key, MAX_OTHERS):
            with suppress(sqlite3.IntegrityError):  # of a wrong type
                target.execute(f"INSERT OR IGNORE INTO {table} ({columns}) VALUES ({marks})", row)


def _vectors(damaged: Path) -> dict[str, bytes]:
    """Vectors by their hash, which is computed again: those that were damaged are then vectors of no face."""
    found = (data for _, data in everything(damaged, "vectors", "id, data") if isinstance(data, bytes))
    return {hash_of(data): data for data in found if 0 < len(data) <= MAX_VECTOR}


def _fill_faces(target: sqlite3.Connection, damaged: Path, vectors: dict[str, bytes]) -> int:
    """Write the faces with their tags and thumbnails; their number."""
    faces = list(_faces(damaged, vectors))
    source, room = connect(damaged, IMMUTABLE), damaged.stat().st_size  # no more than there was: pages can be shared
    try:
        for face in faces:
            tags = clean_tags(str(tag) for (tag,) in _rows_of(source, "tags", "tag", face.id))
            row = to_row(face)
            target.execute(f"INSERT INTO faces ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)
            target.executemany("INSERT INTO tags (face, tag) VALUES (?, ?)", [(face.id, tag) for tag in tags])
            for (webp,) in _rows_of(source, "thumbnails", "webp", face.id):
                if isinstance(webp, bytes) and len(webp) <= min(room, MAX_THUMBNAIL):
                    target.execute("REPLACE INTO thumbnails (face, webp) VALUES (?, ?)", (face.id, webp))
                    room -= len(webp)
    finally:
        source.close()
    return len(faces)


def _rows_of(source: sqlite3.Connection, table: str, column: str, id: int) -> list[Row]:
    """What belongs to a face; nothing where that part of the table is damaged."""
    try:
        return source.execute(f"SELECT {column} FROM {table} WHERE face = ? LIMIT 100", (id,)).fetchall()
    except sqlite3.Error:
        return []


def _faces(damaged: Path, vectors: dict[str, bytes]) -> Iterator[Face]:
    """Faces whose recipe is whole, each number once; the rows may be those of other tables."""
    seen, rows_left, text_left = set[object](), MAX_WRONG, MAX_WRONG_TEXT
    for row in everything(damaged, "faces", COLUMNS):
        if row[0] in seen or not isinstance(row[1], str) or row[1][:1] != "{":
            continue
        face = _whole_face(row, vectors)
        if face is not None:
            seen.add(face.id)
            yield face
            continue
        rows_left, text_left = rows_left - 1, text_left - len(row[1])
        if rows_left < 0 or text_left < 0:
            return


def _whole_face(row: Row, vectors: dict[str, bytes]) -> Face | None:
    face = from_row(row, (), vectors)
    with suppress(RecipeError):
        return face if face is not None and face.recipe else None
    return None
