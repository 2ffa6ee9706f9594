"""A damaged project: what can be read is in a new file, and the damaged one stays as it was."""

from __future__ import annotations

import random
import re
import time
from functools import cache
from pathlib import Path

import pytest

from generator.errors import ProjectError
from generator.project.project import Project
from generator.project.schema import PAGE
from generator.recipe.recipe import Recipe
from tests.support.projects import count, face, files, opened, saved, thumbnail

FACES = 200


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A project of some hundred pages."""
    return saved(tmp_path_factory.mktemp("projects") / "a.outis", FACES).read_bytes()


def faces_on(data: bytes) -> dict[int, int]:
    """How many of the faces of `whole` each page holds, by a part of the recipe that each of them has."""
    pages = range(0, len(data), PAGE)
    return {at: data.count(b'"format":"outis-recipe"', at, at + PAGE) for at in pages}


def test_a_truncated_project_gives_back_the_faces_that_are_left(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.outis"
    for length in range(10 * PAGE, len(whole), len(whole) // 7):
        path.write_bytes(whole[:length])
        left = sum(n for at, n in faces_on(whole).items() if at + PAGE <= length)
        project = Project.open(path)
        faces = project.faces()
        project.close()
        assert path.read_bytes() == whole[:length]
        assert f"a.outis is damaged: {len(faces)} face" in project.notice
        assert project.path.name in project.notice
        assert all(face.recipe == recipe_of(face.id) for face in faces)
        assert len(faces) in (left, 0)  # none, if the vectors are among what is missing
        project.path.unlink()


def test_where_nothing_is_left_a_sentence_says_so(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "a.outis"
    path.write_bytes(whole[: 2 * PAGE])
    with pytest.raises(ProjectError, match=r"a.outis is damaged, and nothing in it can be read. Choose a copy of it."):
        Project.open(path)
    assert files(tmp_path) == {"a.outis": whole[: 2 * PAGE]}


@cache
def recipe_of(id: int) -> Recipe:
    """Of the faces of `whole`."""
    return face(id).recipe


def test_every_page_but_the_damaged_one_comes_back(tmp_path: Path, whole: bytes) -> None:
    path, pages = tmp_path / "a.outis", faces_on(whole)
    for at in list(pages)[1::35]:
        data = bytearray(whole)
        data[at : at + PAGE] = random.Random(at).randbytes(PAGE)
        path.write_bytes(data)
        with opened(path) as project:
            found = project.faces()
            assert len(found) >= FACES - pages[at] or is_of_vectors(whole, at)
            assert all(face.recipe == recipe_of(face.id) for face in found)
            assert all(webp == thumbnail(id) for id, webp in project.thumbnails(range(FACES)).items())
        assert path.read_bytes() == data
        if project.path != path:
            project.path.unlink()


def is_of_vectors(data: bytes, at: int) -> bool:
    """Whether the page may hold a part of a vector: no face that needs it comes back."""
    return not re.search(rb"outis-recipe|face \d|red", data[at : at + PAGE])


def test_without_its_root_a_table_is_still_read(tmp_path: Path, whole: bytes) -> None:
    data = bytearray(whole)
    data[PAGE : PAGE + 100] = bytes(100)  # the root of the faces
    (tmp_path / "a.outis").write_bytes(data)
    with opened(tmp_path / "a.outis") as project:
        assert project.notice == (
            f"a.outis is damaged: {FACES} faces came back, in a-recovered.outis; the damaged file was left as it is."
        )
        faces = project.faces()
        assert [face.id for face in faces] == list(range(1, FACES + 1))
        assert faces[6].tags == ("blue", "red")
        assert len(project.thumbnails(range(FACES + 1))) == FACES
        assert project.state("session") == '{"seed": 85}'
    assert set(files(tmp_path)) == {"a.outis", "a-recovered.outis"}
    assert count(tmp_path / "a-recovered.outis") == FACES


def test_a_second_recovery_does_not_replace_the_first(tmp_path: Path, whole: bytes) -> None:
    (tmp_path / "a.outis").write_bytes(whole[: -PAGE * 3])
    for name in ("a-recovered.outis", "a-recovered-2.outis"):
        with opened(tmp_path / "a.outis") as project:
            assert project.path.name == name


def test_the_log_of_a_damaged_project_is_read_too(tmp_path: Path, whole: bytes) -> None:
    path, copy = tmp_path / "a.outis", tmp_path / "b.outis"
    path.write_bytes(whole)
    with opened(path) as project:
        project.put([face(FACES + 1)])
        log = path.with_name("a.outis-wal").read_bytes()
    data = bytearray(whole)
    data[-PAGE * 4 :] = random.Random(0).randbytes(PAGE * 4)  # thumbnails
    copy.write_bytes(data)
    copy.with_name("b.outis-wal").write_bytes(log)
    with opened(copy) as project:
        assert project.path.name == "b-recovered.outis"
        assert len(project.faces()) == FACES + 1
    assert copy.read_bytes() == data
    assert copy.with_name("b.outis-wal").read_bytes() == log


def test_any_flipped_bytes_raise_nothing_else_and_take_no_time(tmp_path: Path, whole: bytes) -> None:
    for seed in range(12):
        chance, data = random.Random(seed), bytearray(whole)
        for _ in range(chance.choice([1, 5, 50])):
            data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        path = tmp_path / f"{seed}.outis"
        path.write_bytes(data)
        start = time.process_time()
        with opened(path) as project:
            assert all(0 <= face.stars <= 5 for face in project.faces())
            project.thumbnails(range(FACES))
        assert time.process_time() - start < 2
