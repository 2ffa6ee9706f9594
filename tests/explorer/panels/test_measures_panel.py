"""The panel of measures: rows in groups, the place among the model's faces, and what is copied."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from explorer.messages import FaceMeasured, MeasuredValue
from explorer.panels.measures_panel import NO_FACE, MeasuresPanel
from generator.recipe.recipe import Recipe

YAW = MeasuredValue("yaw", "Left/right", "Pose", "12.3°", "head turned", 0.9, 0.8, (0.2, 1.0, 0.4))
SMILE = MeasuredValue("smile", "Smile", "Mouth", "0.04", "lip corners")


@pytest.fixture
def panel(qtbot: QtBot) -> MeasuresPanel:
    made = MeasuresPanel()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def measured(*values: MeasuredValue, compared: bool = True) -> FaceMeasured:
    return FaceMeasured(Recipe(), values, compared)


def test_every_measure_stands_in_its_group_with_its_value(panel: MeasuresPanel) -> None:
    panel.show_measured(measured(YAW, SMILE))
    groups = [panel.rows.topLevelItem(i) for i in range(panel.rows.topLevelItemCount())]
    assert [group.text(0) for group in groups] == ["Pose", "Mouth"]
    assert panel.text() == "Left/right\t12.3°\nSmile\t0.04"


def test_the_tooltip_tells_the_place_among_the_models_faces(panel: MeasuresPanel) -> None:
    panel.show_measured(measured(YAW))
    item = panel.rows.topLevelItem(0).child(0)
    assert item.toolTip(0) == "Left/right: head turned. Higher than 90% of this model's faces"


def test_the_curve_and_its_mark_are_painted(panel: MeasuresPanel, qtbot: QtBot) -> None:
    panel.show_measured(measured(SMILE))
    rect = panel.rows.visualItemRect(panel.rows.topLevelItem(0).child(0))
    plain = panel.rows.viewport().grab(rect).toImage()
    panel.show_measured(
        measured(MeasuredValue(**{**vars(SMILE), "share_below": 0.9, "curve": YAW.curve, "place": 0.8}))
    )
    assert panel.rows.viewport().grab(rect).toImage() != plain


def test_a_selected_row_stays_selected_while_values_change(panel: MeasuresPanel) -> None:
    panel.show_measured(measured(YAW, SMILE))
    item = panel.rows.topLevelItem(1).child(0)
    panel.rows.setCurrentItem(item)
    panel.show_measured(measured(YAW, replace(SMILE, value="0.07")))
    assert panel.rows.currentItem() is item
    assert item.text(1) == "0.07"


def test_a_picture_without_a_face_says_so(panel: MeasuresPanel) -> None:
    panel.show_measured(measured(YAW))
    panel.show_measured(measured())
    assert panel.hint.isVisible()
    assert panel.hint.text() == NO_FACE
    assert panel.text() == ""


def test_comparing_is_offered_only_where_it_has_not_been_done(panel: MeasuresPanel, qtbot: QtBot) -> None:
    panel.show_measured(measured(YAW))
    assert not panel.compare.isVisible()
    panel.show_measured(measured(SMILE, compared=False))
    with qtbot.waitSignal(panel.distribution_asked):
        QTest.mouseClick(panel.compare, Qt.MouseButton.LeftButton)


def test_all_rows_are_copied_as_text(panel: MeasuresPanel) -> None:
    panel.show_measured(measured(YAW, SMILE))
    panel.rows.setFocus()
    QTest.keyClick(panel.rows, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == panel.text()
