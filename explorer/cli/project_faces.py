"""Shared by the commands on projects: opening the file, choosing faces, and what a face is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from explorer.cli.terminal import say
from generator.errors import ProjectError, RecipeError, did_you_mean
from generator.formats.open_face import Opened
from generator.project.face import Face, Place
from generator.project.names import file_names
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from generator.project.project import Project

LISTED = 5  # ids of faces that a sentence lists


@contextmanager
def reading(path: str) -> Iterator[Project]:
    """The project at `path`, which is neither changed nor locked. Raises `ProjectError`."""
    from generator.project.project import Project

    project = Project.read(path)
    try:
        yield project
    finally:
        project.close()


@contextmanager
def writing(path: str, create: bool = False) -> Iterator[Project]:
    """The project at `path`, to be changed. Raises `ProjectError`, also where it can only be read."""
    from generator.project.project import Project

    project = Project.open(path, create)
    try:
        if project.read_only:
            raise ProjectError(project.notice)
        if project.notice:  # it was damaged, and another file is opened
            say(project.notice)
        yield project
    finally:
        project.close()


def on_table(project: Project) -> list[Face]:
    """The faces that were kept, in their order on the table."""
    return kept_of(project.faces())


def kept_of(faces: Iterable[Face]) -> list[Face]:
    """Those of `faces` that were kept, in their order on the table."""
    kept = [face for face in faces if face.place is Place.TABLE]
    return sorted(kept, key=lambda face: (face.order, face.id))


def shown_name(face: Face) -> str:
    """The name of `face`; one without a name is called by its seed or its latent."""
    try:
        return face.title
    except RecipeError:
        return "damaged"


def tagged(faces: Sequence[Face], tag: str) -> list[Face]:
    """The faces with `tag`. Raises `ProjectError` where there is none."""
    chosen = [face for face in faces if tag in face.tags]
    if not chosen:
        hint = did_you_mean(tag, {tag for face in faces for tag in face.tags}) or "."
        raise ProjectError(f"No face has the tag {tag!r}{hint}")
    return chosen


def faces_called(names: Sequence[str], path: str) -> dict[str, Opened]:
    """These faces of the project at `path`, by names for their files. Raises `ProjectError` or `RecipeError`."""
    with reading(path) as project:
        kept = on_table(project)
    faces = [face_called(name, kept) for name in names]
    opened = [Opened(shown_name(face), _recipe(face), True) for face in faces]
    return dict(zip(file_names("{name}", faces), opened, strict=True))


def _recipe(face: Face) -> Recipe:
    try:
        return face.recipe
    except RecipeError as error:
        raise RecipeError(f"Face {face.id}: {error}") from error


def face_called(name: str, faces: Sequence[Face]) -> Face:
    """The face with that name or, where no face has it, with that number. Raises `ProjectError`."""
    found = [face for face in faces if face.name == name] or [face for face in faces if shown_name(face) == name]
    found = found or [face for face in faces if str(face.id) == name]
    if len(found) == 1:
        return found[0]
    if not found:
        hint = did_you_mean(name, map(shown_name, faces)) or "; `outis project info` lists its faces."
        raise ProjectError(f"The project has no face {name!r}{hint}")
    ids = ", ".join(str(face.id) for face in found[:LISTED]) + (", …" if len(found) > LISTED else "")
    raise ProjectError(f"{len(found)} faces are called {name!r}; name one by its number: {ids}.")
