"""The dialog that asks how many faces are exported: what it shows, what it keeps, and what it asks for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QFileDialog, QInputDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from explorer.dialogs.export_faces import ExportFacesDialog, ask_how_to_export
from explorer.dialogs.picture_words import PICTURES
from explorer.settings import Settings
from generator.formats.image_encode import check_suffix
from generator.project.export_options import FORMATS, ExportOptions
from generator.project.face import Face
from generator.recipe.recipe import Recipe, SeedSource

LEFT = Qt.MouseButton.LeftButton
FACES = tuple(
    Face.of(number, Recipe("m", SeedSource(number)), name=f"Anna {number}", stars=3, tags=("hair",))
    for number in range(1, 7)
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def opened(window: QMainWindow, settings: Settings, qtbot: QtBot) -> ExportFacesDialog:
    dialog = ExportFacesDialog(FACES, settings, window, "summer")
    dialog.open()
    qtbot.waitExposed(dialog)
    return dialog


def tick(box: QCheckBox) -> None:
    QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))


def write(dialog: ExportFacesDialog, pattern: str) -> None:
    dialog.pattern.setFocus()
    dialog.pattern.selectAll()
    QTest.keyClicks(dialog.pattern, pattern)


def answer(dialog: ExportFacesDialog, name: str) -> None:
    """Keep the options as a preset of that name."""
    QTest.mouseClick(dialog.presets.keep, LEFT)
    box = dialog.findChild(QInputDialog)
    assert box is not None
    box.setTextValue(name)
    box.accept()


def test_what_is_ticked_and_written_is_asked_for(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    write(dialog, "{index:03} {name}")
    QTest.keyClick(dialog.folders, Qt.Key.Key_Down)
    QTest.keyClick(dialog.kind, Qt.Key.Key_Down)
    for box in (dialog.sizes[None], dialog.sizes[256], dialog.sizes[512], *dialog.ticks.values()):
        tick(box)
    QTest.keyClicks(dialog.others, "64, 256")
    with qtbot.waitSignal(dialog.chosen) as asked:
        QTest.mouseClick(dialog.go_on, LEFT)
    assert asked.args == [
        ExportOptions("", "{tag}/{index:03} {name}", "jpg", (256, 512, 64), True, True, True, True, True, look="summer")
    ]


def test_the_example_follows_every_key(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    assert dialog.example.text() == "Anna 1.png"
    assert dialog.verdict.text() == "Faces: 6, images: 6"
    write(dialog, "{look}-{seed}")
    assert dialog.example.text() == "summer-1.png"
    QTest.keyClick(dialog.folders, Qt.Key.Key_Down)
    assert dialog.example.text() == "hair/summer-1.png"
    tick(dialog.sizes[256])
    assert dialog.example.text() == "hair/summer-1-full.png"
    assert dialog.verdict.text() == "Faces: 6, images: 12"


@pytest.mark.parametrize(
    ("pattern", "sentence"),
    [("{nam}", "did you mean name"), ("{name", "lacks its partner"), ("../x", "inside the folder")],
)
def test_a_wrong_pattern_is_told_at_once_and_cannot_be_asked_for(
    qtbot: QtBot, window: QMainWindow, settings: Settings, pattern: str, sentence: str
) -> None:
    dialog = opened(window, settings, qtbot)
    write(dialog, pattern)
    assert sentence in dialog.verdict.text()
    assert dialog.example.text() == ""
    assert not dialog.go_on.isEnabled()
    assert not dialog.presets.keep.isEnabled()
    write(dialog, "{name}")
    assert dialog.go_on.isEnabled()


@pytest.mark.parametrize(
    ("sizes", "sentence"), [("big", "big is not a number"), ("0", "size of 0"), ("99999", "99999"), ("-5", "-5 is not")]
)
def test_a_wrong_size_is_told_at_once(
    qtbot: QtBot, window: QMainWindow, settings: Settings, sizes: str, sentence: str
) -> None:
    dialog = opened(window, settings, qtbot)
    QTest.keyClicks(dialog.others, sizes)
    assert sentence in dialog.verdict.text()
    assert not dialog.go_on.isEnabled()


def test_no_size_at_all_is_refused(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    tick(dialog.sizes[None])
    assert "1 to 16 different sizes" in dialog.verdict.text()
    assert not dialog.go_on.isEnabled()


def test_the_last_choice_comes_back_but_overwrites_nothing(
    qtbot: QtBot, window: QMainWindow, settings: Settings
) -> None:
    dialog = opened(window, settings, qtbot)
    write(dialog, "{tag}/x")
    for box in (dialog.sizes[512], dialog.ticks["csv"], dialog.ticks["overwrite"]):
        tick(box)
    QTest.keyClicks(dialog.others, "48")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    again = opened(window, settings, qtbot)
    assert again.options() == ExportOptions("", "{tag}/x", sizes=(None, 512, 48), csv=True, look="summer")
    assert (again.folders.currentData(), again.pattern.text()) == ("{tag}/", "x")


def test_presets_are_kept_chosen_and_removed(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    assert not dialog.presets.list.isEnabled()
    assert not dialog.presets.remove.isEnabled()
    tick(dialog.ticks["csv"])
    answer(dialog, " web ")
    tick(dialog.ticks["sheet"])
    assert dialog.presets.list.currentIndex() == -1
    answer(dialog, "print")
    assert dialog.presets.list.currentText() == "print"
    QTest.keyClick(dialog.presets.list, Qt.Key.Key_Up)
    assert dialog.presets.list.currentText() == "web"
    assert (dialog.ticks["csv"].isChecked(), dialog.ticks["sheet"].isChecked()) == (True, False)
    QTest.mouseClick(dialog.presets.remove, LEFT)
    assert list(settings.export_presets) == ["print"]
    assert dialog.ticks["csv"].isChecked()  # what is chosen stays
    assert not dialog.presets.remove.isEnabled()
    assert dialog.isVisible()


def test_a_preset_of_a_name_that_exists_takes_its_place(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    settings.export_presets.keep("web", ExportOptions(format="webp"))
    dialog = opened(window, settings, qtbot)
    answer(dialog, "web")
    assert settings.export_presets == {"web": ExportOptions()}
    answer(dialog, "  ")
    assert list(settings.export_presets) == ["web"]


def test_return_goes_on_from_every_field(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    for name in ("pattern", "others", "kind"):
        dialog = opened(window, settings, qtbot)
        field = getattr(dialog, name)
        field.setFocus()
        with qtbot.waitSignal(dialog.chosen):
            QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_folder_is_asked_next_and_remembered(
    qtbot: QtBot, window: QMainWindow, settings: Settings, tmp_path: Path
) -> None:
    asked: list[ExportOptions] = []
    ask_how_to_export(window, settings, FACES, asked.append, "summer")
    dialog = window.findChild(ExportFacesDialog)
    assert dialog is not None
    qtbot.waitExposed(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    chooser = window.findChild(QFileDialog)
    assert chooser is not None
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.fileSelected.emit(str(tmp_path))
    chooser.close()
    assert asked == [ExportOptions(str(tmp_path), look="summer")]
    assert settings.export_folder == str(tmp_path)


def test_escape_asks_for_nothing(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    tick(dialog.ticks["csv"])
    with qtbot.assertNotEmitted(dialog.chosen):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert settings.last_export == ExportOptions()


def test_tab_goes_through_all_fields_from_top_to_bottom(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    settings.export_presets.keep("web", ExportOptions())
    dialog = opened(window, settings, qtbot)
    dialog.presets.list.setFocus()
    visited = [dialog.focusWidget()]
    while len(visited) < 40:
        QTest.keyClick(visited[-1], Qt.Key.Key_Tab)
        if dialog.focusWidget() in visited:
            break
        visited.append(dialog.focusWidget())
    places = [widget.mapTo(dialog, QPoint()).y() for widget in visited]
    assert len(visited) == 19
    assert all(below > above - 12 for above, below in pairwise(places))


def test_everything_has_a_name_and_fits_a_small_screen(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    dialog = opened(window, settings, qtbot)
    write(dialog, "{name}" * 40)
    QTest.keyClicks(dialog.others, ",".join("9" * 6 for _ in range(20)))
    assert dialog.size().boundedTo(QSize(1366, 700)) == dialog.size()
    for field in (dialog.kind, dialog.folders, dialog.pattern, dialog.others, dialog.presets.list):
        assert field.accessibleName()
    for widget in dialog.findChildren(QAbstractButton):
        assert widget.text() or widget.accessibleName() or not widget.isVisible()
        assert widget.width() >= widget.minimumSizeHint().width() or not widget.isVisible()
    for label in dialog.findChildren(QLabel):
        cut = label is not dialog.example and not label.wordWrap() and label.width() < label.sizeHint().width()
        assert not cut, label.text()


def test_ten_thousand_faces_are_named_no_slower_than_one(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    class Counted(tuple[Face, ...]):
        """Says when someone goes through all of it."""

        def __iter__(self) -> object:  # type: ignore[override]
            raise AssertionError("all faces were read")

    dialog = ExportFacesDialog(Counted(FACES * 2000), settings, window)
    write(dialog, "{seed}")
    assert dialog.verdict.text() == "Faces: 12000, images: 12000"
    assert dialog.options() == replace(ExportOptions(), pattern="{seed}")


def test_the_dialog_offers_every_format_that_can_be_written() -> None:
    assert tuple(kind.suffix for kind in PICTURES) == FORMATS
    for suffix in FORMATS:
        check_suffix(f".{suffix}")
