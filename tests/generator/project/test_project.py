"""A project keeps what is put into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generator.errors import ProjectError
from generator.project.face import Face, Place
from generator.project.project import MAX_PICTURE, Project
from generator.recipe.recipe import Direction, DirectionEdit, LatentSource, Recipe, SeedSource, pack
from tests.support.projects import changed, opened, saved


def edited(seed: int) -> Recipe:
    """A recipe with a direction and a stored latent."""
    smile = Direction("smile", pack(np.arange(8, dtype=np.float32)))
    latent = LatentSource.from_array("w", np.full(8, seed, np.float32))
    return Recipe(model="abc", source=latent, directions=(DirectionEdit(smile, 1.5),))


def test_what_is_put_is_there_after_opening_again(tmp_path: Path) -> None:
    faces = [
        Face.of(1, Recipe(source=SeedSource(85)), place=Place.HISTORY, made=1.5),
        Face.of(2, edited(3), name="Anna", stars=4, tags=("blue", "red"), note="a\nb", parent=1, order=2.5),
    ]
    project = Project.open(tmp_path / "a.outis", create=True)
    project.put(faces)
    project.set_thumbnails({1: b"one"})
    project.set_state("session", "{}")
    project.set_picture(b"picture")
    project.close()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.outis"]
    project = Project.open(tmp_path / "a.outis")
    assert project.faces() == faces
    assert [face.recipe for face in project.faces()] == [face.recipe for face in faces]
    assert project.thumbnails([1, 2]) == {1: b"one"}
    assert (project.state("session"), project.state("other"), project.picture()) == ("{}", None, b"picture")
    project.save_as(tmp_path / "b.outis")
    project.close()
    copy = Project.open(tmp_path / "b.outis")
    assert copy.faces() == faces
    copy.close()


def test_a_picture_that_is_too_large_is_refused_or_left_out(tmp_path: Path) -> None:
    with opened(saved(tmp_path / "a.outis")) as project, pytest.raises(ProjectError, match="more than 8000000 bytes"):
        project.set_picture(bytes(MAX_PICTURE + 1))
    for size, kept in ((MAX_PICTURE, bytes(MAX_PICTURE)), (MAX_PICTURE + 1, None), (40_000_000, None)):
        path = changed(tmp_path / "a.outis", f"REPLACE INTO picture (id, webp) VALUES (1, zeroblob({size}))")
        with opened(path) as project:
            assert (project.picture(), project.notice) == (kept, "")
