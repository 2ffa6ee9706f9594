"""What is waiting to be written into a project: for each thing in it, its newest value.

A face that is rewritten ten times before the disk answers is written once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from explorer.library import kept_sessions
from explorer.library.pictures import PICTURE, encoded

if TYPE_CHECKING:
    from generator.project.project import Project

Cell = tuple[str, int | str]  # a kind of `_WRITERS`, and which one of it
Changes = dict[Cell, Any]  # the new value of each cell, in the order in which they are written; None = removed


def write(project: Project, changes: Changes) -> None:
    """Write `changes` in one transaction."""
    if changes:
        with project.transaction():
            for kind, writer in _WRITERS.items():
                values = {key: value for (of, key), value in changes.items() if of == kind}
                if values:
                    writer(project, values)


def renumbered(changes: Changes, next_id: Callable[[], int]) -> Changes:
    """The changes with other ids for their faces: what was made before the file was read takes ids that are free."""
    faces = [face for (kind, _), face in changes.items() if kind == "face" and face is not None]
    ids: dict[Any, int] = {face.id: next_id() for face in faces}
    moved: Changes = {}
    for (kind, key), value in changes.items():
        if kind not in ("face", "thumbnail"):
            moved[kind, key] = value
        elif key in ids and kind == "thumbnail":
            moved[kind, ids[key]] = value
    for face in faces:
        moved["face", ids[face.id]] = replace(face, id=ids[face.id], parent=ids.get(face.parent))
    return moved


def _write_faces(project: Project, faces: dict[Any, Any]) -> None:
    project.put([face for face in faces.values() if face is not None])
    project.remove([id for id, face in faces.items() if face is None])


def _write_thumbnails(project: Project, thumbnails: dict[Any, Any]) -> None:
    project.set_thumbnails({id: webp for id, webp in thumbnails.items() if isinstance(webp, bytes)})


def _write_looks(project: Project, looks: dict[Any, Any]) -> None:
    for name, look in looks.items():
        if look is None:
            project.remove_look(name)
        else:
            project.put_look(look)


def _write_directions(project: Project, changed: dict[Any, Any]) -> None:
    """All of each model, so that they are read in their order."""
    for model, entries in changed.items():
        for known in project.directions(model):
            project.remove_direction(model, known.name)
        for entry in entries:
            project.put_direction(model, entry)


def _write_states(project: Project, states: dict[Any, Any]) -> None:
    for key, value in states.items():
        project.set_state(key, value)


def _write_picture(project: Project, pictures: dict[Any, Any]) -> None:
    for pixels in pictures.values():
        project.set_picture(encoded(pixels, PICTURE))


_WRITERS = {
    "face": _write_faces,
    "thumbnail": _write_thumbnails,  # after its face
    "look": _write_looks,
    "directions": _write_directions,
    "state": _write_states,
    "session aside": kept_sessions.put_aside,
    "session": kept_sessions.write_recipes,
    "stored": kept_sessions.write_stored,
    "timeline": kept_sessions.write_timelines,
    "picture": _write_picture,
}
