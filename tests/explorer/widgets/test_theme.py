"""The look, as far as it can be measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette

import resources
from explorer.widgets import theme

ICONS = sorted(path.stem for path in (resources.FOLDER / "icons").glob("*.svg"))


def luminance(colour: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted(luminance(QColor(theme.COLOURS[name])) for name in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["window", "panel", "field", "raised", "control", "hover", "stage", "alarm-deep"])
def test_text_is_readable_on_every_ground(ground):
    assert contrast("text", ground) >= 4.5


@pytest.mark.parametrize("ground", ["window", "panel", "field", "stage"])
def test_quiet_text_and_warnings_are_readable_where_they_stand(ground):
    assert contrast("muted", ground) >= 4.5
    assert contrast("warning", ground) >= 4.5


def test_text_on_the_accent_is_readable_and_the_accent_stands_out():
    assert contrast("on-accent", "accent") >= 4.5
    assert contrast("accent", "panel") >= 3
    assert contrast("edge", "panel") >= 2  # grooves


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_is_drawn_at_the_screens_resolution(qapp, name):
    sharp = theme.icon(name).pixmap(QSize(18, 18), 2.0)
    assert sharp.width() == 36
    assert len({sharp.toImage().pixel(x, y) for x in range(36) for y in range(36)}) > 2


def test_the_style_sheet_names_only_colours_and_files_that_are_there(qapp):
    style = theme._style_sheet()
    assert "@" not in style
    files = re.findall(r"url\((.*?)\)", style)
    assert files
    assert all(Path(file).exists() for file in files)


@pytest.fixture
def themed(qapp):
    """The application with our look, which is taken off again."""
    before = QPalette(qapp.palette()), qapp.styleSheet(), qapp.style().objectName()
    theme.apply(qapp)
    yield qapp
    qapp.setStyleSheet(before[1])
    qapp.setStyle(before[2])
    qapp.setPalette(before[0])


def test_applying_the_theme_makes_the_whole_application_dark(themed):
    assert luminance(themed.palette().color(QPalette.ColorRole.Window)) < 0.05
    assert themed.palette().color(QPalette.ColorRole.Highlight) == QColor(theme.COLOURS["accent"])


def test_an_icon_of_what_is_disabled_is_as_faint_as_its_text(themed):
    image = theme.icon("undo").pixmap(QSize(18, 18), 2.0, QIcon.Mode.Disabled).toImage()
    colours = [image.pixelColor(x, y) for x in range(36) for y in range(36)]
    assert {colour.name() for colour in colours if colour.alpha() == 255} == {theme.COLOURS["faint"]}
