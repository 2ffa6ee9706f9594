"""The panel that looks closer: six rows, the place of each, and what cannot be judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from explorer.messages import LookedCloser, ShownCue, ShownSpectrum
from explorer.panels.closer_panel import CloserPanel
from generator.recipe.recipe import Recipe

CROP = np.full((128, 128, 3), 90, np.uint8)
HEAT = np.full((256, 256), 200, np.uint8)
TEETH = ShownCue("teeth", "Teeth", "Look at them.", "They vary.", "", 97.0, 40.0, True, CROP, HEAT)
FLAT = np.zeros(128, np.float32)
SPECTRUM = ShownSpectrum(FLAT + 6, (FLAT - 5, FLAT + 5), (FLAT - 3, FLAT + 2), 0.0, 0.25)
EYES = ShownCue("eyes", "Eyes", "Look at them.", "They vary.", "The eyes are shut.")


@pytest.fixture
def panel(qtbot: QtBot) -> CloserPanel:
    made = CloserPanel()
    qtbot.addWidget(made)
    made.resize(320, 500)
    made.show_looked(looked(TEETH, EYES))
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: all(row.isVisible() for row in made.rows))
    return made


def looked(*cues: ShownCue, compared: bool = True) -> LookedCloser:
    return LookedCloser(Recipe(), cues, compared)


def test_each_cue_says_how_unusual_it_is_or_why_nobody_can_tell(panel: CloserPanel) -> None:
    panel.show_looked(looked(TEETH, EYES))
    assert [row.said.text() for row in panel.rows] == ["97 %", "–"]
    assert "97 % of photographs and 40 % of this model's faces" in panel.rows[0].header.accessibleName()
    assert "The eyes are shut." in panel.rows[1].text.text()


def test_a_weak_row_says_so_before_and_after_it_is_opened(panel: CloserPanel) -> None:
    panel.show_looked(looked(replace(TEETH, weak="A weak row: chance."), EYES))
    first, second = panel.rows
    assert [first.header.text(), second.header.text()] == ["Teeth (weak)", "Eyes"]
    assert "A weak row: chance." in first.text.text()
    assert first.toolTip().endswith("A weak row: chance.")


def test_an_opened_row_asks_for_its_place_and_closes_the_other(panel: CloserPanel, qtbot: QtBot) -> None:
    panel.show_looked(looked(TEETH, EYES))
    for place, cue in enumerate((TEETH, EYES)):
        with qtbot.waitSignal(panel.place_asked) as asked:
            QTest.mouseClick(panel.rows[place].header, Qt.MouseButton.LeftButton)
        assert asked.args == [cue]
        assert [row.body.isVisibleTo(panel) for row in panel.rows] == [place == 0, place == 1]


def test_an_open_row_stays_open_for_the_next_face_and_closes_on_a_second_click(
    panel: CloserPanel, qtbot: QtBot
) -> None:
    panel.show_looked(looked(TEETH, EYES))
    QTest.mouseClick(panel.rows[0].header, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.place_asked) as asked:
        panel.show_looked(looked(TEETH, EYES))
    assert asked.args == [TEETH]
    with qtbot.waitSignal(panel.place_asked) as asked:
        QTest.mouseClick(panel.rows[0].header, Qt.MouseButton.LeftButton)
    assert asked.args == [None]
    assert not panel.rows[0].body.isVisibleTo(panel)


def test_what_is_worth_a_look_is_painted_in_another_colour(panel: CloserPanel) -> None:
    panel.show_looked(looked(TEETH))
    flagged = panel.rows[0].bar.grab().toImage()
    panel.show_looked(looked(ShownCue(**{**vars(TEETH), "flagged": False})))
    assert panel.rows[0].bar.grab().toImage() != flagged


def test_comparing_is_offered_only_where_it_has_not_been_done(panel: CloserPanel, qtbot: QtBot) -> None:
    panel.show_looked(looked(TEETH))
    assert not panel.compare.isVisible()
    panel.show_looked(looked(TEETH, compared=False))
    with qtbot.waitSignal(panel.comparison_asked):
        QTest.mouseClick(panel.compare, Qt.MouseButton.LeftButton)


def test_the_spectrum_is_a_curve_beside_photographs_and_its_row_closes_the_others(
    panel: CloserPanel, qtbot: QtBot
) -> None:
    assert not panel.spectrum.isVisible()
    panel.show_looked(replace(looked(TEETH, EYES), spectrum=SPECTRUM))
    assert "more at 25 %" in panel.spectrum.toolTip()
    QTest.mouseClick(panel.rows[0].header, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.place_asked) as asked:
        QTest.mouseClick(panel.spectrum.header, Qt.MouseButton.LeftButton)
    assert (asked.args, panel.rows[0].is_open) == ([None], False)
    qtbot.waitUntil(lambda: panel.spectrum.curve.plot is not None)
    plot = panel.spectrum.curve.plot
    qtbot.waitUntil(lambda: plot.curve.yData is not None)  # type: ignore[union-attr]
    assert plot.curve.yData.tolist() == [6.0] * 128  # type: ignore[union-attr]
    assert [edge.yData[0] for edge in (*plot.real, *plot.own)] == [-5, 5, -3, 2]  # type: ignore[union-attr]


def test_without_a_spectrum_there_is_no_row_of_it(panel: CloserPanel) -> None:
    panel.show_looked(replace(looked(TEETH), spectrum=SPECTRUM))
    assert panel.spectrum.isVisible()
    panel.show_looked(looked(TEETH))
    assert not panel.spectrum.isVisible()


def test_no_percentage_is_cut_however_narrow_the_panel(panel: CloserPanel, qtbot: QtBot) -> None:
    panel.show_looked(looked(replace(TEETH, title="Water droplets", weak="A weak row: chance."), EYES))
    panel.resize(100, 300)
    said = panel.rows[0].said
    area = panel.findChild(QScrollArea)
    qtbot.waitUntil(lambda: said.mapTo(area, said.rect().bottomRight()).x() <= area.viewport().width(), timeout=3000)
