"""Opening the file of a project: what is not one is refused before SQLite touches it, and only one process writes."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from generator.errors import ExportError, ProjectError
from generator.project.connection import (
    IMMUTABLE,
    MAX_FILE,
    code_of,
    connect,
    reading_mode,
    sentences,
    set_durable,
    verified,
)
from generator.project.ownership import owned, release
from generator.project.schema import APPLICATION_ID, HEADER, MAGIC, PAGE, VERSION, empty_project
from generator.storage.atomic import write_atomically
from generator.storage.regular_file import open_regular

_NO_FILE = "There is no file {name} in {folder}; choose another one."
_ELSEWHERE = "save it as another project to change it."


@dataclass(frozen=True)
class Opened:
    """A connection to a sound project."""

    path: Path  # with links followed, because SQLite's own files lie beside that one
    connection: sqlite3.Connection
    lock: BinaryIO | None  # None = it is open for reading only
    notice: str = ""

    def close(self) -> None:
        """Give the file back; whatever is in the log beside it is taken into it, if there is room."""
        try:
            if self.lock is not None and not self.connection.in_transaction:
                self.connection.execute("PRAGMA busy_timeout = 0")  # a reader keeps the log: it is not waited for
                self.connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error:
            pass  # the log stays beside the file, and nothing is lost: it is read when the project is opened again
        finally:
            self.connection.close()
            if self.lock is not None:
                release(self.path, self.lock)


def real_path(path: str | Path) -> Path:
    """`path` with links followed. Raises `ProjectError` if no file can have that name."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError) as error:
        raise ProjectError("The name of the project contains characters that no file name can have.") from error


def open_file(path: Path, create: bool) -> Opened:
    """Open the project at the `real_path`. Raises `ProjectError`, and `Damaged` for one that can be recovered."""
    if not create or path.exists():
        check_header(path)
    try:
        lock = owned(path)
        reason = "" if lock else "is open in another Outis, so it is opened for reading only; close it there, or "
    except OSError:
        lock, reason = None, "is in a write-protected folder, so it is opened for reading only; "
    if lock is not None and path.exists() and not _is_writable(path):
        release(path, lock)
        lock, reason = None, "is write-protected, so it is opened for reading only; "
    try:
        if create and not path.exists():
            _make(path)
        with sentences(path, "opened"):
            connection = _reading(path) if lock is None else _writing(path)
    except BaseException:
        if lock is not None:
            release(path, lock)
        raise
    return Opened(path, connection, lock, f"{path.name} {reason}{_ELSEWHERE}" if reason else "")


def read_only(path: Path) -> Opened:
    """The project at the `real_path` for reading only, whether or not another process has it open; nothing is locked.

    Raises `ProjectError`, and `Damaged` for one that can be recovered.
    """
    check_header(path)
    with sentences(path, "opened"):
        return Opened(path, _reading(path, reading_mode(path)), None)


def check_header(path: Path) -> None:
    """Raise `ProjectError` unless the file begins like a project that this version reads. Changes nothing."""
    try:
        with open_regular(path) as file:
            header, size = file.read(HEADER), os.fstat(file.fileno()).st_size
    except FileNotFoundError as error:
        raise ProjectError(_NO_FILE.format(name=path.name, folder=path.parent)) from error
    except OSError as error:
        raise ProjectError(f"{path.name} could not be read: {error.strerror or error}.") from error
    application, version = (int.from_bytes(header[at : at + 4], "big") for at in (68, 60))
    if not header.startswith(MAGIC) or (len(header) == HEADER and application != APPLICATION_ID) or version >> 31:
        raise ProjectError(f"{path.name} is not a project of Outis; choose a file that Outis has saved as one.")
    if version > VERSION:
        raise ProjectError(
            f"{path.name} is a project of version {version}; this Outis reads version {VERSION}. Update Outis."
        )
    if size < PAGE:
        raise ProjectError(f"{path.name} is damaged: nothing but its first {size} bytes is there. Choose a copy of it.")
    if size > MAX_FILE:
        raise ProjectError(f"{path.name} has {size} bytes; a project has at most {MAX_FILE}. Choose another file.")


def _make(path: Path) -> None:
    """Write an empty project."""
    try:
        write_atomically(path, empty_project())
    except ExportError as error:
        raise ProjectError(str(error)) from error


def _writing(path: Path) -> sqlite3.Connection:
    """A connection that writes. The file is checked in a way that leaves a damaged one as it is."""
    if not beside(path, "-journal").exists():  # SQLite itself must undo a change that was interrupted
        verified(path, reading_mode(path)).close()
        connection = connect(path, "rw")
    else:
        connection = verified(path, "rw")
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        set_durable(connection)
        connection.execute(f"PRAGMA max_page_count = {MAX_FILE // PAGE}")
    except BaseException:
        connection.close()
        raise
    return connection


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _reading(path: Path, mode: str = "ro") -> sqlite3.Connection:
    try:
        return verified(path, mode)
    except sqlite3.Error as error:
        if code_of(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    return verified(path, IMMUTABLE)  # in a folder that takes no file that several readers share


def beside(path: Path, ending: str) -> Path:
    """One of the files that SQLite keeps with an open one."""
    return path.with_name(path.name + ending)
