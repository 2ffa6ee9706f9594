"""Recognising a project without SQLite: by its name or by its first bytes."""

from __future__ import annotations

from pathlib import Path

from generator.project.schema import APPLICATION_ID, HEADER, MAGIC
from generator.storage.regular_file import open_regular

SUFFIX = ".outis"


def is_project_name(path: str | Path) -> bool:
    """Whether `path` is called like a project.

    Example:
        >>> from generator.project.recognise import is_project_name
        >>> is_project_name("Faces.OUTIS")
        True
    """
    return Path(path).suffix.lower() == SUFFIX


def looks_like_project(path: str | Path) -> bool:
    """Whether `path` is to be opened as a project; what is wrong with it is said then.

    Example:
        >>> from generator.project.recognise import looks_like_project
        >>> looks_like_project("face.png")
        False
    """
    if is_project_name(path):
        return True
    try:
        with open_regular(path) as file:
            header = file.read(HEADER)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return False
    return header.startswith(MAGIC) and header[68:72] == APPLICATION_ID.to_bytes(4, "big")
