"""Reading rows of a damaged table, within bounds of rows, bytes and work, whatever the pages say."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from generator.project.connection import IMMUTABLE, OF_CHECK, STEP, connect, countdown
from generator.project.schema import PAGE, expected_rows

MAX_ROWS = 200_000  # of a table; more are not read
MAX_BYTES = 300_000_000  # of the rows together: many can share the pages of one long value
_LEAF, _INTERIOR = 13, 5  # first byte of a page of rows, and of a page of pages
_CHILDREN = 200  # pages of rows under one root
_MAX_ROOTS = 2000  # made for a table

Row = tuple[object, ...]


def from_both_ends(path: Path, table: str, columns: str, key: str = "id") -> tuple[list[Row], bool]:
    """The rows up to the damage, from both ends; and whether there is none."""
    connection = connect(path, IMMUTABLE)
    try:
        is_whole = _is_whole(connection, table)
        rows, is_read = _until_damage(connection, f"SELECT {columns} FROM {table} ORDER BY {key}")
        if not is_read:
            rows += _until_damage(connection, f"SELECT {columns} FROM {table} ORDER BY {key} DESC")[0]
    finally:
        connection.close()
    return rows, is_whole


def everything(path: Path, table: str, columns: str) -> Iterator[Row]:
    """`from_both_ends`, then what is on any page of the file: rows can come again, and be of other tables."""
    rows, is_whole = from_both_ends(path, table, columns)
    yield from rows
    if not is_whole:
        root = next(int(str(row[3])) for row in expected_rows() if row[1] == table)
        yield from _on_all_pages(path, root, f"SELECT {columns} FROM {table}")


def _is_whole(connection: sqlite3.Connection, table: str) -> bool:
    """Whether every page of the table is where it belongs: one that is read without an error may lack rows."""
    connection.set_progress_handler(countdown(OF_CHECK), STEP)
    try:
        return connection.execute(f"PRAGMA quick_check({table})").fetchall() == [("ok",)]
    except sqlite3.Error:
        return False
    finally:
        connection.set_progress_handler(None, 0)


def _until_damage(connection: sqlite3.Connection, query: str) -> tuple[list[Row], bool]:
    """The rows before SQLite refuses to go on, and whether it does not."""
    rows, left = list[Row](), MAX_BYTES
    try:
        for row in connection.execute(query):
            left -= sum(len(value) for value in row if isinstance(value, str | bytes))
            if left < 0 or len(rows) == MAX_ROWS:
                break
            rows.append(row)
    except sqlite3.Error:
        return rows, False
    return rows, True


def _on_all_pages(path: Path, root: int, query: str) -> Iterator[Row]:
    """The rows on all pages of rows; the page `root` is written over, once for every bunch of them."""
    leaves = _leaves(path)
    bunches = [leaves[i : i + _CHILDREN] for i in range(0, len(leaves), _CHILDREN)]
    for _ in range(_MAX_ROOTS):
        if not bunches:
            return
        bunch = bunches.pop()
        _write_page(path, root, _page_above(bunch))
        connection = connect(path, IMMUTABLE)
        try:
            rows, is_whole = _until_damage(connection, query)
        finally:
            connection.close()
        yield from rows
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
