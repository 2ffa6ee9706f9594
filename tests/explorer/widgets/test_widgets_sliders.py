"""Sliders through real events: what a hand, a wheel and a keyboard do with them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from explorer.widgets.float_control import FloatControl
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.number_entry import NumberEntry
from explorer.widgets.seed_box import SeedBox
from explorer.widgets.slider_track import Groove
from explorer.widgets.vertical_float_slider import VerticalFloatSlider
from generator.recipe.recipe import MAX_SEED
from tests.support.user_events import turn_wheel

LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


def opened(qtbot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.resize(320, widget.sizeHint().height())
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


def groove_of(slider: FloatControl) -> Groove:
    return slider.findChild(Groove)


def entry_of(widget: QWidget) -> NumberEntry:
    return widget.findChild(NumberEntry)


def at(slider: FloatControl, fraction: float) -> QPoint:
    return groove_of(slider).handle_position(fraction).toPoint()


def record(slider: FloatControl) -> list[tuple[float, int]]:
    seen: list[tuple[float, int]] = []
    slider.valueChanged.connect(lambda value: seen.append((value, slider.gesture)))
    return seen


@pytest.fixture(params=[FloatSlider, VerticalFloatSlider])
def slider(request, qtbot) -> FloatControl:
    made = request.param("Age", -5.0, 5.0, step=0.1)
    qtbot.addWidget(made)
    made.resize(320, 240)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_a_drag_is_one_gesture_with_many_values(slider):
    seen = record(slider)
    groove = groove_of(slider)
    QTest.mousePress(groove, LEFT, PLAIN, at(slider, 0.5))
    for fraction in (0.55, 0.6, 0.7, 0.8):
        QTest.mouseMove(groove, at(slider, fraction))
    QTest.mouseRelease(groove, LEFT, PLAIN, at(slider, 0.8))
    values = [value for value, _ in seen]
    assert len(values) >= 4
    assert values == sorted(values)
    assert values[-1] == pytest.approx(3.0, abs=0.1)
    assert len({gesture for _, gesture in seen}) == 1


def test_two_drags_are_two_gestures(slider):
    seen = record(slider)
    for fraction in (0.7, 0.2):
        QTest.mouseClick(groove_of(slider), LEFT, PLAIN, at(slider, fraction))
    assert len({gesture for _, gesture in seen}) == 2


def test_a_click_on_the_groove_jumps_there_and_the_drag_goes_on(slider):
    groove = groove_of(slider)
    QTest.mousePress(groove, LEFT, PLAIN, at(slider, 0.9))
    assert slider.value() == pytest.approx(4.0, abs=0.1)
    QTest.mouseMove(groove, at(slider, 0.1))
    assert slider.value() == pytest.approx(-4.0, abs=0.1)


def test_grabbing_the_handle_off_its_centre_moves_nothing(slider):
    seen = record(slider)
    QTest.mouseClick(groove_of(slider), LEFT, PLAIN, at(slider, 0.5) + QPoint(3, 3))
    assert seen == []


def test_a_drag_beyond_the_end_stops_at_the_end(slider):
    groove = groove_of(slider)
    QTest.mousePress(groove, LEFT, PLAIN, at(slider, 0.5))
    QTest.mouseMove(groove, at(slider, 3.0))
    assert slider.value() == 5.0


def test_a_double_click_resets_within_the_gesture_of_its_first_press(slider):
    slider.setValue(3.0)
    seen = record(slider)
    groove = groove_of(slider)
    spot = at(slider, 0.2)
    QTest.mouseClick(groove, LEFT, PLAIN, spot)
    QTest.mouseDClick(groove, LEFT, PLAIN, spot)
    assert [value for value, _ in seen] == [pytest.approx(-3.0, abs=0.1), 0.0]
    assert seen[0][1] == seen[1][1]


@pytest.mark.parametrize("kind", [FloatSlider, VerticalFloatSlider])
def test_a_double_click_resets_to_the_neutral_value(qtbot, kind):
    slider = opened(qtbot, kind("Psi", -1.0, 2.0, neutral=0.7))
    slider.setValue(1.1)
    QTest.mouseDClick(groove_of(slider), LEFT, PLAIN, at(slider, 0.1))
    assert slider.value() == 0.7


def test_a_typed_value_survives_with_all_its_digits(slider):
    entry = entry_of(slider)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "1.23456789012")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert slider.value() == 1.23456789012
    groove_of(slider).setFocus()
    assert entry.text() == "1.23"
    entry.setFocus()
    assert entry.text() == "1.23456789012"
    groove_of(slider).setFocus()
    assert slider.value() == 1.23456789012


def test_visiting_the_entry_changes_nothing(slider):
    slider.setValue(0.123456)
    seen = record(slider)
    entry_of(slider).setFocus()
    groove_of(slider).setFocus()
    assert (slider.value(), seen) == (0.123456, [])


def test_a_click_into_a_number_takes_it_whole_and_a_second_one_puts_the_cursor(slider):
    entry = entry_of(slider)
    middle = entry.rect().center()
    QTest.mouseClick(entry, LEFT, PLAIN, middle)
    QTest.keyClicks(entry, "2")
    assert entry.text() == "2"
    QTest.keyClick(entry, Qt.Key.Key_Return)
    QTest.mouseClick(entry, LEFT, PLAIN, middle)
    assert not entry.hasSelectedText()
    QTest.mouseDClick(entry, LEFT, PLAIN, middle)
    assert entry.selectedText() == entry.text() == "2.00"


def test_text_that_is_no_number_is_dropped(slider):
    slider.setValue(2.0)
    entry = entry_of(slider)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "1-2-")
    assert entry.property("invalid") is True
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert (slider.value(), entry.text(), entry.property("invalid")) == (2.0, "2.00", False)


def test_a_typed_value_stays_in_the_range_but_a_set_one_is_shown_as_it_is(slider):
    entry = entry_of(slider)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, "99")
    QTest.keyClick(entry, Qt.Key.Key_Return)
    assert slider.value() == 5.0
    slider.setValue(8.25)
    assert (slider.value(), entry.text()) == (8.25, "8.25")


def test_set_value_is_silent(slider):
    seen = record(slider)
    slider.setValue(2.0)
    assert seen == []


def test_arrow_keys_step_shift_finely_ctrl_coarsely(slider):
    groove = groove_of(slider)
    groove.setFocus()
    QTest.keyClick(groove, Qt.Key.Key_Up)
    assert slider.value() == 0.1
    QTest.keyClick(groove, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert slider.value() == 0.11
    QTest.keyClick(groove, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert slider.value() == -0.89


def test_home_end_and_delete_go_to_the_ends_and_back(slider):
    groove = groove_of(slider)
    groove.setFocus()
    reached = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete):
        QTest.keyClick(groove, key)
        reached.append(slider.value())
    assert reached == [-5.0, 5.0, 0.0]


def test_a_quick_run_of_steps_is_one_gesture_and_a_press_ends_it(slider):
    seen = record(slider)
    groove = groove_of(slider)
    groove.setFocus()
    for _ in range(3):
        QTest.keyClick(groove, Qt.Key.Key_Up)
    turn_wheel(groove, 1)
    assert len({gesture for _, gesture in seen}) == 1
    QTest.mouseClick(groove, LEFT, PLAIN, at(slider, 0.9))
    turn_wheel(groove, 1)
    assert len({gesture for _, gesture in seen}) == 3


def test_the_wheel_scrolls_the_list_under_a_passing_pointer(qtbot):
    area = QScrollArea()
    content = QWidget()
    column = QVBoxLayout(content)
    sliders = [FloatSlider(f"Direction {i}", -5, 5) for i in range(40)]
    for each in sliders:
        column.addWidget(each)
    area.setWidget(content)
    opened(qtbot, area)
    assert not turn_wheel(groove_of(sliders[1]), -1)  # the first has the focus
    assert sliders[1].value() == 0.0


def test_the_wheel_steps_a_slider_under_a_resting_pointer(slider, monkeypatch):
    monkeypatch.setattr("explorer.widgets.slider_track.REST_MS", 0)
    QTest.mouseMove(groove_of(slider), at(slider, 0.8))
    assert turn_wheel(groove_of(slider), 2)
    assert slider.value() == 0.2


def test_the_wheel_steps_a_focused_slider(slider):
    groove_of(slider).setFocus()
    assert turn_wheel(groove_of(slider), -1)
    assert slider.value() == -0.1


def test_every_part_has_a_name_for_screen_readers(slider):
    slider.setValue(1.25)
    assert groove_of(slider).accessibleName() == "Age"
    assert groove_of(slider).accessibleDescription() == "1.25, -5 to 5"
    assert entry_of(slider).accessibleName() == "Age, exact value"


def test_the_highest_seed_can_be_typed(qtbot):
    box = opened(qtbot, SeedBox())
    with qtbot.waitSignal(box.valueChanged) as told:
        entry_of(box).setFocus()
        entry_of(box).selectAll()
        QTest.keyClicks(entry_of(box), "4294967295")
        QTest.keyClick(entry_of(box), Qt.Key.Key_Return)
    assert told.args == [MAX_SEED]
    assert box.value() == MAX_SEED
    assert entry_of(box).text() == "4294967295"


@pytest.mark.parametrize("text", ["4294967296", "-1", "1.5", "²", "9" * 5000, ""])
def test_what_is_no_seed_is_dropped(qtbot, text):
    box = opened(qtbot, SeedBox())
    box.setValue(85)
    entry_of(box).setFocus()
    entry_of(box).setText(text)
    entry_of(box).setModified(True)
    QTest.keyClick(entry_of(box), Qt.Key.Key_Return)
    assert (box.value(), entry_of(box).text()) == (85, "85")


def test_a_seed_steps_by_one_and_stops_at_the_ends(qtbot):
    box = opened(qtbot, SeedBox())
    entry_of(box).setFocus()
    QTest.keyClick(entry_of(box), Qt.Key.Key_Down)
    assert box.value() == 0
    QTest.keyClick(entry_of(box), Qt.Key.Key_Up)
    turn_wheel(entry_of(box), 1, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert box.value() == 11
    box.setValue(MAX_SEED)
    QTest.keyClick(entry_of(box), Qt.Key.Key_Up)
    assert box.value() == MAX_SEED


def test_a_trackpads_small_turns_add_up_to_steps_of_a_seed(qtbot):
    box = opened(qtbot, SeedBox())
    box.setValue(85)
    entry_of(box).setFocus()
    reached = []
    for _ in range(20):
        turn_wheel(entry_of(box), 0.1)
        reached.append(box.value())
    assert reached == [85] * 9 + [86] * 10 + [87]
    turn_wheel(entry_of(box), 0.5)
    turn_wheel(entry_of(box), -0.5)
    turn_wheel(entry_of(box), -0.5)
    assert box.value() == 86


def test_a_wheel_that_turns_sideways_or_not_at_all_steps_nothing_and_takes_no_half_typed_number(qtbot, slider):
    box = opened(qtbot, SeedBox())
    box.setValue(85)
    entry_of(box).setFocus()
    entry_of(box).selectAll()
    QTest.keyClicks(entry_of(box), "12")
    turn_wheel(entry_of(box), 0.0)
    turn_wheel(entry_of(box), 0.0, sideways=1.0)
    turn_wheel(entry_of(box), 0.1)
    assert (box.value(), entry_of(box).text()) == (85, "12")
    seen = record(slider)
    slider.activateWindow()
    groove_of(slider).setFocus()
    turn_wheel(groove_of(slider), 0.0)
    turn_wheel(groove_of(slider), 0.0, sideways=1.0)
    assert seen == []


def test_alt_turns_the_wheel_sideways_and_still_steps(slider):
    groove_of(slider).setFocus()
    turn_wheel(groove_of(slider), 0.0, modifiers=Qt.KeyboardModifier.AltModifier, sideways=1.0)
    assert slider.value() == 0.1


def test_a_slider_gains_detail_on_a_screen_of_twice_the_resolution(slider):
    rendered = {}
    for ratio in (1, 2):
        rendered[ratio] = QImage(slider.size() * ratio, QImage.Format.Format_RGB32)
        rendered[ratio].setDevicePixelRatio(ratio)
        slider.render(rendered[ratio])
    blown_up = rendered[1].scaled(slider.size() * 2)
    blown_up.setDevicePixelRatio(2)
    assert rendered[2] != blown_up


def test_the_longest_number_that_may_be_typed_is_shown_whole(qtbot):
    slider = opened(qtbot, FloatSlider("Age", -4.0, 4.0, reach=16.0))
    slider.setValue(-20.0)
    entry = entry_of(slider)
    margins = entry.width() - entry.contentsRect().width() + 8  # px; a style's own on both sides of the text
    assert entry.fontMetrics().horizontalAdvance(entry.text()) + margins <= entry.width()


@pytest.mark.parametrize("kind", [FloatSlider, VerticalFloatSlider])
def test_a_value_beyond_the_groove_is_marked_by_an_arrow_in_words_and_in_the_tooltip(qtbot, kind):
    slider = kind("Age", -5.0, 5.0)
    slider.setToolTip("younger ↔ older")
    slider = opened(qtbot, slider)
    groove = groove_of(slider)
    looks = []
    for value in (5.0, 7.25, -7.25):
        slider.setValue(value)
        looks.append(groove.grab().toImage())
        beyond = abs(value) > 5
        assert groove.accessibleDescription().endswith("-5 to 5, beyond the slider" if beyond else "-5 to 5")
        assert groove.toolTip() == (f"{value:.2f} is beyond the slider (-5 to 5)" if beyond else "")
    at_the_end, above, _ = looks
    assert at_the_end != above
    slider.setValue(5.0)
    assert groove.grab().toImage() == at_the_end


def test_the_arrow_of_a_value_beyond_the_groove_points_out_of_it(qtbot):
    slider = opened(qtbot, FloatSlider("Age", -5.0, 5.0))
    groove = groove_of(slider)
    reached = []
    for value in (5.0, 9.0):
        slider.setValue(value)
        image, middle = groove.grab().toImage(), groove.height() // 2
        bright = [x for x in range(image.width()) if QColor(image.pixel(x, middle)) == image_text(groove)]
        reached.append(max(bright))
    assert reached[1] > reached[0]


def image_text(widget: QWidget) -> QColor:
    return widget.palette().color(QPalette.ColorRole.Text)
