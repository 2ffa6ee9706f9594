"""The tables of a project, and how a file is recognised as one before SQLite reads it."""

from __future__ import annotations

import sqlite3
from functools import cache

APPLICATION_ID = 0x4F555449  # "OUTI", at byte 68 of the file
VERSION = 1  # "user_version", at byte 60; higher ones are refused
PAGE = 4096  # bytes
MAGIC = b"SQLite format 3\0"
HEADER = 100  # bytes in front of the first page

TABLES = (  # in this order: their root pages are 2, 3, ... in every project, also in a copy
    "CREATE TABLE faces (id INTEGER PRIMARY KEY, recipe TEXT NOT NULL, place INTEGER NOT NULL, position REAL NOT NULL,"
    " name TEXT NOT NULL, stars INTEGER NOT NULL, rejected INTEGER NOT NULL, note TEXT NOT NULL, made REAL NOT NULL,"
    " parent INTEGER) STRICT",
    "CREATE TABLE tags (face INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (face, tag)) STRICT, WITHOUT ROWID",
    "CREATE TABLE vectors (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, data BLOB NOT NULL) STRICT",
    "CREATE TABLE thumbnails (face INTEGER PRIMARY KEY, webp BLOB NOT NULL) STRICT",
    "CREATE TABLE looks (id INTEGER PRIMARY KEY, name TEXT NOT NULL, look TEXT NOT NULL) STRICT",
    "CREATE TABLE directions (id INTEGER PRIMARY KEY, model TEXT NOT NULL, name TEXT NOT NULL, entry TEXT NOT NULL)"
    " STRICT",
    "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE picture (id INTEGER PRIMARY KEY, webp BLOB NOT NULL) STRICT",
)

Row = tuple[object, ...]


@cache
def empty_project() -> bytes:
    """The bytes of a project without anything in it."""
    with sqlite3.connect(":memory:", isolation_level=None) as memory:
        memory.execute(f"PRAGMA page_size = {PAGE}")
        memory.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        memory.execute(f"PRAGMA user_version = {VERSION}")
        for table in TABLES:
            memory.execute(table)
        return memory.serialize()


def schema_rows(connection: sqlite3.Connection) -> list[Row]:
    """What a file says of its own tables; the first rows of it, if there are many."""
    wanted = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY rowid LIMIT 20"
    return connection.execute(wanted).fetchall()


@cache
def expected_rows() -> list[Row]:
    """`schema_rows` of every project."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(empty_project())
        return schema_rows(connection)
    finally:
        connection.close()
