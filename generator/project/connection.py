"""A connection to the file of a project that trusts nothing in it, and sentences for what can go wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from generator.errors import ProjectError

MAX_VALUE = 16_000_000  # bytes of one value in a row

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
    "synchronous = NORMAL",
)
_WRITING = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space or choose another disk",
    sqlite3.SQLITE_IOERR: "the disk is full or fails; free some space or choose another disk",
    sqlite3.SQLITE_READONLY: "the folder or file is write-protected; save the project in another folder",
    sqlite3.SQLITE_PERM: "the folder or file is write-protected; save the project in another folder",
    sqlite3.SQLITE_BUSY: "another program uses it; close it there",
    sqlite3.SQLITE_LOCKED: "another program uses it; close it there",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened; choose another folder",
    sqlite3.SQLITE_CORRUPT: "it is damaged; open it again to recover what is in it",
    sqlite3.SQLITE_NOTADB: "it is damaged; open it again to recover what is in it",
    sqlite3.SQLITE_TOOBIG: "a part of it is too large",
}


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the SQLite file `path`; `mode` is "rw", "ro" or "ro&immutable=1". Reads nothing of it yet."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=2)
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    for limit, value in _LIMITS.items():
        connection.setlimit(limit, value)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextmanager
def sentences(path: Path) -> Iterator[None]:
    """Convert an error of SQLite in the block to a `ProjectError` that states why `path` could not be used."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without the extension
        reason = _WRITING.get(code, f"{error}; save the project under another name")
        raise ProjectError(f"{path.name} could not be written: {reason}.") from error
