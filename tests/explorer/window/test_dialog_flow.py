"""What the window asks before it acts: where and how to export, how an offered file is applied, whether to close."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QMessageBox, QTextBrowser

from explorer.compute.jobs import EnlargePart, PreviewPicture
from explorer.dialogs.contact_sheet import ContactSheetDialog
from explorer.dialogs.export_faces import ExportFacesDialog
from explorer.dialogs.export_image import ExportImageDialog
from explorer.dialogs.export_model import ExportModelDialog
from explorer.settings import Settings
from explorer.widgets.number_entry import NumberEntry
from explorer.window.export_flow import ExportFlow
from explorer.window.main_window import MainWindow
from generator.formats.picture_options import PictureOptions
from generator.project.export_options import ExportOptions
from generator.project.face import Face
from generator.recipe.recipe import MAX_SEED, Recipe, SeedSource
from tests.support.panel_fixtures import NAMED
from tests.support.window_fixtures import LEFT, press

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(("answer", "whole"), [("Apply all", True), ("Source only", False)])
def test_an_offered_file_is_applied_as_the_user_says(window, controller, answer, whole):
    opened = _Offered("/tmp/face <b>.png")
    controller.file_offered.emit(opened)
    box = window.findChild(QMessageBox)
    QTest.mouseClick(next(button for button in box.buttons() if button.text().replace("&", "") == answer), LEFT)
    assert controller.asked == [("apply_opened", (opened, whole))]


def test_cancelling_an_offered_file_changes_nothing(window, controller):
    controller.file_offered.emit(_Offered("face.png"))
    QTest.keyClick(window.findChild(QMessageBox), Qt.Key.Key_Escape)
    assert controller.asked == []


def test_what_is_pasted_is_opened_as_what_it_is(window, controller, tmp_path):
    clipboard = QGuiApplication.clipboard()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "face.png"))])
    clipboard.setMimeData(data)
    press(window, Qt.Key.Key_V, CTRL)
    for text in (" https://example.org/model.pkl\n", f"{tmp_path}/a.npz", "[[1, 2]]", "hello"):
        clipboard.setText(text)
        press(window, Qt.Key.Key_V, CTRL)
    clipboard.clear()
    press(window, Qt.Key.Key_V, CTRL)
    assert controller.asked == [
        ("open_file", (str(tmp_path / "face.png"),)),
        ("load_model", ("https://example.org/model.pkl",)),
        ("open_file", (f"{tmp_path}/a.npz",)),
        ("open_text", ("[[1, 2]]",)),
        ("open_text", ("hello",)),
        ("open_text", ("",)),
    ]


def test_what_is_no_number_is_pasted_into_the_window_where_numbers_are_typed(window, controller):
    entry = window.panels.truncation.psi.findChild(NumberEntry)
    entry.setFocus()
    for text in ("[[1, 2]]", " 0,25 "):
        QGuiApplication.clipboard().setText(text)
        press(window, Qt.Key.Key_V, CTRL)
    assert controller.asked == [("open_text", ("[[1, 2]]",))]
    assert entry.text() == " 0,25 "


def test_every_action_with_a_key_is_listed_in_the_help(window):
    press(window, Qt.Key.Key_F1)
    text = window.findChild(QDialog).findChild(QTextBrowser).toPlainText()
    keys = [action.shortcut().toString() for action in window.actions() if action.shortcuts()]
    assert len(keys) > 15
    assert all(key in text for key in keys)


class _Offered:
    def __init__(self, path: str) -> None:
        self.path = path


def saved_as(window: MainWindow, path: Path) -> None:
    """Answer the file dialog that is open now."""
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_an_image_is_exported_in_the_format_and_size_that_was_chosen(window, controller, tmp_path):
    press(window, Qt.Key.Key_E, CTRL)
    dialog = window.findChild(ExportImageDialog)
    dialog.kind.setCurrentIndex(1)
    dialog.size_box.setCurrentIndex(dialog.size_box.findText("512 px"))
    dialog.accept()
    chooser = window.findChild(QFileDialog)
    assert (chooser.defaultSuffix(), Path(chooser.selectedFiles()[0]).name) == ("jpg", "seed-85.jpg")
    saved_as(window, tmp_path / "face.jpg")
    assert controller.asked == [
        ("cancel", (PreviewPicture, EnlargePart)),
        ("export_image", (str(tmp_path / "face.jpg"), PictureOptions("jpg", 512))),
    ]
    assert (Settings().export_folder, Settings().last_folder) == (str(tmp_path), str(Path.home()))


def choose(box: QComboBox, index: int) -> None:
    """As the mouse does in the list that pops up."""
    box.setCurrentIndex(index)
    box.textActivated.emit(box.currentText())
    box.activated.emit(index)


def test_latents_take_the_suffix_of_the_chosen_format(window, controller, tmp_path):
    press(window, Qt.Key.Key_E, CTRL | SHIFT)
    chooser = window.findChild(QFileDialog)
    for kind, suffix in ((0, "npz"), (2, "pt"), (1, "npy"), (2, "pt")):
        choose(chooser.findChild(QComboBox, "fileTypeCombo"), kind)
        assert (chooser.defaultSuffix(), Path(chooser.selectedFiles()[0]).name) == (suffix, f"seed-85.{suffix}")
    saved_as(window, tmp_path / "face.pt")
    assert controller.asked == [("export_latents", (str(tmp_path / "face.pt"),))]


def test_a_model_is_exported_as_the_kind_that_was_chosen_and_says_what_it_is_for(window, controller, tmp_path):
    window.menu_actions.export_model.trigger()
    dialog = window.findChild(ExportModelDialog)
    assert "Hugging Face" in dialog.use.text()
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    assert "rosinality" in dialog.use.text()
    QTest.mouseClick(dialog.go_on, LEFT)
    chooser = window.findChild(QFileDialog)
    assert chooser.defaultSuffix() == "pt"
    assert Path(chooser.selectedFiles()[0]).name.endswith("-rosinality.pt")
    saved_as(window, tmp_path / "a.pt")
    assert controller.asked == [("export_model", (str(tmp_path / "a.pt"), "rosinality"))]


@pytest.mark.parametrize(("key", "asked"), [(Qt.Key.Key_S, "export_recipe"), (Qt.Key.Key_O, "open_file")])
def test_ctrl_s_saves_the_recipe_and_ctrl_o_opens_a_file(window, controller, tmp_path, key, asked):
    press(window, key, CTRL)
    saved_as(window, tmp_path / "face.json")
    assert controller.asked == [(asked, (str(tmp_path / "face.json"),))]


def test_a_contact_sheet_is_asked_for_with_its_seeds_and_faces(window, controller, tmp_path):
    window.menu_actions.contact_sheet.trigger()
    dialog = window.findChild(ContactSheetDialog)
    assert "random class" not in dialog.applied.text()
    dialog.seeds.setText("1,5-9")
    dialog.columns.setValue(3)
    dialog.with_faces.setChecked(True)
    assert dialog.verdict.text() == "Faces: 6, rows: 2"
    dialog.seeds.setText("1-5000")
    assert dialog.verdict.text() == "5000 faces in 3 columns do not fit on one sheet: choose 71 columns."
    assert not dialog.go_on.isEnabled()
    dialog.seeds.setText("1,5-9")
    dialog.accept()
    saved_as(window, tmp_path / "sheet.png")
    expected = (str(tmp_path / "sheet.png"), (1, 5, 6, 7, 8, 9), 3, str(tmp_path / "sheet"))
    assert controller.asked == [("contact_sheet", expected)]


@pytest.mark.parametrize("text", ["", "five", "9-5", str(MAX_SEED + 1)])
def test_a_contact_sheet_of_no_seeds_cannot_be_asked_for(window, text):
    window.menu_actions.contact_sheet.trigger()
    dialog = window.findChild(ContactSheetDialog)
    dialog.seeds.setText(text)
    assert not dialog.go_on.isEnabled()
    assert dialog.verdict.text()
    dialog.reject()


@pytest.mark.parametrize(
    "text", ["0-99999999", "1-10001", ",".join(["7"] * 2_000_000), ",".join([f"{MAX_SEED}"] * 10_001)]
)
def test_a_contact_sheet_of_very_many_seeds_is_refused_with_one_sentence(window, text):
    window.menu_actions.contact_sheet.trigger()
    dialog = window.findChild(ContactSheetDialog)
    dialog.columns.setValue(120)
    dialog.seeds.setText(text)
    assert not dialog.go_on.isEnabled()
    assert dialog.verdict.text().endswith(" has more than 10000 seeds; ask for fewer at a time.")
    assert len(dialog.verdict.text()) < 200
    dialog.reject()


def test_closing_asks_first_while_a_contact_sheet_is_made(window, controller):
    controller.makes_sheet = True
    window.close()
    window.close()
    (box,) = (box for box in window.findChildren(QMessageBox) if box.isVisible())
    assert "contact sheet" in box.text()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert window.isVisible()
    window.close()
    box = [box for box in window.findChildren(QMessageBox) if box.isVisible()][-1]
    QTest.mouseClick(next(button for button in box.buttons() if button.text() == "Stop and close"), LEFT)
    assert not window.isVisible()
    assert controller.asked[-1] == ("close", ())


def test_the_system_closes_without_a_question(window, controller):
    controller.makes_sheet = True
    window.leave()
    assert not window.isVisible()
    assert window.findChildren(QMessageBox) == []


def test_the_next_export_begins_with_the_format_and_size_of_the_last(window):
    press(window, Qt.Key.Key_E, CTRL)
    dialog = window.findChild(ExportImageDialog)
    dialog.kind.setCurrentIndex(2)
    dialog.size_box.setCurrentIndex(dialog.size_box.findText("512 px"))
    dialog.accept()
    window.menu_actions.export_image.trigger()
    later = window.findChildren(ExportImageDialog)[-1]
    assert (later.kind.currentText(), later.size_box.currentText()) == ("WebP, smaller", "512 px")


def chooser(window: MainWindow, action: str) -> QFileDialog:
    """The file dialog that an action of the menu asks with."""
    getattr(window.menu_actions, action).trigger()
    return next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())


def suggested(window: MainWindow) -> str:
    """The name that saving a recipe begins with."""
    dialog = chooser(window, "export_recipe")
    name = Path(dialog.selectedFiles()[0]).name
    dialog.close()
    return name


def test_an_export_begins_where_the_last_one_went_and_not_where_a_file_was_opened(window, tmp_path):
    folders = {"export_recipe": tmp_path / "exports", "open": tmp_path / "models"}
    for action, folder in folders.items():
        folder.mkdir()
        dialog = chooser(window, action)
        dialog.fileSelected.emit(str(folder / "face.json"))
        dialog.close()
    for action, folder in folders.items():
        dialog = chooser(window, action)
        assert dialog.directory().path() == str(folder)
        dialog.close()


def test_an_opened_file_gives_its_name_to_the_title_and_to_exports_which_tell_what_was_edited(window, tmp_path):
    session = window._session
    recipe = Recipe(session.recipe.model, SeedSource(7))
    session.remember_file("anna.png", recipe)
    assert window.windowTitle().startswith("Seed 85 — ")
    session.edit("Open anna.png", recipe)
    assert window.windowTitle().startswith("anna.png — faces")
    assert suggested(window) == "anna.json"
    session.edit("Age", recipe.with_amount(NAMED[0].direction, 1.5))
    assert suggested(window) == "anna-age+1.5.json"
    assert window.windowTitle().startswith("anna.png — faces")
    session.edit("Seed", Recipe(recipe.model, SeedSource(85)))
    assert suggested(window) == "seed-85.json"
    window.menu_actions.undo.trigger()
    assert window.windowTitle().startswith("anna.png — faces")


def test_a_name_that_is_taken_gets_a_number(window, tmp_path):
    window._settings.export_folder = str(tmp_path)
    for expected in ("seed-85.json", "seed-85-2.json", "seed-85-3.json"):
        assert suggested(window) == expected
        (tmp_path / expected).touch()


def test_marked_faces_are_exported_as_chosen_into_the_folder_that_is_named(window, controller, tmp_path):
    faces = (Face.of(1, Recipe(source=SeedSource(1)), name="Anna"), Face.of(2, Recipe(source=SeedSource(2))))
    window.findChild(ExportFlow).for_faces(faces, "")
    dialog = window.findChild(ExportFacesDialog)
    assert dialog.example.text() == "Anna.png"
    press(dialog, Qt.Key.Key_Return)
    saved_as(window, tmp_path)
    assert controller.asked == [("export_faces", (faces, ExportOptions(str(tmp_path))))]
    assert Settings().export_folder == str(tmp_path)


def test_no_face_needs_no_question(window, controller):
    window.findChild(ExportFlow).for_faces((), "")
    assert window.findChild(ExportFacesDialog) is None
