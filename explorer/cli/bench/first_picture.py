"""From the command to the last picture of the project on the screen, while torch is still to be loaded.

Measured on the real window, shown offscreen in a child process, with a project of a thousand faces.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

TIMEOUT = 120.0
CHILD = """
from explorer.cli.bench.first_picture import watching
watcher = watching()
from explorer.__main__ import main
main()
"""
FACES = 1000


def measured_first_picture() -> float:
    """Seconds from starting Python to the painted picture. Raises `CalledProcessError` where that fails."""
    with TemporaryDirectory() as folder:
        environment = apart_from_user(folder)
        path = Path(folder, "faces.outis")
        _make_project(path)
        times = [_run(path, environment) for _ in range(2)]  # the first one reads Python's files from the disk
    return min(times)


def apart_from_user(folder: str) -> dict[str, str]:
    """The environment of a process that keeps its settings and files in `folder` and shows its window nowhere."""
    home = {f"XDG_{kind}_HOME": str(Path(folder, kind.lower())) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    others = {"HOME": folder, "LOCALAPPDATA": folder, "APPDATA": folder, "QT_QPA_PLATFORM": "offscreen"}
    return {**os.environ, **home, **others}


def _run(path: Path, environment: dict[str, str]) -> float:
    started = time.time()
    command = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=TIMEOUT)
    return float(done.stdout.split()[-1]) - started


def _make_project(path: Path) -> None:
    import numpy as np

    import weights
    from explorer.library.library import MODEL_KEY, PICTURE_KEY
    from explorer.library.pictures import PICTURE, encoded
    from generator.project.face import Face
    from generator.project.project import Project
    from generator.recipe.recipe import Recipe, SeedSource

    project = Project.open(path, create=True)
    model = str(Path(weights.FACES).absolute())
    with project.transaction():
        project.put(Face.of(id, Recipe(source=SeedSource(id))) for id in range(1, FACES + 1))
        project.set_picture(encoded(np.random.RandomState(0).randint(0, 255, (1024, 1024, 3), np.uint8), PICTURE))
        project.set_state(MODEL_KEY, model)
        project.set_state(PICTURE_KEY, model)
    project.close()


def watching() -> QObject:
    """In the child: an object that prints when the picture is painted, and ends the process."""
    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    class Painted(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint and getattr(watched, "has_picture", False):
                application.removeEventFilter(self)
                watched.event(event)
                print(time.time(), flush=True)
                os._exit(0)
            return False

    application, painted = QApplication(sys.argv[:1]), Painted()
    application.installEventFilter(painted)
    painted.application = application  # type: ignore[attr-defined]  # neither may be destroyed before
    return painted
