"""Projects that were made to do harm: nothing in them is run, and they are read within bounds."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from generator.project.connection import connect
from generator.project.face import Face
from generator.recipe.recipe import Direction, DirectionEdit, Recipe
from tests.support.projects import changed, files, opened, saved

if sys.platform == "win32":
    pytest.skip("the limits of a process are those of POSIX", allow_module_level=True)


WITHOUT_TYPES = "UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '')"


def with_types(path: Path) -> Path:
    """Ours again in its definitions, but not in its rows."""
    restored = "UPDATE sqlite_schema SET sql = CASE WHEN sql LIKE '%WITHOUT%' THEN replace(sql, '),', ') STRICT,')"
    return changed(path, f"{restored} ELSE sql || ' STRICT' END")


class TestForeignTables:
    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TRIGGER t AFTER INSERT ON faces BEGIN DELETE FROM faces; END",
            "CREATE VIEW v AS SELECT load_extension('/tmp/evil.so')",
            "CREATE TABLE more (a)",
            "CREATE INDEX i ON faces (abs(stars))",
            "UPDATE sqlite_schema SET sql = replace(sql, 'stars INTEGER', 'stars INTEGER CHECK (stars > 9)')",
            "UPDATE sqlite_schema SET rootpage = 3 WHERE name = 'faces'",
        ],
    )
    def test_they_are_left_behind(self, tmp_path: Path, statement: str) -> None:
        path = changed(saved(tmp_path / "a.outis"), statement)
        before = path.read_bytes()
        with opened(path) as project:
            assert project.path.name == "a-recovered.outis"
            assert len(project.faces()) == 3
            project.put(project.faces())
            assert len(project.faces()) == 3
        assert path.read_bytes() == before
        assert set(files(tmp_path)) == {"a.outis", "a-recovered.outis"}

    def test_a_view_in_the_place_of_a_table_is_never_read(self, tmp_path: Path) -> None:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        view = f"CREATE VIEW faces AS {endless}"
        path = changed(
            saved(tmp_path / "a.outis"),
            f"UPDATE sqlite_schema SET type = 'view', rootpage = 0, sql = '{view}' WHERE name = 'faces'",
        )
        start = time.process_time()
        with opened(path) as project:
            assert len(project.faces()) == 3
        assert time.process_time() - start < 2


class TestRowsThatLie:
    @pytest.mark.parametrize(
        ("column", "value", "kept"),
        [
            ("stars", "99", 5),
            ("stars", "-9223372036854775808", 0),
            ("place", "77", 1),
            ("position", "9e999", 0.0),
            ("made", "-9e999", 0.0),
            ("made", "1e300", 253_402_300_799.0),
            ("parent", "3", None),
            ("rejected", "12", False),
            ("name", "char(27) || '[2J' || char(10) || char(8238) || 'x'", "\ufffd[2J\ufffd\ufffdx"),
        ],
    )
    def test_values_out_of_range(self, tmp_path: Path, column: str, value: str, kept: object) -> None:
        path = changed(saved(tmp_path / "a.outis"), f"UPDATE faces SET {column} = {value} WHERE id = 2")
        with opened(path) as project:
            attribute = {"position": "order"}.get(column, column)
            assert getattr(project.faces()[1], attribute) == kept
            assert (len(project.faces()), project.skipped) == (3, 0)

    @pytest.mark.parametrize("value", ["x'00ff'", "'text'", "NULL", "1.5"])
    @pytest.mark.parametrize("column", ["place", "position", "name", "stars", "rejected", "note", "made", "parent"])
    def test_values_of_another_type(self, tmp_path: Path, column: str, value: str) -> None:
        path = changed(saved(tmp_path / "a.outis"), WITHOUT_TYPES)
        path = changed(path, f"UPDATE OR IGNORE faces SET {column} = {value} WHERE id = 2")
        with opened(with_types(path)) as project:
            assert len(project.faces()) == 3
            assert isinstance(project.faces()[1].name, str)

    @pytest.mark.parametrize("recipe", ["x'7b7d'", "replace(hex(zeroblob(3000000)), '0', 'a')"])
    def test_recipes_that_are_none(self, tmp_path: Path, recipe: str) -> None:
        path = changed(saved(tmp_path / "a.outis"), WITHOUT_TYPES)
        path = changed(path, f"UPDATE faces SET recipe = {recipe} WHERE id = 2")
        with opened(with_types(path)) as project:
            assert [face.id for face in project.faces()] == [1, 3]
            assert project.skipped + ("damaged" in project.notice) == 1

    def test_a_vector_that_is_another_takes_its_faces_away(self, tmp_path: Path) -> None:
        path = changed(saved(tmp_path / "a.outis"), "UPDATE vectors SET data = zeroblob(2048) WHERE id = 1")
        with opened(path) as project:
            faces = project.faces()
            assert len(faces) + project.skipped == 3
            assert project.skipped > 0
            assert all(face.recipe for face in faces)

    def test_numbers_that_leave_no_room_are_not_counted_on(self, tmp_path: Path) -> None:
        path = changed(saved(tmp_path / "a.outis"), "UPDATE faces SET id = 9223372036854775807 WHERE id = 3")
        with opened(path) as project:
            assert project.last_id() == 2
            assert [face.id for face in project.faces()] == [1, 2]


OPEN = """
import resource, sys, time
from generator.errors import OutisError
from generator.project.project import Project
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
start = time.process_time()
try:
    project = Project.open(sys.argv[1])
    faces = project.faces()
    project.thumbnails(range(100))
    project.picture(), project.state("session")
    project.close()
    said = f"{len(faces)} {project.notice}"
except OutisError as error:
    said = f"refused: {error}"
print(time.process_time() - start, said)
"""


def opened_within_bounds(path: Path) -> str:
    """What another process of 1 GB says, which takes at most 2 s of a processor."""
    command = [sys.executable, "-c", OPEN, str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.stderr == ""
    taken, said = run.stdout.split(" ", 1)
    assert float(taken) < 2
    return said


def with_rows(path: Path, count: int) -> Path:
    """The project with so many rows more, none of which is a face."""
    rows = f"WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    return changed(path, f"{rows} INSERT INTO faces SELECT i, '{{', 0, 0, '', 0, 0, '', 0, NULL FROM n")


class TestBombs:
    def test_huge_values(self, tmp_path: Path) -> None:
        path = changed(
            saved(tmp_path / "a.outis"),
            "UPDATE thumbnails SET webp = zeroblob(40000000) WHERE face = 1",
            "INSERT INTO picture (id, webp) VALUES (1, zeroblob(40000000))",
            "UPDATE faces SET note = replace(hex(zeroblob(20000000)), '0', 'a') WHERE id = 2",
        )
        assert opened_within_bounds(path).startswith("2 a.outis is damaged: 2 faces came back")

    def test_pages_that_lead_to_each_other(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "a.outis", 500)
        data = bytearray(path.read_bytes())
        root = 4096  # of the faces: all its children become one
        assert data[root] == 5
        cells = int.from_bytes(data[root + 3 : root + 5], "big")
        places = [int.from_bytes(data[root + 12 + 2 * k : root + 14 + 2 * k], "big") for k in range(cells)]
        for place in places:
            data[root + place : root + place + 4] = data[root + places[0] : root + places[0] + 4]
        path.write_bytes(data)
        assert opened_within_bounds(path).startswith("500 ")

    def test_rows_that_share_a_long_value(self, tmp_path: Path) -> None:
        path = changed(saved(tmp_path / "a.outis", 1), "UPDATE faces SET note = hex(zeroblob(4000000))")
        data = bytearray(path.read_bytes())
        root, count = 4096, 40  # of the faces: its only row, of 8 MB, becomes many
        data[root + 3 : root + 5] = count.to_bytes(2, "big")
        data[root + 8 : root + 8 + 2 * count] = data[root + 8 : root + 10] * count
        path.write_bytes(data)
        assert opened_within_bounds(path).startswith("1 a.outis is damaged")

    def test_recipes_that_share_a_long_vector(self, tmp_path: Path) -> None:
        long = Direction("long", bytes(1_000_000))
        recipe = Recipe(directions=tuple(DirectionEdit(long, amount) for amount in range(1, 65)))
        first = Face.of(1, recipe)
        with opened(tmp_path / "a.outis", create=True) as project:
            project.put(replace(first, id=id) for id in range(1, 101))
        path = changed(tmp_path / "a.outis", "CREATE TABLE more (a)")
        assert opened_within_bounds(path).startswith("100 a.outis is damaged")

    def test_more_rows_than_can_be_checked_are_refused(self, tmp_path: Path) -> None:
        path = with_rows(saved(tmp_path / "a.outis"), 700_000)
        wanted = "refused: a.outis has more rows than a project can have; choose another file.\n"
        assert opened_within_bounds(path) == wanted

    def test_many_rows_without_sense_are_not_recovered(self, tmp_path: Path) -> None:
        path = changed(with_rows(saved(tmp_path / "a.outis"), 200_000), "CREATE TABLE more (a)")
        assert opened_within_bounds(path).startswith("3 a.outis is damaged: 3 faces came back")

    def test_tables_without_end(self, tmp_path: Path) -> None:
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
        tables = "SELECT 'table', 't' || i, 't' || i, 2, 'CREATE TABLE t' || i || ' (a)' FROM n"
        path = changed(saved(tmp_path / "a.outis"), f"{rows} INSERT INTO sqlite_schema {tables}")
        assert opened_within_bounds(path).startswith("3 ")


def test_damage_that_sqlite_quotes_in_a_sentence_that_is_not_unicode(tmp_path: Path) -> None:
    path = changed(saved(tmp_path / "a.outis"), "UPDATE sqlite_schema SET sql = CAST(x'435245415445ff' AS TEXT)")
    with pytest.raises(UnicodeDecodeError), closing(connect(path, "ro")) as connection:
        connection.execute("SELECT * FROM faces")
    with opened(path) as project:
        assert project.notice.startswith("a.outis is damaged: 3 faces came back")


def test_a_connection_trusts_nothing(tmp_path: Path) -> None:
    with closing(connect(saved(tmp_path / "a.outis"), "ro")) as connection:
        assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
        assert connection.execute("PRAGMA cell_size_check").fetchone() == (1,)
        with pytest.raises(sqlite3.OperationalError, match="not authorized"):
            connection.execute("SELECT load_extension('/tmp/evil.so')")
