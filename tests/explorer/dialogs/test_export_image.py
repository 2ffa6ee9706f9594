"""The dialog that asks how one face is exported: simple at first, all options on request, and what it previews."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QComboBox, QFileDialog, QInputDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from explorer.dialogs.export_image import ExportImageDialog
from explorer.dialogs.picture_words import PICTURES
from explorer.messages import PartEnlarged, PicturePreviewed
from explorer.settings import Settings
from generator.formats.picture_options import FORMATS, PictureOptions

LEFT = Qt.MouseButton.LeftButton
GREY = np.full((32, 32, 3), 120, np.uint8)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    return made


class Opened:
    """A dialog as the window opens it, and what it asked for."""

    def __init__(self, qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
        self.dialog = ExportImageDialog(256, settings, window)
        self.previews: list[PictureOptions] = []
        self.parts: list[tuple[int, tuple[float, float]]] = []
        self.given_up: list[bool] = []
        self.chosen: list[PictureOptions] = []
        self.dialog.preview_wanted.connect(self.previews.append)
        self.dialog.part_wanted.connect(lambda factor, place: self.parts.append((factor, place)))
        self.dialog.part_given_up.connect(lambda: self.given_up.append(True))
        self.dialog.chosen.connect(self.chosen.append)
        self.dialog.begin()
        self.dialog.open()
        qtbot.waitExposed(self.dialog)

    def answer(self, sentence: str = "") -> None:
        """The preview that was asked for last."""
        self.dialog.show_preview(PicturePreviewed(self.previews[-1], None if sentence else GREY, sentence))


@pytest.fixture
def simple(qtbot: QtBot, window: QMainWindow, settings: Settings) -> Opened:
    return Opened(qtbot, window, settings)


@pytest.fixture
def whole(simple: Opened) -> Opened:
    """With all options, and the first preview."""
    QTest.mouseClick(simple.dialog.more, LEFT)
    simple.answer()
    return simple


def choose(box: QComboBox, value: object) -> None:
    """By the keyboard."""
    ahead = [box.itemData(index) for index in range(box.count())].index(value) - box.currentIndex()
    for _ in range(abs(ahead)):
        QTest.keyClick(box, Qt.Key.Key_Down if ahead > 0 else Qt.Key.Key_Up)
    assert box.currentData() == value


def test_at_first_it_asks_for_format_and_size_alone_and_renders_nothing(simple: Opened) -> None:
    boxes = [box for box in simple.dialog.findChildren(QComboBox) if box.isVisible()]
    assert boxes == [simple.dialog.kind, simple.dialog.size_box]
    assert not simple.dialog.preview.isVisible()
    assert simple.previews == []
    QTest.keyClick(simple.dialog, Qt.Key.Key_Return)
    assert simple.chosen == [PictureOptions()]


def test_more_options_are_remembered_open_and_are_open_where_they_are_in_use(
    qtbot: QtBot, window: QMainWindow, settings: Settings, whole: Opened
) -> None:
    later = Opened(qtbot, window, settings).dialog
    assert later.form.isVisible()
    QTest.mouseClick(later.more, LEFT)
    assert not Opened(qtbot, window, settings).dialog.form.isVisible()
    settings.last_picture = PictureOptions(crop="round")
    assert Opened(qtbot, window, settings).dialog.form.isVisible()


def test_everything_that_is_chosen_is_asked_for_and_comes_back(
    qtbot: QtBot, window: QMainWindow, settings: Settings, whole: Opened
) -> None:
    dialog = whole.dialog
    choose(dialog.kind, PICTURES[4])
    choose(dialog.size_box, 512)
    choose(dialog.form.enlarge, 4)
    choose(dialog.form.background.kind, "transparent")
    choose(dialog.form.crop, "avatar")
    choose(dialog.form.bits, 16)
    dialog.form.dpi.selectAll()
    QTest.keyClicks(dialog.form.dpi, "300")
    QTest.mouseClick(dialog.copy_too, LEFT, pos=QPoint(8, dialog.copy_too.height() // 2))
    wished = PictureOptions("tiff", 512, 4, "transparent", "avatar", 16, 300)
    assert dialog.verdict.text() == "Enlarged 4 times, transparent background, crop: avatar, 16 bits, 300 DPI"
    QTest.mouseClick(dialog.go_on, LEFT)
    assert whole.chosen == [wished]
    assert (settings.last_picture, settings.copies_as_exported) == (wished, True)
    assert Opened(qtbot, window, settings).dialog.options() == wished


def test_what_is_impossible_is_told_and_cannot_be_asked_for(whole: Opened) -> None:
    dialog = whole.dialog
    choose(dialog.form.background.kind, "transparent")
    choose(dialog.kind, PICTURES[1])
    assert dialog.verdict.text().startswith("JPEG has no transparency")
    assert not dialog.go_on.isEnabled()
    assert not dialog.presets.keep.isEnabled()
    choose(dialog.form.background.kind, "blur")
    assert dialog.go_on.isEnabled()
    choose(dialog.form.bits, 16)
    assert "8 bits" in dialog.verdict.text()
    assert not dialog.go_on.isEnabled()


def test_every_format_is_offered() -> None:
    assert tuple(kind.suffix for kind in PICTURES) == FORMATS


def test_a_preview_is_asked_for_only_where_the_face_looks_otherwise(whole: Opened) -> None:
    dialog = whole.dialog
    assert dialog.preview.picture is not None
    choose(dialog.kind, PICTURES[2])
    choose(dialog.size_box, 512)
    choose(dialog.form.enlarge, 2)
    assert len(whole.previews) == 1
    choose(dialog.form.crop, "round")
    assert [options.crop for options in whole.previews] == ["", "round"]


def test_a_preview_that_comes_too_late_is_not_shown(whole: Opened) -> None:
    late = whole.previews[-1]
    choose(whole.dialog.form.crop, "round")
    whole.answer()
    shown = whole.dialog.preview.picture
    whole.dialog.show_preview(PicturePreviewed(late, GREY))
    assert whole.dialog.preview.picture is shown


def test_what_cannot_be_cut_out_is_told_in_place_of_the_preview(whole: Opened) -> None:
    choose(whole.dialog.form.background.kind, "transparent")
    whole.answer(sentence="No face is to be seen.")
    assert whole.dialog.preview.picture is None
    assert whole.dialog.verdict.text() == "No face is to be seen."
    choose(whole.dialog.form.background.kind, "")
    assert whole.dialog.verdict.text() == ""


def test_a_part_is_enlarged_on_request_alone_and_wiped_by_mouse_and_keys(whole: Opened) -> None:
    dialog = whole.dialog
    assert not dialog.part.isVisible()
    choose(dialog.form.enlarge, 2)
    assert whole.parts == []
    QTest.mouseClick(dialog.preview, LEFT, pos=QPoint(dialog.preview.width() // 2, dialog.preview.height() // 2))
    QTest.mouseClick(dialog.part, LEFT)
    assert [(factor, round(x, 2), round(y, 2)) for factor, (x, y) in whole.parts] == [(2, 0.5, 0.5)]
    assert not dialog.part.isEnabled()
    dialog.show_part(PartEnlarged(GREY, GREY))
    assert dialog.preview.is_wiping
    assert dialog.preview.accessibleDescription() == "Before/After divider at 50%"
    QTest.keyClick(dialog.preview, Qt.Key.Key_Left)
    assert dialog.preview.accessibleDescription() == "Before/After divider at 48%"
    QTest.mouseClick(dialog.preview, LEFT, pos=QPoint(dialog.preview.width() // 4, 9))
    assert dialog.preview.accessibleDescription() == "Before/After divider at 25%"
    QTest.mouseClick(dialog.part, LEFT)
    assert not dialog.preview.is_wiping


def test_another_choice_gives_up_the_part_that_is_being_enlarged(whole: Opened) -> None:
    dialog = whole.dialog
    choose(dialog.form.enlarge, 2)
    QTest.mouseClick(dialog.part, LEFT)
    choose(dialog.form.enlarge, 4)
    assert whole.given_up == [True]
    dialog.show_part(PartEnlarged(GREY, GREY))
    assert not dialog.preview.is_wiping
    assert dialog.part.isEnabled()


def test_without_the_network_a_sentence_says_so_and_no_part_is_offered(whole: Opened) -> None:
    whole.dialog.show_no_network("The network that enlarges is not installed.")
    choose(whole.dialog.form.enlarge, 2)
    assert whole.dialog.form.no_network.isVisible()
    assert not whole.dialog.part.isVisible()
    assert whole.dialog.go_on.isEnabled()


def test_a_colour_and_a_picture_are_asked_for_with_their_own_dialogs(whole: Opened, tmp_path: Path) -> None:
    dialog, background = whole.dialog, whole.dialog.form.background
    choose(background.kind, "colour")
    assert dialog.options().cutout == "#ffffff"
    QTest.mouseClick(background.choose, LEFT)
    colours = dialog.findChild(QColorDialog)
    assert colours is not None
    colours.setCurrentColor(QColor("#ff8800"))
    colours.accept()
    assert dialog.options().cutout == "#ff8800"
    choose(background.kind, "picture")
    assert dialog.verdict.text() == "Choose the picture that comes behind the person."
    chooser = dialog.findChild(QFileDialog)
    assert chooser is not None
    chooser.fileSelected.emit(str(tmp_path / "beach & sea.jpg"))
    chooser.close()
    assert dialog.options().cutout == str(tmp_path / "beach & sea.jpg")
    assert background.choose.text() == "beach && sea.jpg"


def test_presets_keep_all_of_it(whole: Opened, settings: Settings) -> None:
    dialog = whole.dialog
    choose(dialog.form.crop, "passport")
    QTest.mouseClick(dialog.presets.keep, LEFT)
    box = dialog.findChild(QInputDialog)
    assert box is not None
    box.setTextValue("passport")
    box.accept()
    choose(dialog.form.crop, "")
    assert dialog.presets.list.currentIndex() == -1
    QTest.keyClick(dialog.presets.list, Qt.Key.Key_Down)
    assert dialog.options() == PictureOptions(crop="passport")
    assert dict(settings.picture_presets) == {"passport": PictureOptions(crop="passport")}


def test_a_size_that_no_list_has_comes_back(qtbot: QtBot, window: QMainWindow, settings: Settings) -> None:
    settings.last_picture = PictureOptions(size=333)
    dialog = Opened(qtbot, window, settings).dialog
    assert (dialog.options().size, dialog.size_box.currentText()) == (333, "333 px")


def test_the_native_size_follows_what_is_made_of_the_picture(whole: Opened) -> None:
    dialog, native = whole.dialog, []
    for field, value in ((dialog.form.enlarge, 4), (dialog.form.crop, "passport")):
        native.append(dialog.size_box.itemText(0))
        choose(field, value)
    dialog.form.dpi.setValue(600)
    assert [*native, dialog.size_box.itemText(0)] == ["256 px (native)", "1024 px", "35 × 45 mm at 600 DPI"]


def test_tab_goes_through_all_fields_from_top_to_bottom(whole: Opened) -> None:
    dialog = whole.dialog
    choose(dialog.form.background.kind, "colour")
    dialog.kind.setFocus()
    visited = [dialog.focusWidget()]
    while len(visited) < 40:
        QTest.keyClick(visited[-1], Qt.Key.Key_Tab)
        if dialog.focusWidget() in visited:
            break
        visited.append(dialog.focusWidget())
    places = [widget.mapTo(dialog, QPoint()).y() for widget in visited]
    assert len(visited) == 13
    assert all(below > above - 12 for above, below in pairwise(places))


def test_everything_has_a_name_and_fits_a_small_screen(whole: Opened) -> None:
    dialog = whole.dialog
    choose(dialog.form.enlarge, 4)
    dialog.show_no_network("The network that enlarges is not installed, so pictures are enlarged by resampling. " * 2)
    assert dialog.size().boundedTo(QSize(1366, 700)) == dialog.size()
    for field in (dialog.kind, dialog.size_box, dialog.form.enlarge, dialog.form.background.kind, dialog.form.dpi):
        assert field.accessibleName()
    for label in dialog.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.minimumSizeHint().width()
    for button in dialog.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= button.minimumSizeHint().width()
