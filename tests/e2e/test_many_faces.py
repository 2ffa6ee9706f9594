"""Many kept faces edited together, through the real window, a real model and a real project file."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from explorer.window.main_window import MainWindow
from generator.project.face import Face, Place
from generator.project.project import Project
from tests.e2e.test_app import Step, drag, face_is_there, run_app, untouched_process

__all__ = ["untouched_process"]

COUNT = 6
CTRL = Qt.KeyboardModifier.ControlModifier


def kept(window: MainWindow) -> tuple[Face, ...]:
    return window.library.faces(Place.TABLE)


def is_shown(window: MainWindow) -> bool:
    """Whether the frame on the screen is of the recipe that the session has."""
    frame = window._controller._frames.last_full
    return frame is not None and frame.request.recipe == window._session.recipe


def keep_one(window: MainWindow) -> bool:
    if not is_shown(window):
        return False
    QTest.keyClick(window, Qt.Key.Key_K)
    QTest.keyClick(window, Qt.Key.Key_Space)
    return True


def mark_all(window: MainWindow) -> bool:
    assert len(kept(window)) == COUNT
    window.library.mark([face.id for face in kept(window)])
    return True


def components_are_listed(window: MainWindow) -> bool:
    window.panels.directions.tabs.setCurrentIndex(1)
    return bool(window.panels.directions.components.list.sliders)


def move_component(window: MainWindow) -> bool:
    drag(window.panels.directions.components.list.sliders[0], 40)
    return True


def take_back(window: MainWindow) -> bool:
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    return True


def thumbnails_are_redrawn(window: MainWindow) -> bool:
    library = window.library
    return is_shown(window) and not library.missing and all(library.thumbnail(face.id) for face in kept(window))


@pytest.mark.parametrize("undone", [False, True])
def test_one_drag_edits_six_kept_faces_in_the_file_and_one_undo_brings_all_back(
    undone: bool, tiny_checkpoint: Path, tmp_path: Path
) -> None:
    path = tmp_path / "faces.outis"
    Project.open(path, create=True).close()
    before: list[Face] = []

    def editing_six(window: MainWindow) -> bool:
        if window.edits.marked.count != COUNT or not is_shown(window):
            return False
        assert f"Editing {COUNT} faces" in window.view.accessibleDescription()
        before.extend(kept(window))
        return True

    steps: list[Step] = [face_is_there, *[keep_one] * COUNT, mark_all, editing_six, components_are_listed]
    steps += [move_component, *[take_back] * undone, thumbnails_are_redrawn]
    assert run_app(tiny_checkpoint, steps, project=path) == 0
    project = Project.open(path)
    after = [face for face in project.faces() if face.place is Place.TABLE]
    project.close()
    moved = [after.recipe.directions != before.recipe.directions for before, after in zip(before, after, strict=True)]
    assert moved == [not undone] * COUNT
    if undone:
        assert [face.recipe for face in after] == [face.recipe for face in before]
    amounts = {tuple(edit.amount for edit in face.recipe.directions) for face in after}
    assert len(amounts) == 1  # by the same amount
