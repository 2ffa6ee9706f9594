"""A summary of a project as JSON values: what `outis info` shows of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.cli.project_faces import reading
from generator.project.face import Face, Place

if TYPE_CHECKING:
    from generator.project.project import Project


def project_facts(path: str) -> dict[str, Any]:
    """The summary of the project at `path`, which is only read. Raises `ProjectError`."""
    with reading(path) as project:
        return summary(project, path, project.faces())


def summary(project: Project, path: str, faces: Sequence[Face]) -> dict[str, Any]:
    """How many faces there are, by place and by tag, and which looks. `faces`: all of the project."""
    from generator.project.schema import VERSION

    places = Counter(face.place for face in faces)
    tags = Counter(tag for face in faces if face.place is Place.TABLE for tag in face.tags)
    looks = [look.name for look in project.looks()]
    return {
        "kind": "project",
        "file": path,
        "bytes": Path(path).stat().st_size,
        "version": VERSION,  # projects of other versions are not opened
        "faces": places[Place.TABLE],
        "history": places[Place.HISTORY],
        "deleted": places[Place.DELETED],
        "damaged": project.skipped,
        "looks": looks,
        "tags": dict(sorted(tags.items())),
    }
