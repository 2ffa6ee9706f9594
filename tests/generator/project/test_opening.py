"""Opening a project: what is not one is refused untouched, and only one process writes."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from generator.errors import ProjectError
from generator.project.project import Project
from tests.support.projects import count, face, files, saved

NOBODY = 65534


def with_bytes(path: Path, at: int, value: int) -> Path:
    data = bytearray(path.read_bytes())
    data[at : at + 4] = value.to_bytes(4, "big")
    path.write_bytes(data)
    return path


class TestRefused:
    """A sentence, and nothing in the folder is changed."""

    def refusal(self, path: Path) -> str:
        before = files(path.parent)
        with pytest.raises(ProjectError) as refused:
            Project.open(path)
        assert files(path.parent) == before
        return str(refused.value)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        assert self.refusal(tmp_path / "a.outis").startswith("There is no file a.outis in ")

    @pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG" * 2000])
    def test_another_file(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.outis").write_bytes(content)
        assert self.refusal(tmp_path / "a.outis").startswith("a.outis is not a project of Outis;")

    def test_a_database_of_another_program(self, tmp_path: Path) -> None:
        other = sqlite3.connect(tmp_path / "a.outis")
        other.execute("CREATE TABLE faces (id)")
        other.commit()
        other.close()
        assert self.refusal(tmp_path / "a.outis").startswith("a.outis is not a project of Outis;")

    def test_a_newer_version(self, tmp_path: Path) -> None:
        path = with_bytes(saved(tmp_path / "a.outis"), 60, 2)
        wanted = "a.outis is a project of version 2; this Outis reads version 1. Update Outis."
        assert self.refusal(path) == wanted

    def test_a_beginning(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "a.outis")
        path.write_bytes(path.read_bytes()[:500])
        assert "nothing but its first 500 bytes is there" in self.refusal(path)

    def test_more_than_a_project_can_be(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "a.outis")
        os.truncate(path, 1 << 40)  # without content: it takes no room on the disk
        with pytest.raises(ProjectError, match=r"has 1099511627776 bytes; a project has at most"):
            Project.open(path)
        os.truncate(path, 0)

    def test_a_folder_and_a_pipe_and_an_impossible_name(self, tmp_path: Path) -> None:
        (tmp_path / "a.outis").mkdir()
        assert self.refusal(tmp_path / "a.outis") == "a.outis could not be read: it is a folder."
        assert "characters that no file name can have" in self.refusal(tmp_path / "a\0b.outis")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
    def test_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.outis")
        assert self.refusal(tmp_path / "a.outis") == "a.outis could not be read: it is a device or a pipe, not a file."

    def test_making_one_where_no_folder_is(self, tmp_path: Path) -> None:
        with pytest.raises(ProjectError, match=r"a.outis could not be written: its folder does not exist"):
            Project.open(tmp_path / "none" / "a.outis", create=True)


HOLDER = """
import sys
from generator.project.project import Project
project = Project.open(sys.argv[1])
print(project.notice or "writing", flush=True)
for line in sys.stdin:
    if line == "close\\n":
        project.close()
        print("closed", flush=True)
"""


@contextmanager
def another(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has `path` open, and has said how."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdin=pipe, stdout=pipe, text=True)
    with process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip()


class TestTwoProcesses:
    def test_the_second_reads_what_the_first_has_written_and_cannot_write(self, tmp_path: Path) -> None:
        first = Project.open(saved(tmp_path / "a.outis"))
        first.put([face(4)])
        with another(tmp_path / "a.outis") as second:
            assert says(second) == (
                "a.outis is open in another Outis, so it is opened for reading only; close it there, or save it as "
                "another project to change it."
            )
        first.put([face(5)])
        first.close()
        assert count(tmp_path / "a.outis") == 5

    def test_this_one_reads_while_another_has_it_and_writes_when_that_has_closed_it(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "a.outis")
        with another(path) as first:
            assert says(first) == "writing"
            second = Project.open(path)
            assert second.read_only
            assert len(second.faces()) == 3
            with pytest.raises(ProjectError, match=r"a.outis is open for reading only; save it as another project"):
                second.put([face(4)])
            second.save_as(tmp_path / "b.outis")
            second.close()
            assert first.stdin is not None
            print("close", file=first.stdin, flush=True)
            assert says(first) == "closed"
            third = Project.open(path)
            assert (third.read_only, third.notice) == (False, "")
            third.put([face(4)])
            third.close()
        assert {name for name in files(tmp_path) if not name.endswith("lock")} == {"a.outis", "b.outis"}

    def test_one_that_was_killed_leaves_nothing_that_keeps_others_out(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "a.outis")
        with another(path) as first:
            assert says(first) == "writing"
            first.kill()
            first.wait()
        project = Project.open(path)
        assert not project.read_only
        project.close()
        assert list(files(tmp_path)) == ["a.outis"]

    def test_saving_as_a_project_that_is_open_is_refused(self, tmp_path: Path) -> None:
        project, other = Project.open(saved(tmp_path / "a.outis")), Project.open(saved(tmp_path / "b.outis"))
        with pytest.raises(ProjectError, match=r"b.outis is open in another Outis"):
            project.save_as(tmp_path / "b.outis")
        with pytest.raises(ProjectError, match=r"a.outis is the project itself"):
            project.save_as(tmp_path / "a.outis")
        other.close()
        project.put([face(9)])
        project.save_as(tmp_path / "b.outis")
        project.close()
        assert count(tmp_path / "b.outis") == 4

    @pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
    def test_a_link_and_the_file_are_the_same_project(self, tmp_path: Path) -> None:
        saved(tmp_path / "a.outis")
        (tmp_path / "links").mkdir()
        (tmp_path / "links" / "b.outis").symlink_to(tmp_path / "a.outis")
        first, second = Project.open(tmp_path / "a.outis"), Project.open(tmp_path / "links" / "b.outis")
        assert (first.read_only, second.read_only) == (False, True)
        second.close()
        first.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter: those of pytest are private."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        Path(folder).chmod(0o755)


@contextmanager
def as_a_user() -> Iterator[None]:
    """Without the privileges of root, who may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
class TestWriteProtected:
    def test_a_folder(self, open_folder: Path) -> None:
        path = saved(open_folder / "a.outis")
        open_folder.chmod(0o555)
        with as_a_user():
            project = Project.open(path)
            wanted = "a.outis is in a write-protected folder, so it is opened for reading only; save it as another "
            assert project.notice == f"{wanted}project to change it."
            assert len(project.faces()) == 3
            with pytest.raises(ProjectError, match="is open for reading only"):
                project.set_state("a", "b")
            with pytest.raises(ProjectError, match=r"b.outis could not be written"):
                project.save_as(open_folder / "b.outis")
            project.close()
        assert list(files(open_folder)) == ["a.outis"]

    def test_a_folder_with_the_log_of_a_killed_process(self, open_folder: Path, tmp_path: Path) -> None:
        path, copy = tmp_path / "a.outis", open_folder / "a.outis"
        project = Project.open(saved(path))
        project.put([face(4)])
        for ending in ("", "-wal"):
            copy.with_name(f"a.outis{ending}").write_bytes(path.with_name(f"a.outis{ending}").read_bytes())
        project.close()
        open_folder.chmod(0o555)
        with as_a_user():
            project = Project.open(copy)
            assert project.read_only
            assert len(project.faces()) >= 3  # the log cannot be read without a file that readers share
            project.close()

    def test_a_file(self, open_folder: Path) -> None:
        path = saved(open_folder / "a.outis")
        path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        open_folder.chmod(0o777)
        with as_a_user():
            project = Project.open(path)
            assert "a.outis is write-protected, so it is opened for reading only" in project.notice
            assert len(project.faces()) == 3
            project.close()
        assert list(files(open_folder)) == ["a.outis"]
