"""Opening a project by its path, on the thread that owns it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.translation import tr
from generator.errors import ProjectError

if TYPE_CHECKING:
    from generator.project.project import Project


def open_named(path: str, create: bool) -> Project:
    """The project at `path`, or with `create` a new one. Raises `OutisError`."""
    from generator.project.project import Project

    if create and Path(path).exists():
        sentence = tr("{name} exists already; open it, or choose another name.", name=Path(path).name)
        raise ProjectError(sentence)
    return Project.open(Path(path), create=create)
