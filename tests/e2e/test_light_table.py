"""A day's work in the window: twenty faces seen, eight kept, four compared, six edited with one drag and exported.

Everything is done through real events, with a small real model and a real project file, which is opened again.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from explorer.dialogs.export_faces import ExportFacesDialog
from explorer.window.main_window import MainWindow
from generator.formats.open_face import read_file
from generator.networks import Generator
from generator.project.face import Face, Place
from generator.recipe.direction_files import SUFFIX, save_library, user_folder
from generator.recipe.directions import DirectionLibrary, NamedDirection
from generator.recipe.recipe import Direction, Recipe, pack
from tests.support.running_app import LEFT, Step, drag, face_is_there, is_shown, run_app, slider_of

pytestmark = pytest.mark.usefixtures("untouched_process")

SEEN, KEPT, LEFT_OVER = 20, 8, 6
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
HAIR = "hair"  # name of the direction in recipes


@pytest.fixture
def model_with_hair(tiny: Generator, tiny_checkpoint: Path) -> Path:
    """A model, and a direction of its own for the colour of the hair."""
    vector = pack(np.random.default_rng(0).standard_normal(tiny.config.w_dim).astype(np.float32))
    hair_colour = NamedDirection(Direction(HAIR, vector), "Hair colour", "dark", "fair", "")
    user_folder().mkdir(parents=True)
    save_library(DirectionLibrary(tiny.hash, (hair_colour,)), user_folder() / f"tiny{SUFFIX}")
    return tiny_checkpoint


def kept(window: MainWindow) -> tuple[Face, ...]:
    return window.library.faces(Place.TABLE)


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """As the platform does: to whatever has the focus, shortcuts first."""
    QTest.keyClick(window.windowHandle(), key, modifiers)


def place_of(window: MainWindow, number: int) -> QPoint:
    grid = window.faces.table.grid
    index = grid.model().index(number, 0)
    grid.scrollTo(index)
    rect: QRect = grid.visualRect(index)
    return rect.center()


def mark(window: MainWindow, *numbers: int) -> None:
    """Click on faces of the table, all but the first with Ctrl."""
    viewport = window.faces.table.grid.viewport()
    for number in numbers:
        modifiers = CTRL if number != numbers[0] else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(viewport, LEFT, modifiers, place_of(window, number))


def hair(recipe: Recipe) -> float:
    return sum(edit.amount for edit in recipe.directions if edit.direction.name == HAIR)


class Work:
    """The steps of the day, and what was seen on the way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen = 0
        self.all: tuple[Face, ...] = ()
        self.shown_names: list[str] = []

    def look_at_the_next(self, window: MainWindow) -> bool:
        """Space, and K for some of them, each when the face is on the screen."""
        if not is_shown(window):
            return False
        if self.seen % (SEEN // KEPT) == 0 and len(kept(window)) < KEPT:
            press(window, Qt.Key.Key_K)
        self.seen += 1
        if self.seen < SEEN:
            press(window, Qt.Key.Key_Space)
        return self.seen == SEEN

    def open_the_table(self, window: MainWindow) -> bool:
        press(window, Qt.Key.Key_L)
        self.all = kept(window)
        assert len(self.all) == KEPT
        assert window.faces.table.isVisible()
        return True

    def compare_four(self, window: MainWindow) -> bool:
        mark(window, 0, 2, 4, 6)
        press(window, Qt.Key.Key_C)
        return True

    def four_are_side_by_side(self, window: MainWindow) -> bool:
        compare = window.faces.compare
        if not compare.isVisible() or len(compare.canvas.pictures) < 4:
            return False
        assert {self.all[number].id for number in (0, 2, 4, 6)} == set(compare.ids)
        press(window, Qt.Key.Key_Escape)
        assert window.faces.table.isVisible()
        return True

    def delete_two_and_take_it_back(self, window: MainWindow) -> bool:
        mark(window, 1, 5)
        press(window, Qt.Key.Key_Delete)
        assert len(kept(window)) == LEFT_OVER
        press(window, Qt.Key.Key_Z, CTRL)
        assert kept(window) == self.all
        mark(window, 1, 5)
        press(window, Qt.Key.Key_Delete)
        return len(kept(window)) == LEFT_OVER

    def mark_all_that_are_left(self, window: MainWindow) -> bool:
        press(window, Qt.Key.Key_A, CTRL)
        return True

    def six_are_edited_together(self, window: MainWindow) -> bool:
        return window.edits.marked.count == LEFT_OVER and is_shown(window)

    def change_their_hair(self, window: MainWindow) -> bool:
        drag(slider_of(window, "Hair colour"), 30)
        amounts = {round(hair(face.recipe), 6) for face in kept(window)}
        assert len(amounts) == 1
        assert amounts != {0.0}
        return True

    def thumbnails_follow(self, window: MainWindow) -> bool:
        library = window.library
        return is_shown(window) and not library.missing and all(library.thumbnail(face.id) for face in kept(window))

    def export_them(self, window: MainWindow) -> bool:
        press(window, Qt.Key.Key_E, CTRL | ALT)
        dialog = window.findChild(ExportFacesDialog)
        for tick in (dialog.sizes[512], dialog.ticks["csv"], dialog.ticks["jsonl"], dialog.ticks["sheet"]):
            QTest.keyClick(tick, Qt.Key.Key_Space)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        chooser = next(chooser for chooser in window.findChildren(QFileDialog) if chooser.isVisible())
        chooser.fileSelected.emit(str(self.folder))
        chooser.close()
        return True

    def all_is_written(self, window: MainWindow) -> bool:
        return (self.folder / "sheet.png").exists() and not window._controller.makes_sheet


def test_twenty_faces_are_explored_eight_kept_six_edited_exported_and_all_there_again(
    model_with_hair: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exported"
    folder.mkdir()
    work = Work(folder)
    steps: list[Step] = [
        face_is_there,
        work.look_at_the_next,
        work.open_the_table,
        work.compare_four,
        work.four_are_side_by_side,
        work.delete_two_and_take_it_back,
        work.mark_all_that_are_left,
        work.six_are_edited_together,
        work.change_their_hair,
        work.thumbnails_follow,
        work.export_them,
        work.all_is_written,
    ]
    left: list[Face] = []

    def remember(window: MainWindow) -> bool:
        left.extend(kept(window))
        return True

    assert run_app(model_with_hair, [*steps, remember], seconds=120) == 0
    check_what_was_written(folder, left)

    def all_is_there(window: MainWindow) -> bool:
        library = window.library
        if not library.faces(Place.HISTORY):
            return False
        assert list(kept(window)) == left
        assert len(library.faces(Place.DELETED)) == KEPT - LEFT_OVER
        assert len({face.recipe.source for face in library.faces(Place.HISTORY)}) == SEEN
        return all(library.thumbnail(face.id) is not None for face in left)

    assert run_app(model_with_hair, [face_is_there, all_is_there], seconds=60) == 0


def check_what_was_written(folder: Path, faces: list[Face]) -> None:
    """Two sizes of every face with its recipe, a manifest with a line for each file, and a sheet."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len((folder / "manifest.jsonl").read_text().splitlines()) == 2 * LEFT_OVER
    written = [folder / row["file"] for row in rows]
    assert sorted(width(path) for path in written) == [32] * LEFT_OVER + [512] * LEFT_OVER
    assert {read_file(path).recipe for path in written} == {face.recipe for face in faces}
    assert (folder / "sheet.png").exists()


def width(path: Path) -> int:
    with Image.open(path) as image:
        return image.width
