"""The dialog of a video: what is possible with each format, what is said of the rest, and what it remembers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.dialogs.export_video import KINDS, ExportVideoDialog, VideoChoice
from explorer.settings import Settings
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Recipe
from generator.video.options import VideoOptions

TIMELINE = Timeline().with_face(Recipe()).with_face(Recipe())  # two seconds
Make = Callable[..., ExportVideoDialog]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def make(qtbot: QtBot, settings: Settings) -> Make:
    def made(timeline: Timeline = TIMELINE) -> ExportVideoDialog:
        dialog = ExportVideoDialog(timeline, 256, settings)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return made


def choose(dialog: ExportVideoDialog, suffix: str) -> None:
    dialog.kind.setCurrentIndex([kind.suffix for kind in KINDS].index(suffix))


@pytest.mark.parametrize(
    ("suffix", "quality", "loops", "sound"),
    [
        ("mp4", True, False, True),
        ("webm", True, False, True),
        ("gif", False, True, False),
        ("webp", True, True, False),
        ("png", False, True, False),
        ("", False, False, False),
    ],
)
def test_only_what_a_format_has_can_be_chosen(make: Make, suffix: str, quality: bool, loops: bool, sound: bool) -> None:
    dialog = make()
    choose(dialog, suffix)
    enabled = dialog.quality.isEnabled(), dialog.loops.isEnabled(), dialog.choose_sound.isEnabled()
    assert enabled == (quality, loops, sound)
    assert dialog.go_on.text() == ("Choose file …" if suffix else "Choose folder …")


def test_what_is_impossible_is_said_and_cannot_be_accepted(make: Make) -> None:
    dialog = make()
    choose(dialog, "gif")
    dialog.fps.setValue(60)
    assert "60" in dialog.verdict.text()
    assert not dialog.go_on.isEnabled()
    dialog.fps.setValue(20)
    assert "40" in dialog.verdict.text()  # frames
    assert dialog.go_on.isEnabled()


def test_a_sound_is_of_this_timeline_and_goes_only_into_formats_that_have_one(make: Make) -> None:
    dialog, chosen = make(), list[VideoChoice]()
    dialog.chosen.connect(chosen.append)
    dialog._take_sound("/music/song.mp3")
    QTest.keyClick(dialog.fits_sound, Qt.Key.Key_Space)
    assert dialog.sound.text() == "song.mp3"
    choose(dialog, "gif")
    assert dialog.options().sound == ""
    choose(dialog, "webm")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert (chosen[0].options.sound, chosen[0].fits_sound, chosen[0].on_beats) == ("/music/song.mp3", True, False)
    assert make().options().sound == ""


def test_it_begins_with_the_last_choice(make: Make, settings: Settings) -> None:
    dialog = make()
    choose(dialog, "webp")
    dialog.fps.setValue(24)
    dialog.quality.setValue(55)
    dialog.size_box.setCurrentIndex(dialog.size_box.findData(1024))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    again = make()
    assert again.kind.currentData().suffix == "webp"
    assert again.options() == VideoOptions(fps=24, quality=55, size=1024)


@pytest.mark.parametrize(
    "kept", [None, 3, {}, {"suffix": "exe", "options": {"fps": "30"}}, {"suffix": 1, "options": []}]
)
def test_damaged_settings_count_as_none(make: Make, settings: Settings, kept: Any) -> None:
    settings._values["last_video"] = kept
    assert make().options() == VideoOptions()
