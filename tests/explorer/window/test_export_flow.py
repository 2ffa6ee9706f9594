"""How a face leaves the window: the dialog's previews, one key that does it again, the clipboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from explorer.compute.jobs import EnlargePart, KnowEnlarging, PreviewPicture
from explorer.dialogs.export_image import ExportImageDialog
from explorer.document.session import Session
from explorer.messages import PicturePreviewed
from explorer.settings import Settings
from explorer.window.main_window import MainWindow
from generator.formats.picture_options import PictureOptions
from generator.recipe.recipe import Recipe, SeedSource
from tests.support.window_fixtures import LEFT, FakeController, press, result

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OPTIONS = PictureOptions("webp", 512, cutout="transparent")


@pytest.fixture
def settings(window: MainWindow, tmp_path: Path) -> Settings:
    """Of a user who has exported a face like that before."""
    made = window._settings
    made.last_picture, made.export_folder = OPTIONS, str(tmp_path)
    return made


def again(window: MainWindow) -> None:
    press(window, Qt.Key.Key_X, CTRL | SHIFT)


def exported(controller: FakeController) -> list[str]:
    return [Path(arguments[0]).name for name, arguments in controller.asked if name == "export_image"]


def test_one_key_exports_again_under_the_next_free_name(
    window: MainWindow, controller: FakeController, settings: Settings, tmp_path: Path, session: Session
) -> None:
    (tmp_path / "seed-85.webp").touch()
    again(window)
    assert controller.asked == [("export_image", (str(tmp_path / "seed-85-2.webp"), OPTIONS))]
    again(window)  # the second is not written yet
    session.edit("Seed", Recipe(source=SeedSource(7)))
    again(window)
    assert exported(controller) == ["seed-85-2.webp", "seed-85-3.webp", "seed-7.webp"]


def test_a_name_of_ones_own_is_counted_on(
    window: MainWindow, controller: FakeController, settings: Settings, tmp_path: Path
) -> None:
    press(window, Qt.Key.Key_E, CTRL)
    dialog = window.findChild(ExportImageDialog)
    assert dialog is not None
    dialog.accept()
    chooser = window.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "anna-1.webp"))
    chooser.close()
    for _ in range(2):  # the first is not written yet
        window.menu_actions.export_again.trigger()  # the window is not active again yet, which keys need
    assert exported(controller) == ["anna-1.webp", "anna-2.webp", "anna-3.webp"]


def test_the_key_asks_where_nothing_was_exported_yet(window: MainWindow, controller: FakeController) -> None:
    again(window)
    assert window.findChild(ExportImageDialog) is not None
    assert exported(controller) == []


def test_the_dialog_previews_the_face_and_gives_up_when_it_closes(
    window: MainWindow, controller: FakeController, settings: Settings, session: Session
) -> None:
    press(window, Qt.Key.Key_E, CTRL)
    dialog = window.findChild(ExportImageDialog)
    assert dialog is not None
    controller.picture_previewed.emit(PicturePreviewed(OPTIONS, result().pixels))
    assert dialog.preview.picture is not None
    QTest.keyClick(dialog.form.enlarge, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.part, LEFT)
    place = dialog.preview.place
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert controller.asked == [
        ("submit", (PreviewPicture(session.recipe, OPTIONS),)),
        ("submit", (KnowEnlarging(),)),
        ("submit", (EnlargePart(session.recipe, 2, place),)),
        ("cancel", (PreviewPicture, EnlargePart)),
    ]


def test_a_copy_is_plain_unless_it_is_to_be_as_exports_are(
    window: MainWindow, controller: FakeController, settings: Settings
) -> None:
    press(window, Qt.Key.Key_C, CTRL)
    settings.copies_as_exported = True
    press(window, Qt.Key.Key_C, CTRL)
    assert controller.asked == [("copy_image", ()), ("copy_image", (OPTIONS,))]
