"""A connection to the file of a project that trusts nothing in it, and sentences for what can go wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from generator.errors import ProjectError
from generator.project.schema import expected_rows, schema_rows

MAX_FILE = 1 << 30  # bytes
MAX_VALUE = 16_000_000  # bytes of one value in a row
IMMUTABLE = "ro&immutable=1"  # without locks, and without a log beside the file

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2 * MAX_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10_000,
    sqlite3.SQLITE_LIMIT_ATTACHED: 1,  # VACUUM INTO needs one
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
}
_PRAGMAS = (
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "mmap_size = 0",
    "temp_store = MEMORY",
)
STEP = 1000  # instructions of SQLite's machine between two looks at what is left
_OF_SCHEMA = 20  # such steps, to read the tables' definitions: a thousand times what they take
OF_CHECK = 10_000  # and to check all rows: what 250,000 faces with two tags take
_LONG_TEXTS = (  # fail if there is a text beyond the limits
    "SELECT sum(length(recipe) + length(name) + length(note)) FROM faces",
    "SELECT sum(length(tag)) FROM tags",
    "SELECT sum(length(hash)) FROM vectors",
    "SELECT sum(length(name) + length(look)) FROM looks",
    "SELECT sum(length(key) + length(value)) FROM state",
    "SELECT sum(length(model) + length(name) + length(entry)) FROM directions",
)
_SYSTEM = {  # troubles that say nothing about the content of the file
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space or choose another disk",
    sqlite3.SQLITE_IOERR: "the disk is full or fails; free some space or choose another disk",
    sqlite3.SQLITE_READONLY: "the folder or file is write-protected; save the project in another folder",
    sqlite3.SQLITE_PERM: "the folder or file is write-protected; save the project in another folder",
    sqlite3.SQLITE_BUSY: "another program uses it; close it there",
    sqlite3.SQLITE_LOCKED: "another program uses it; close it there",
    sqlite3.SQLITE_CANTOPEN: "it, or its folder, cannot be opened; choose another folder",
    sqlite3.SQLITE_CORRUPT: "it is damaged; close it and open it again to recover what is in it",
    sqlite3.SQLITE_NOTADB: "it is damaged; close it and open it again to recover what is in it",
    sqlite3.SQLITE_TOOBIG: "a part of it is too large",
}


class Damaged(Exception):
    """The file begins like a project, but cannot be trusted; what is in it can be recovered. Never shown."""


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the SQLite file `path`; `mode` is "rw", "ro" or `IMMUTABLE`. Nothing of it is read yet."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=2)
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def set_durable(connection: sqlite3.Connection) -> None:
    """Wait for the disk when the log is taken into the file, not for every change. Reads the definitions of tables."""
    connection.execute("PRAGMA synchronous = NORMAL")


def reading_mode(path: Path) -> str:
    """How to read a file that nobody writes: SQLite leaves files of its own beside it only if there is a log."""
    return "ro" if path.with_name(f"{path.name}-wal").exists() else IMMUTABLE


def verified(path: Path, mode: str) -> sqlite3.Connection:
    """`connect` to a file whose tables are exactly ours and whose pages are whole. Raises `Damaged`."""
    connection = connect(path, mode)
    try:
        with _sound():
            connection.set_progress_handler(countdown(_OF_SCHEMA), STEP)
            if schema_rows(connection) != expected_rows():  # a view or a trigger would be among them
                raise Damaged
            with _within(OF_CHECK, connection, path):
                if connection.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
                    raise Damaged
                for query in _LONG_TEXTS:
                    connection.execute(query).fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def code_of(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 if the error has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


@contextmanager
def sentences(path: Path, done: str = "written") -> Iterator[None]:
    """Convert an error of SQLite in the block to a `ProjectError` that states why `path` could not be `done`."""
    try:
        yield
    except sqlite3.Error as error:
        reason = _REASONS.get(code_of(error), f"{error}; save the project under another name")
        raise ProjectError(f"{path.name} could not be {done}: {reason}.") from error
    except UnicodeDecodeError as error:  # in SQLite's own sentence, which quotes the file
        raise ProjectError(f"{path.name} could not be {done}: {_REASONS[sqlite3.SQLITE_CORRUPT]}.") from error
    except UnicodeEncodeError as error:
        raise ProjectError(f"{path.name} could not be {done}: a text in it is not Unicode.") from error


@contextmanager
def _within(steps: int, connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Refuse a file of more rows than can be checked in so many steps: recovering it would not make it smaller."""
    connection.set_progress_handler(countdown(steps), STEP)
    try:
        yield
    except sqlite3.OperationalError as error:
        if code_of(error) == sqlite3.SQLITE_INTERRUPT:
            raise ProjectError(f"{path.name} has more rows than a project can have; choose another file.") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)


@contextmanager
def _sound() -> Iterator[None]:
    """Convert what SQLite says of a file that is not sound to `Damaged`."""
    try:
        yield
    except sqlite3.Error as error:
        if code_of(error) in _SYSTEM:
            raise
        raise Damaged from error
    except UnicodeDecodeError as error:  # Python cannot read the sentence in which SQLite quotes the file
        raise Damaged from error


def countdown(steps: int) -> Callable[[], bool]:
    """True, which interrupts SQLite, from the call on that follows `steps` others."""
    left = iter(range(steps))
    return lambda: next(left, None) is None
