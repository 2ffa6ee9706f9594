"""Whatever is put into a project comes back; whatever is in a file raises nothing but our own errors."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.errors import OutisError
from generator.printable import printable
from generator.project.face import Face, Place
from generator.project.rows import clean
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.effort import tries
from tests.support.projects import opened, saved

SEEN = st.text(max_size=30).map(lambda text: printable(text).strip())
FACES = st.builds(
    Face.of,
    st.integers(1, 2**53),
    st.builds(lambda seed: Recipe(source=SeedSource(seed)), st.integers(0, 2**32 - 1)),
    place=st.sampled_from(Place),
    order=st.floats(allow_nan=False, allow_infinity=False),
    name=SEEN,
    stars=st.integers(0, 5),
    rejected=st.booleans(),
    tags=st.lists(SEEN.filter(bool), max_size=5).map(lambda tags: tuple(sorted(set(tags)))),
    note=st.text(max_size=50).map(lambda text: printable(text, kept="\n\t")),
    made=st.floats(0, 1e10),
)


@settings(max_examples=tries(10))
@given(st.lists(FACES, max_size=5, unique_by=lambda face: face.id))
def test_what_is_put_comes_back(faces: list[Face]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.outis")
        with opened(path, create=True) as project:
            project.put(faces)
        with opened(path) as project:
            assert project.faces() == sorted(faces, key=lambda face: face.id)


@settings(max_examples=tries(40))
@given(st.text(), st.lists(st.text()), st.floats(), st.integers(), st.floats())
def test_cleaning_twice_changes_nothing(name: str, tags: list[str], order: float, stars: int, made: float) -> None:
    face = Face.of(5, Recipe(), name=name, tags=tuple(tags), order=order, stars=stars, note=name, made=made, parent=7)
    assert clean(clean(face)) == clean(face)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(tmp_path_factory.mktemp("projects") / "a.outis", 10)


@settings(max_examples=20)
@given(changes=st.lists(st.tuples(st.integers(0, 80_000), st.binary(min_size=1, max_size=8)), min_size=1, max_size=5))
def test_any_bytes_raise_only_our_own_errors(small: Path, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(small.read_bytes())
    for at, piece in changes:
        at %= len(data) - 8
        data[at : at + len(piece)] = piece
    with tempfile.TemporaryDirectory() as folder, suppress(OutisError):
        path = Path(folder, "a.outis")
        path.write_bytes(data)
        with opened(path) as project:
            for face in project.faces():
                with suppress(OutisError):
                    assert face.recipe
            project.thumbnails(range(20))
