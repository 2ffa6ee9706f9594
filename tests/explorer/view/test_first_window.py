"""The last picture is on the screen before the window is made, and only where it is the right one."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

import weights
from explorer.library.library import MODEL_KEY, PICTURE_KEY
from explorer.library.pictures import PICTURE, encoded
from explorer.settings import Settings
from explorer.view import first_window
from generator.project.project import Project

MODEL = str(Path(weights.FACES).absolute())


def project_at(path: Path, of: str = MODEL, model: str = MODEL, webp: bytes | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    project = Project.open(path, create=True)
    project.set_picture(encoded(np.full((300, 300, 3), 200, np.uint8), PICTURE) if webp is None else webp)
    project.set_state(PICTURE_KEY, of)
    project.set_state(MODEL_KEY, model)
    project.close()
    return path


@pytest.fixture
def nameless(isolated_user_folders: Path) -> Path:
    return isolated_user_folders / "data" / "outis" / "library.outis"


def shown() -> list[object]:
    return [
        window
        for window in QApplication.topLevelWidgets()
        if window.objectName() == first_window.NAME and window.isVisible()
    ]


@pytest.mark.parametrize("named", [True, False])
def test_the_last_picture_is_painted_where_the_face_was(qapp, tmp_path: Path, nameless: Path, named: bool) -> None:
    path = project_at(tmp_path / "anna.outis" if named else nameless)
    settings = Settings()
    settings.view = (300, 50, 400, 400)
    first_window.show_last_picture([str(path)] if named else [])
    window = shown()[0]
    image = window.grab().toImage()
    assert abs(image.pixelColor(500, 250).red() - 200) < 5
    assert image.pixelColor(100, 250).name() == first_window.PANEL
    first_window._shown.clear()
    window.close()
    window.deleteLater()


def test_nothing_is_shown_of_another_model_or_of_a_project_that_is_open(tmp_path: Path) -> None:
    other = str(tmp_path / "gone.safetensors")
    assert first_window.last_picture(project_at(tmp_path / "a.outis"), is_named=True)
    assert first_window.last_picture(project_at(tmp_path / "b.outis", of=other), is_named=True) is None
    assert first_window.last_picture(project_at(tmp_path / "c.outis", other, other), is_named=True) is None
    assert first_window.last_picture(project_at(tmp_path / "d.outis", other, other), is_named=False) is None
    path = project_at(tmp_path / "e.outis")
    project = Project.open(path)
    assert first_window.last_picture(path, is_named=True) is None
    project.close()


def test_a_process_that_was_killed_does_not_hide_its_last_picture(tmp_path: Path) -> None:
    path = project_at(tmp_path / "a.outis")
    path.with_name("a.outis-lock").touch()  # which nobody holds
    assert first_window.last_picture(path, is_named=True)


@pytest.mark.parametrize("damage", ["text", "view", "picture", "cut"])
def test_a_hostile_file_shows_nothing(qapp, tmp_path: Path, damage: str) -> None:
    path = project_at(tmp_path / "a.outis", webp=b"no picture" if damage == "picture" else None)
    if damage == "text":
        path.write_text("no project" * 1000)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:30_000])
    if damage == "view":
        with sqlite3.connect(path) as file:
            file.execute("DROP TABLE picture")
            file.execute(
                "CREATE VIEW picture AS WITH RECURSIVE n(id, webp) AS (SELECT 1, 1 UNION ALL SELECT id + 1, 1 FROM n)"
                " SELECT count(*) AS id, 1 AS webp FROM n"
            )
        file.close()
    first_window.show_last_picture([str(path)])
    assert shown() == []
    assert list(tmp_path.glob("a.outis*")) == [path]


@pytest.mark.parametrize("arguments", [["info", "a.outis"], ["model.safetensors"], ["a.outis", "--device", "cpu"]])
def test_other_commands_show_nothing(arguments: list[str]) -> None:
    first_window.show_last_picture(arguments)
    assert shown() == []


def test_what_shows_the_picture_imports_neither_numpy_nor_the_window() -> None:
    program = (
        "import sys; from explorer.view.first_window import show_last_picture; show_last_picture([]);"
        "print([name for name in ('numpy', 'torch', 'PIL', 'explorer.app', 'explorer.cli') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
