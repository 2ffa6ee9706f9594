"""The window through real events: keys, clicks, drops. The controller is a fake that writes down what it is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QTextBrowser

from explorer.compute.jobs import FitComponents, LoadModel
from explorer.control.frame_times import FrameTime
from explorer.control.notify import JobState
from explorer.document.session import Session
from explorer.messages import Failure, ModelFacts, Quality
from explorer.settings import Settings
from explorer.view.image_view import COMING, NO_MODEL
from explorer.view.overlays import RENDERING
from explorer.widgets.number_entry import NumberEntry
from explorer.window.main_window import MainWindow
from generator.progress import Progress
from generator.recipe.recipe import Recipe, Truncation
from tests.support.panel_fixtures import facts
from tests.support.user_events import drop
from tests.support.window_fixtures import LEFT, PLAIN, press, result

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_space_is_a_new_face_also_when_a_slider_has_the_focus(window, controller):
    press(window, Qt.Key.Key_Space)
    window.panels.truncation.psi.setFocus()
    press(window, Qt.Key.Key_Space)
    assert controller.asked == [("new_face", ())] * 2


def test_space_is_a_space_while_typing(window, controller):
    search = window.panels.directions.search
    search.setFocus()
    for key in (Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_B):
        press(window, key)
    assert search.text() == "a b"
    assert controller.asked == []


def test_space_after_a_typed_number_is_a_new_face(window, controller, session):
    entry = window.panels.truncation.psi.findChild(NumberEntry)
    entry.setFocus()
    for key in (Qt.Key.Key_0, Qt.Key.Key_Period, Qt.Key.Key_5, Qt.Key.Key_Return):
        press(window, key)
    press(window, Qt.Key.Key_Space)
    assert session.recipe.truncation.psi == 0.5
    assert controller.asked == [("new_face", ())]


@pytest.mark.parametrize("place", ["psi", "cutoff", "layers"])
def test_letters_are_shortcuts_also_where_numbers_are_typed(window, controller, place):
    window.panels.directions.tabs.setCurrentIndex(1)
    truncation, components = window.panels.truncation, window.panels.directions.components
    psi = truncation.psi.findChild(NumberEntry)
    line = {"psi": psi, "cutoff": truncation.cutoff, "layers": components.first}[place]
    line.setFocus()
    text = line.text()
    for key in (Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_Space):
        press(window, key)
    assert controller.asked == [("pin", ()), ("show_before", (True,)), ("show_before", (False,)), ("new_face", ())]
    assert line.text() == text


def test_space_presses_a_button_that_the_keyboard_reached_but_not_one_that_was_clicked(window, controller, session):
    lock = window.panels.source.lock
    QTest.mouseClick(lock, LEFT)
    assert session.locked
    press(window, Qt.Key.Key_Space)
    assert (session.locked, controller.asked) == (True, [("new_face", ())])
    lock.setFocus(Qt.FocusReason.TabFocusReason)
    press(window, Qt.Key.Key_Space)
    assert (session.locked, controller.asked) == (False, [("new_face", ())])


def test_holding_b_shows_before_and_letting_go_hides_it(window, controller):
    handle = window.windowHandle()
    QTest.keyPress(handle, Qt.Key.Key_B)
    controller.before_ready.emit(result(200))
    assert "before editing" in window.view.accessibleDescription()
    QTest.keyRelease(handle, Qt.Key.Key_B)
    controller.before_ready.emit(None)
    assert "before editing" not in window.view.accessibleDescription()
    assert controller.asked == [("show_before", (True,)), ("show_before", (False,))]


def test_letting_go_of_b_counts_whatever_else_is_held_by_then(window, controller):
    handle = window.windowHandle()
    QTest.keyPress(handle, Qt.Key.Key_B, CTRL)
    assert controller.asked == []
    QTest.keyRelease(handle, Qt.Key.Key_B, CTRL)
    QTest.keyPress(handle, Qt.Key.Key_B)
    QTest.keyRelease(handle, Qt.Key.Key_B, SHIFT)
    assert controller.asked == [("show_before", (True,)), ("show_before", (False,))]


def test_pressing_and_holding_the_before_button_does_the_same(window, controller):
    QTest.mousePress(window.before, LEFT)
    QTest.mouseRelease(window.before, LEFT)
    assert controller.asked == [("show_before", (True,)), ("show_before", (False,))]


@pytest.mark.parametrize(
    ("key", "modifiers", "asked"),
    [
        (Qt.Key.Key_C, CTRL, "copy_image"),
        (Qt.Key.Key_C, CTRL | SHIFT, "copy_latent"),
        (Qt.Key.Key_A, PLAIN, "pin"),
    ],
)
def test_shortcuts_reach_the_controller(window, controller, key, modifiers, asked):
    press(window, key, modifiers)
    assert controller.asked == [(asked, ())]


def test_a_locked_source_says_why_space_does_nothing(window, session):
    session.set_locked(True)
    press(window, Qt.Key.Key_Space)
    assert window.statusBar().currentMessage() == "The source is locked; unlock it for a new face."


def test_undo_redo_and_reset_by_keys(window, session):
    session.edit("Truncation", Recipe(session.recipe.model, session.recipe.source, Truncation(0.3)))
    edited = session.recipe
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.recipe.truncation.psi == 0.7
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert session.recipe == edited
    press(window, Qt.Key.Key_Z, CTRL)
    press(window, Qt.Key.Key_Y, CTRL)
    assert session.recipe == edited
    press(window, Qt.Key.Key_R)
    assert session.recipe == session.neutral


def test_undo_works_while_a_number_has_the_focus(window, session):
    session.edit("Truncation", Recipe(session.recipe.model, session.recipe.source, Truncation(0.3)))
    window.panels.truncation.psi.findChild(NumberEntry).setFocus()
    press(window, Qt.Key.Key_Z, CTRL)
    assert session.recipe.truncation.psi == 0.7


def test_a_file_dropped_on_the_window_or_a_floating_dock_is_opened(window, controller, tmp_path):
    window.docks.directions.setFloating(True)
    for target in (window, window.docks.directions):
        assert drop(target, [QUrl.fromLocalFile(str(tmp_path / "face.png"))])
    assert controller.asked == [("open_file", (str(tmp_path / "face.png"),))] * 2
    assert str(tmp_path / "face.png") not in Settings().recent  # not before it turns out to be a face


def test_no_entry_takes_a_dropped_file_for_text(window):
    assert not any(entry.acceptDrops() for entry in window.findChildren(NumberEntry))
    assert not window.panels.directions.search.acceptDrops()


def test_a_link_dropped_on_the_window_is_opened_but_only_one_to_the_web(window, controller):
    assert drop(window, [QUrl("https://example.org/a b/tiny.pkl")])
    assert controller.asked == [("load_model", ("https://example.org/a%20b/tiny.pkl",))]
    assert not drop(window, [QUrl("ftp://example.org/tiny.pkl"), QUrl("javascript:alert()")])
    assert len(controller.asked) == 1


def test_a_hint_covers_the_window_while_a_file_is_held_over_it(window, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, LEFT, PLAIN)
    QApplication.sendEvent(window, enter)
    assert window._overlay.isVisible()
    assert window._overlay.geometry() == window.rect()
    drop(window, [QUrl.fromLocalFile(str(tmp_path))])
    assert not window._overlay.isVisible()


def test_escape_cancels_what_the_progress_shows_and_only_then(window, controller, notifier):
    press(window, Qt.Key.Key_Escape)
    assert controller.asked == []
    notifier.progress(JobState(1, LoadModel("faces.pkl"), Progress(2, 5, "Reading")))
    assert window.job_bar.isVisible()
    press(window, Qt.Key.Key_Escape)
    assert controller.asked == [("cancel_job", ())]
    notifier.progress(None)
    assert not window.job_bar.isVisible()


def test_a_failure_stands_in_a_bar_and_its_details_can_be_copied(window, notifier):
    notifier.fail(Failure("The disk is full.", "Traceback: no space"))
    assert window.error_bar.isVisible()
    assert window.error_bar.sentence == "The disk is full."
    QTest.mouseClick(window.error_bar.copy, LEFT)
    assert QGuiApplication.clipboard().text() == "The disk is full.\n\nTraceback: no space"
    QTest.mouseClick(window.error_bar.dismiss, LEFT)
    assert not window.error_bar.isVisible()


def test_a_failure_goes_with_the_next_step_but_not_with_what_ends_meanwhile(window, controller, session, notifier):
    steps = (
        lambda: controller.file_read.emit("face.png"),
        lambda: session.set_model(facts()),
        lambda: press(window, Qt.Key.Key_Space),
        window.menu_actions.export_image.trigger,
    )
    for step in steps:
        notifier.fail(Failure("The disk is full."))
        notifier.progress(JobState(1, FitComponents(), Progress(1, 2, "")))
        notifier.progress(None)
        notifier.say("Saved other.png")
        assert window.error_bar.isVisible()
        step()
        assert not window.error_bar.isVisible()


def test_a_failure_of_the_step_itself_stays_in_sight(window, notifier):
    window.menu_actions.copy_image.triggered.connect(lambda: notifier.fail(Failure("It could not be copied.")))
    press(window, Qt.Key.Key_C, CTRL)
    assert window.error_bar.isVisible()


def test_an_image_that_is_long_in_coming_is_said_to_be_rendered_in_the_status_bar(window, controller):
    controller.timed.emit(FrameTime(27_542.0, 0.0, Quality.FULL))
    assert window.readout.speed.text() == "28 s"
    controller.late.emit(True)
    assert window.readout.speed.text() == "rendering …"
    controller.late.emit(False)
    assert window.readout.speed.text() == "28 s"


def test_an_image_that_is_long_in_coming_is_said_to_be_rendered_on_the_one_before(window, controller):
    controller.late.emit(True)
    assert RENDERING in window.view.accessibleDescription()
    controller.late.emit(False)
    assert RENDERING not in window.view.accessibleDescription()


def test_a_window_whose_first_model_never_came_promises_no_face(qtbot, controller, notifier):
    window = MainWindow(Session(), controller, notifier, Settings())
    qtbot.addWidget(window)
    notifier.progress(JobState(1, LoadModel("faces-256.pkl"), Progress(0, 0, "")))
    assert window.view.accessibleDescription() == COMING
    notifier.progress(None)
    assert window.view.accessibleDescription() == NO_MODEL


def test_the_window_is_gone_while_the_last_step_ends(window, controller):
    seen = []
    controller.close = lambda: seen.append(window.isVisible())
    window.close()
    assert seen == [False]


def test_the_status_bar_says_speed_device_precision_size_and_a_fallback(window, controller, session):
    controller.timed.emit(FrameTime(12.54, 61.3, Quality.FULL))
    assert window.readout.speed.text() == "13 ms · 61 fps"
    controller.timed.emit(FrameTime(12.54, 0.0, Quality.FULL))
    assert window.readout.speed.text() == "13 ms"
    assert window.readout.model.text() == "256 px · cpu · float32"
    assert not window.readout.notice.isVisible()
    window.readout.show_model(256, "cpu", "float32", "The GPU failed its test; the CPU draws.")
    assert window.readout.notice.isVisible()
    assert window.readout.notice.toolTip() == "The GPU failed its test; the CPU draws."


def test_nothing_can_be_exported_before_the_first_face(qtbot, session, controller, notifier):
    made = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(made)
    assert not any(action.isEnabled() for action in made.menu_actions.need_a_face)
    controller.frame_ready.emit(result())
    assert all(action.isEnabled() for action in made.menu_actions.need_a_face)


def test_the_a_b_button_pins_and_unpins_and_follows_the_controller(window, controller):
    window.menu_actions.compare.trigger()
    controller.pinned_changed.emit(result(200))
    assert window.menu_actions.compare.isChecked()
    assert "divider" in window.view.accessibleDescription()
    window.menu_actions.compare.trigger()
    controller.pinned_changed.emit(None)
    assert not window.menu_actions.compare.isChecked()
    assert controller.asked == [("pin", ()), ("unpin", ())]


def test_about_says_that_faces_are_synthetic_and_shows_the_models_terms_without_their_html(window, session):
    session.set_model(_with_description("**Non-commercial** <img src='x'>"))
    window.menu_actions.about.trigger()
    text = window.findChild(QDialog).findChild(QTextBrowser).toPlainText()
    assert "Every face here is synthetic." in text
    assert "Non-commercial <img src='x'>" in text


def _with_description(text: str) -> ModelFacts:
    return replace(facts(), description=text)


def test_the_first_hint_goes_for_good_with_the_first_new_face(window, qtbot, session, controller, notifier):
    assert window.hint.isVisible()
    press(window, Qt.Key.Key_Space)
    assert not window.hint.isVisible()
    later = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(later)
    later.show()
    assert not later.hint.isVisible()


def test_closing_remembers_the_docks_and_stops_the_controller(window, qtbot, session, controller, notifier):
    window.docks.noise.close()
    window.close()
    assert controller.asked == [("close", ())]
    later = MainWindow(session, controller, notifier, Settings())
    qtbot.addWidget(later)
    later.show()
    assert later.docks.noise.isHidden()
    later.menu_actions.reset_layout.trigger()
    assert not later.docks.noise.isHidden()


def test_in_a_small_window_the_faders_are_still_whole(window, session):
    session.set_model(facts())
    window.resize(900, 500)
    QApplication.processEvents()
    slider = window.panels.mixing.equaliser.slider(0)
    bottom = slider.mapTo(window, slider.rect().bottomLeft()).y()
    assert slider.height() >= slider.minimumSizeHint().height()
    assert bottom < window.statusBar().geometry().top()


def test_full_screen_and_back(window):
    press(window, Qt.Key.Key_F11)
    assert window.isFullScreen()
    window.showNormal()  # as the desktop may
    assert not window.menu_actions.full_screen.isChecked()
    window.showMaximized()
    press(window, Qt.Key.Key_F11)
    press(window, Qt.Key.Key_F11)
    assert window.isMaximized()


def test_every_dock_can_be_shown_and_hidden_from_the_view_menu(window):
    menu = next(action.menu() for action in window.menuBar().actions() if action.text() == "&View")
    listed = {action.text() for action in menu.actions()}
    assert {dock.windowTitle() for dock in window.docks.all} <= listed


def test_the_title_names_the_face_and_the_model(window, session):
    assert window.windowTitle().startswith("Seed 85 — faces")


def test_all_buttons_and_entries_have_a_name_for_screen_readers(window):
    nameless = [
        button
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
        if not button.objectName().startswith("qt_") and button.metaObject().className() != "QDockWidgetTitleButton"
    ]
    assert nameless == []


def test_the_window_fits_a_small_screen_with_nothing_cut_off(window):
    assert window.minimumSizeHint().width() <= 1366
    assert window.minimumSizeHint().height() <= 720


def test_what_only_makes_it_slower_stands_in_the_status_bar_alone(window, session):
    session.set_model(replace(facts(), remark="No native programs: OUTIS_NATIVE=0 is set."))
    assert window.readout.notice.toolTip() == "No native programs: OUTIS_NATIVE=0 is set."
    assert window.readout.notice.isVisibleTo(window)
    assert not window.error_bar.isVisibleTo(window)
