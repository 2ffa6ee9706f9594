"""Reading rows of a damaged table, within bounds of rows, bytes and work, whatever the pages say."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from generator.project.connection import IMMUTABLE, OF_CHECK, STEP, connect, countdown
from generator.project.schema import PAGE, expected_rows

MAX_ROWS = 200_000  # of a table; more are not read
MAX_BYTES = 300_000_000  # of the rows together: many can share the pages of one long value
_LEAF, _INTERIOR = 13, 5  # first byte of a page of rows, and of a page of pages
_CHILDREN = 200  # pages of rows under one root
_MAX_ROOTS = 2000  # made for a table
_READ_AGAIN = 4  # times: pages around a damaged one are

Row = tuple[object, ...]


@dataclass
class _Left:
    """What may still be read."""

    rows: int = MAX_ROWS
    bytes: int = MAX_BYTES

    def takes(self, row: Row) -> bool:
        """Whether there is room for `row`, which is counted."""
        self.rows -= 1
        self.bytes -= sum(len(value) for value in row if isinstance(value, str | bytes))
        return self.rows >= 0 and self.bytes >= 0


def from_both_ends(path: Path, table: str, columns: str, key: str, rows: int) -> Iterator[Row]:
    """The rows up to the damage, from both ends; at most so many."""
    with closing(connect(path, IMMUTABLE)) as connection:
        yield from _from_both_ends(connection, f"SELECT {columns} FROM {table} ORDER BY {key}", _Left(rows))


def everything(path: Path, table: str, columns: str) -> Iterator[Row]:
    """The rows from both ends, then what is on any page of the file: rows can come again, and be of other tables."""
    with closing(connect(path, IMMUTABLE)) as connection:
        is_whole = _is_whole(connection, table)
        yield from _from_both_ends(connection, f"SELECT {columns} FROM {table} ORDER BY id", _Left())
    if not is_whole:
        root = next(int(str(row[3])) for row in expected_rows() if row[1] == table)
        yield from _on_all_pages(path, root, f"SELECT {columns} FROM {table}")


def _is_whole(connection: sqlite3.Connection, table: str) -> bool:
    """Whether every page of the table is where it belongs: one that is read without an error may lack rows."""
    connection.set_progress_handler(countdown(OF_CHECK), STEP)
    try:
        return connection.execute(f"PRAGMA quick_check({table})").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        return error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT  # its pages were checked before its rows
    finally:
        connection.set_progress_handler(None, 0)


def _from_both_ends(connection: sqlite3.Connection, query: str, left: _Left) -> Iterator[Row]:
    is_read = yield from _until_damage(connection, query, left)
    if not is_read:
        yield from _until_damage(connection, f"{query} DESC", left)


def _until_damage(connection: sqlite3.Connection, query: str, left: _Left) -> Generator[Row, None, bool]:
    """The rows before SQLite refuses to go on; returns whether it does not."""
    place = 0
    try:
        for row in connection.execute(query):
            if not left.takes(row):
                return True
            yield row
            place += 1
    except sqlite3.Error:
        yield from _next(connection, query, place)
        return False
    return True


def _next(connection: sqlite3.Connection, query: str, place: int) -> list[Row]:
    """The row at `place`: Python looks for the one behind it before it hands it over, and finds the damage."""
    try:
        return connection.execute(f"{query} LIMIT 1 OFFSET {place}").fetchall()
    except sqlite3.Error:
        return []


def _on_all_pages(path: Path, root: int, query: str) -> Iterator[Row]:
    """The rows on all pages of rows; the page `root` is written over, once for every bunch of them."""
    leaves, left = _leaves(path), _Left(_READ_AGAIN * MAX_ROWS, _READ_AGAIN * MAX_BYTES)
    bunches = [leaves[i : i + _CHILDREN] for i in range(0, len(leaves), _CHILDREN)]
    for _ in range(_MAX_ROOTS):
        if not bunches or left.rows < 0 or left.bytes < 0:
            return
        bunch = bunches.pop()
        _write_page(path, root, _page_above(bunch))
        with closing(connect(path, IMMUTABLE)) as connection:
            is_whole = yield from _until_damage(connection, query, left)
        if not is_whole and len(bunch) > 1:
            half = len(bunch) // 2
            bunches += [bunch[:half], bunch[half:]]


def _leaves(path: Path) -> list[int]:
    """Numbers of all pages that hold rows, as far as their first bytes tell."""
    found = []
    with path.open("rb") as file:
        number = 0
        while page := file.read(PAGE):
            number += 1
            if number > 1 and page[0] == _LEAF and page[3:5] != b"\0\0":  # one without rows is damage to SQLite
                found.append(number)
    return found


def _page_above(children: list[int]) -> bytes:
    """A page whose children are these pages, in the order given; the keys between them mean nothing to a scan."""
    cells = [child.to_bytes(4, "big") + b"\1" for child in children[:-1]]
    start = PAGE - sum(map(len, cells))
    places = b"".join((start + 5 * k).to_bytes(2, "big") for k in range(len(cells)))
    header = bytes([_INTERIOR, 0, 0]) + len(cells).to_bytes(2, "big") + start.to_bytes(2, "big") + b"\0"
    head = header + children[-1].to_bytes(4, "big") + places
    return head + bytes(start - len(head)) + b"".join(cells)


def _write_page(path: Path, number: int, page: bytes) -> None:
    with path.open("r+b") as file:
        file.seek((number - 1) * PAGE)
        file.write(page)
