"""Projects of faces for the tests of the command line: written, and read again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from generator.project.face import Face
from generator.project.project import Project

OTHER = "cd" * 32  # the hash of a model that is nowhere


def written(path: str, *faces: Face) -> Path:
    project = Project.open(path, create=True)
    project.put(faces)
    project.close()
    return Path(path)


def kept(path: Path) -> dict[int, Face]:
    project = Project.read(path)
    faces = {face.id: face for face in project.faces()}
    project.close()
    return faces


def files(folder: str = "out") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())


def pixels(path: str) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with Image.open(path) as image:
        return np.asarray(image)
