"""A training and the main window: opened from it, shown beside it, saved before it goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from explorer.compute.training_results import RunRead
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.settings import Settings
from explorer.training.child_process import Child
from explorer.training.new_training_dialog import NewTrainingDialog
from explorer.training.run import TrainingOptions, TrainingRun
from explorer.window.main_window import MainWindow
from generator import checkpoint
from generator.training.history import History
from tests.support.training_fixtures import QUICK, shapes, train_for
from tests.support.training_window_fixtures import FAKE, SAMPLES, SNAPSHOT, START, STEP, pictures, wish
from tests.support.window_fixtures import FakeController

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def main(qtbot):
    window = MainWindow(Session(), FakeController(), Notifier(), Settings())
    qtbot.addWidget(window)
    window.show()
    return window


def test_an_old_training_is_opened_with_its_curves_and_is_recent_then(main, tmp_path):
    main.trainings.open(str(tmp_path))
    assert main._controller.asked == [("read_training", (str(tmp_path),))]
    history = History.of(json.dumps(event) for event in (START, STEP, SAMPLES, SNAPSHOT))
    main._controller.training_read.emit(RunRead(str(tmp_path), history))
    window = main.trainings.window
    assert window.isVisible()
    assert list(window.plots.curves["loss_g"].getData()[1]) == [1.5]
    assert ("read_samples", (str(tmp_path / "samples/00000640.png"),)) in main._controller.asked
    assert Settings().recent_trainings == (str(tmp_path),)
    QTest.mouseClick(window.open_model, LEFT)
    assert main._controller.asked[-1] == ("open_file", (str(tmp_path / "snapshots/00000640.safetensors"),))
    assert main.isActiveWindow()  # where its picture is
    main.close()
    assert main.trainings.window is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(window)  # a plot that is there when the application is gone crashes the process


def test_the_window_of_a_training_stays_while_a_contact_sheet_keeps_outis_open(main, tmp_path):
    window = main.trainings.adopt(TrainingRun(str(tmp_path))) and main.trainings.window
    main._controller.makes_sheet = True
    main.close()
    assert main.isVisible()
    assert main.trainings.window is window
    assert window.isVisible()
    box = main.findChild(QMessageBox, "askToClose")
    QTest.mouseClick(next(button for button in box.buttons() if button.text() == "Stop and close"), LEFT)
    assert (main.isVisible(), main.trainings.window) == (False, None)


def test_a_folder_that_is_no_training_is_told_in_the_main_window(main):
    main._controller.training_read.emit(RunRead("/x", error="/x contains no journal.jsonl; choose another."))
    assert main.error_bar.sentence.startswith("/x contains no journal.jsonl")
    assert main.trainings.window is None


def test_a_training_is_recent_from_its_beginning_on_until_it_cannot_be_opened(qtbot, main, tmp_path):
    folder = str(tmp_path / "cats")
    run = main.trainings.adopt(TrainingRun(folder, make_child=lambda parent: Child(parent, FAKE)))
    run.start(wish(tmp_path))
    assert Settings().recent_trainings == ()
    with qtbot.waitSignal(run.begun):
        run.child._process.write(f"{json.dumps(START)}\n".encode())
    assert Settings().recent_trainings == (folder,)
    with qtbot.waitSignal(run.ended):
        run.stop()
    main._controller.training_read.emit(RunRead(folder, error=f"{folder} contains no journal.jsonl."))
    assert Settings().recent_trainings == ()


def test_outis_closes_only_when_the_running_training_is_saved(qtbot, main, tmp_path):
    run = main.trainings.adopt(TrainingRun(str(tmp_path), make_child=lambda parent: Child(parent, FAKE)))
    run.resume()
    main.close()
    assert main.isVisible()
    box = main.findChild(QMessageBox, "askToClose")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert run.runs
    main.close()
    box = [box for box in main.findChildren(QMessageBox) if box.isVisible()][-1]
    QTest.mouseClick(next(button for button in box.buttons() if button.text() == "Stop and close"), LEFT)
    assert main.isVisible()
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=60_000)
    assert not run.runs
    assert main._controller.asked[-1] == ("close", ())


def test_the_system_closes_outis_without_a_question_once_the_training_is_saved(qtbot, main, tmp_path):
    run = main.trainings.adopt(TrainingRun(str(tmp_path), make_child=lambda parent: Child(parent, FAKE)))
    run.resume()
    main.leave()
    assert main.findChild(QMessageBox, "askToClose") is None
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=60_000)
    assert not run.runs
    assert main._controller.asked[-1] == ("close", ())


def test_a_real_training_goes_on_in_the_window_to_its_end_and_its_model_opens(qtbot, main, tmp_path):
    folder = tmp_path / "run"
    train_for(11, QUICK, shapes(tmp_path, 24, 16), folder)
    run = main.trainings.adopt(TrainingRun(str(folder)))
    failures: list[object] = []
    run.failed.connect(failures.append)
    run.resume()
    qtbot.waitUntil(lambda: not run.runs, timeout=60_000)
    window = main.trainings.window
    assert (failures, window.error_bar.isVisible()) == ([], False)
    assert run.history.end.reason == "done"
    assert "64 of 64 images" in window.status.text()
    assert len(window.plots.curves["loss_g"].getData()[0]) > 1
    QTest.mouseClick(window.open_model, LEFT)
    asked, (path,) = main._controller.asked[-1]
    assert asked == "open_file"
    assert checkpoint.load(Path(path)).config.img_resolution == 16


def test_a_new_training_is_asked_for_with_its_numbers(main, tmp_path):
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    assert not dialog.go_on.isEnabled()
    source = pictures(tmp_path)
    dialog.source.setText(source)
    dialog.run.setText(str(tmp_path / "cats"))
    dialog.resolution.setCurrentText("16 px")
    dialog.images.setValue(2000)
    dialog.by_folder.click()
    wishes: list[TrainingOptions] = []
    dialog.chosen.disconnect()
    dialog.chosen.connect(wishes.append)
    assert "on the CPU" in dialog.estimate.text()
    dialog.accept()
    assert wishes == [TrainingOptions(source, str(tmp_path / "cats"), "small", 16, 2000, 0, "", 1000, True)]
    assert "--classes-from-folders" in wishes[0].preparing()


@pytest.mark.parametrize(
    ("source", "run", "told"),
    [
        ("", "r", "Choose"),
        ("gone", "r", "gone does not exist"),
        ("old/none", "r", "none contains no files"),
        ("pictures", "pictures", "different folders"),
        ("pictures", "pictures/r", "inside the folder of the images"),
        ("pictures", "old", "already"),
        ("pictures", "full", "full is not empty"),
        ("pictures", "full/note", "note is not empty"),
        ("pictures", "gone/r", "gone does not exist"),
        ("pictures", "full/note/r", "note does not exist"),
        ("pictures", "loop", "loop"),
        ("pictures", "taken", "taken-data, which already exists"),
    ],
)
def test_what_cannot_be_trained_on_is_told_before_anything_starts(main, tmp_path, source, run, told):
    pictures(tmp_path)
    (tmp_path / "old" / "none").mkdir(parents=True)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "taken-data").mkdir()
    (tmp_path / "taken-data" / "diary.txt").touch()
    (tmp_path / "old" / "journal.jsonl").touch()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note").touch()
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    dialog.source.setText(source and str(tmp_path / source))
    dialog.run.setText(str(tmp_path / run))
    assert told in dialog.verdict.text()
    assert not dialog.go_on.isEnabled()


def test_what_is_typed_becomes_an_absolute_path(main, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pictures(tmp_path)
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    dialog.source.setText("pictures")
    dialog.run.setText("./cats/ ")
    wishes: list[TrainingOptions] = []
    dialog.chosen.disconnect()
    dialog.chosen.connect(wishes.append)
    dialog.accept()
    assert [(wish.source, wish.run) for wish in wishes] == [(str(tmp_path / "pictures"), str(tmp_path / "cats"))]


def test_what_came_in_the_way_while_the_dialog_stood_is_told_when_it_is_to_start(main, tmp_path):
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    dialog.source.setText(pictures(tmp_path))
    dialog.run.setText(str(tmp_path / "cats"))
    (tmp_path / "cats").touch()
    dialog.accept()
    assert dialog.isVisible()
    assert "not empty" in dialog.verdict.text()


def test_the_dialog_offers_no_device_that_a_training_refuses(main):
    main.trainings.ask_new()
    device = main.findChild(NewTrainingDialog).device
    assert [device.itemData(index) for index in range(device.count())] == ["", "cpu", "cuda"]
