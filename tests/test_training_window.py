"""The window of a training, and the process behind it: a fake `outis` that says what the test has it say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMessageBox
from test_main_window import FakeController

from explorer.dialogs.new_training import PRESETS, NewTrainingDialog
from explorer.main_window import MainWindow
from explorer.notify import Notifier
from explorer.session import Session
from explorer.settings import Settings
from explorer.training import places
from explorer.training.child import Child
from explorer.training.history import History
from explorer.training.reading import ReadRun, ReadSamples
from explorer.training.results import RunRead, SamplesRead
from explorer.training.run import Phase, TrainingRun, TrainingWish
from explorer.training.window import TrainingWindow
from generator import checkpoint
from generator.progress import finish
from generator.training.settings import PRESETS as training_presets
from tests.training_fixtures import QUICK, shapes, train_for

FAKE = (sys.executable, str(Path(__file__).with_name("fake_training.py")))
PLACE = "choose another place for the training."
LEFT = Qt.MouseButton.LeftButton
STEP = {
    "kind": "step", "images": 640, "resolution": 64, "fade": 1.0, "loss_g": 1.5, "loss_d": 0.7, "r1": None,
    "real_sign": 0.2, "augment": 0.1, "images_per_second": 40.0, "seconds": 16.0,
}  # fmt: skip
START = {"kind": "start", "run": "cats", "images": 0, "total_images": 6400, "settings": {}}
SAMPLES = {"kind": "samples", "images": 640, "path": "samples/00000640.png"}
SNAPSHOT = {"kind": "snapshot", "images": 640, "path": "snapshots/00000640.safetensors", "frechet": 12.5}


class Stage:
    """A training whose processes are fakes, and what they were started with."""

    def __init__(self, folder: Path) -> None:
        self.children: list[Child] = []
        self.lines: list[str] = []
        self.run = TrainingRun(str(folder), make_child=self._make)
        self.window = TrainingWindow(self.run)

    def _make(self, parent: object) -> Child:
        child = Child(self.run, FAKE)
        child.line.connect(self.lines.append)
        self.children.append(child)
        return child

    def say(self, *events: dict[str, object]) -> None:
        for event in events:
            self.tell(json.dumps(event))

    def tell(self, line: str) -> None:
        self.children[-1]._process.write(f"{line}\n".encode())

    def arguments(self, qtbot, count: int = 1) -> list[str]:
        qtbot.waitUntil(lambda: sum("arguments" in line for line in self.lines) >= count)
        return next(json.loads(line)["arguments"] for line in reversed(self.lines) if "arguments" in line)


@pytest.fixture
def stage(qtbot, tmp_path):
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "settings.json").touch()  # as a training leaves it
    made = Stage(tmp_path / "cats")
    qtbot.addWidget(made.window)
    made.window.show()
    yield made
    if made.run.runs:
        with qtbot.waitSignal(made.run.ended):
            made.tell("#exit 0 ")


def wish(tmp_path: Path, prepared: bool = True) -> TrainingWish:
    data = tmp_path / "images"
    data.mkdir(exist_ok=True)
    if prepared:
        (data / "manifest.json").touch()
    return TrainingWish(str(data), str(tmp_path / "cats"), "small", 32, 6400, 16, "cpu")


def test_a_training_is_started_with_what_was_wished_and_shown_as_it_goes(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    expected = ["train", str(tmp_path / "images"), str(tmp_path / "cats"), "--preset", "small", "--json"]
    expected += ["--resolution", "32", "--images", "6400", "--batch", "16", "--device", "cpu"]
    assert stage.arguments(qtbot) == expected
    wanted: list[str] = []
    stage.window.samples_wanted.connect(wanted.append)
    stage.say(START, STEP, SAMPLES, SNAPSHOT)
    qtbot.waitUntil(lambda: wanted == [str(tmp_path / "cats/samples/00000640.png")])
    assert stage.window.text.startswith("Training   ·   64 px   ·   640 of 6,400 images   ·   40 images/s")
    assert stage.window.bar.value() == 100
    assert list(stage.window.plots.curves["frechet"].getData()[1]) == [12.5]
    for plot in stage.window.plots.plots:
        (left, right), _ = plot.viewRange()
        assert left <= 0 < 0.64 <= right < 1
    assert stage.window.stop.isEnabled()
    assert not stage.window.resume.isEnabled()


def test_stop_saves_and_says_so_until_the_process_has_ended(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    stage.say(START, STEP)
    qtbot.waitUntil(lambda: stage.run.phase is Phase.RUNNING)
    with qtbot.waitSignal(stage.run.ended):
        QTest.mouseClick(stage.window.stop, LEFT)
        assert stage.window.text.startswith("Saving …")
        assert "left" not in stage.window.text
        assert not stage.window.stop.isEnabled()
    assert stage.window.text.startswith("Stopped")
    assert stage.window.resume.isEnabled()
    assert not stage.window.error_bar.isVisible()


def test_resume_goes_on_in_the_same_folder(qtbot, stage, tmp_path):
    stage.window.refresh()
    QTest.mouseClick(stage.window.resume, LEFT)
    assert stage.window.focusWidget() is stage.window  # and not the next button
    assert stage.arguments(qtbot) == ["train", "--resume", str(tmp_path / "cats"), "--json"]


def test_resumed_it_tells_no_pace_before_it_has_one(qtbot, stage, tmp_path):
    stage.run.history = History.of(json.dumps(event) for event in (START, STEP))
    stage.run.resume()
    assert stage.window.text == "Starting   ·   64 px   ·   640 of 6,400 images"
    stage.say(START | {"images": 640})
    qtbot.waitUntil(lambda: stage.run.phase is Phase.RUNNING)
    assert stage.window.text == "Training   ·   64 px   ·   640 of 6,400 images"


def test_how_far_it_is_is_told_before_the_first_figures(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    stage.say(START)
    qtbot.waitUntil(lambda: stage.window.text == "Training   ·   0 of 6,400 images")


def test_a_training_that_never_began_cannot_be_resumed(qtbot, stage, tmp_path):
    (tmp_path / "cats" / "settings.json").unlink()
    stage.run.start(wish(tmp_path, prepared=False))
    with qtbot.waitSignal(stage.run.ended):
        stage.tell("#exit 1 There is no image in images.")
    assert not stage.window.resume.isEnabled()


def test_a_single_point_is_drawn_as_a_dot_and_more_of_them_as_a_line(stage):
    history, plots = stage.run.history, stage.window.plots
    for images, symbol in ((640, "o"), (1280, None)):
        history.take_line(json.dumps(STEP | {"images": images}))
        plots.show_curves(history.curves)
        assert plots.curves["loss_g"].opts["symbol"] == symbol


def test_the_legend_has_the_colours_of_the_curves(stage):
    losses = stage.window.plots.plots[0]
    for name in ("loss_g", "loss_d"):
        pen = stage.window.plots.curves[name].opts["pen"].color()
        assert pen.name(QColor.NameFormat.HexArgb) in losses.plotItem.titleLabel.text


def test_resumed_it_works_on_the_device_that_was_wished_for(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    stage.arguments(qtbot)
    with qtbot.waitSignal(stage.run.ended):
        stage.tell("#exit 0 ")
    QTest.mouseClick(stage.window.resume, LEFT)
    expected = ["train", "--resume", str(tmp_path / "cats"), "--json", "--device", "cpu"]
    assert stage.arguments(qtbot, count=2) == expected


def test_plain_images_are_prepared_first(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path, prepared=False))
    data = str(tmp_path / "cats-data")
    assert stage.arguments(qtbot) == ["dataset", str(tmp_path / "images"), data, "--size", "32", "--json"]
    assert stage.window.text == "Preparing the images"
    assert stage.window.bar.maximum() == 0  # nobody knows how much there is
    stage.say({"kind": "progress", "done": 30, "total": 40, "text": "Reading"})
    stage.tell("no line of ours")
    qtbot.waitUntil(lambda: stage.window.bar.value() * 4 == stage.window.bar.maximum() * 3 > 0)
    stage.tell("#exit 0 ")
    assert stage.arguments(qtbot, count=2)[:3] == ["train", data, str(tmp_path / "cats")]


def test_images_that_cannot_be_prepared_are_told_and_nothing_is_trained(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path, prepared=False))
    with qtbot.waitSignal(stage.run.ended):
        stage.tell("#exit 1 There is no image in images.")
    assert stage.window.error_bar.sentence == "There is no image in images."
    assert len(stage.children) == 1


def test_preparing_that_is_stopped_is_no_failure(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path, prepared=False))
    stage.arguments(qtbot)
    with qtbot.waitSignal(stage.run.ended):
        QTest.mouseClick(stage.window.stop, LEFT)
    assert not stage.window.error_bar.isVisible()
    assert len(stage.children) == 1


def test_a_training_that_is_killed_is_told_and_can_be_resumed(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    stage.say(START, STEP)
    qtbot.waitUntil(lambda: stage.run.phase is Phase.RUNNING)
    with qtbot.waitSignal(stage.run.ended):
        stage.children[-1]._process.kill()
    assert stage.window.error_bar.sentence.startswith("It ended suddenly")
    assert stage.window.resume.isEnabled()


def test_an_error_of_the_training_is_told_in_its_own_sentence(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    with qtbot.waitSignal(stage.run.ended):
        stage.tell("#exit 1 The disk is full; free some space and resume.")
    assert stage.window.error_bar.sentence == "The disk is full; free some space and resume."


def test_a_program_that_is_not_there_is_told(qtbot, tmp_path):
    run = TrainingRun(str(tmp_path), make_child=lambda parent: Child(parent, ("/no/such/program",)))
    with qtbot.waitSignal(run.failed) as told:
        run.resume()
    assert told.args[0].sentence == "The training could not be started."
    assert not run.runs


def test_noise_between_the_lines_is_counted_and_ends_nothing(qtbot, stage, tmp_path):
    stage.run.start(wish(tmp_path))
    stage.tell("a warning of some library")
    stage.say(START, STEP)
    qtbot.waitUntil(lambda: stage.run.history.step is not None)
    assert stage.run.history.unreadable == 2  # the fake tells its arguments, too
    assert "2 lines" in stage.window.status.toolTip()


def test_the_slider_leads_to_earlier_samples_and_its_end_follows_the_newest(qtbot, stage, tmp_path):
    history, view = stage.run.history, stage.window.samples
    for images in (100, 200, 300):
        history.take_line(json.dumps(SAMPLES | {"images": images, "path": f"samples/{images}.png"}))
    view.set_samples(history.samples)
    assert view.path == "samples/300.png"
    view.slider.setFocus()
    QTest.keyClick(view.slider, Qt.Key.Key_Home)
    assert (view.path, view.caption.text()) == ("samples/100.png", "After 100 images")
    history.take_line(json.dumps(SAMPLES | {"images": 400, "path": "samples/400.png"}))
    view.set_samples(history.samples)
    assert view.path == "samples/100.png"
    QTest.keyClick(view.slider, Qt.Key.Key_End)
    assert view.path == "samples/400.png"


def test_only_the_picture_that_is_wanted_now_is_shown(stage, tmp_path):
    view = stage.window.samples
    stage.run.history.take_line(json.dumps(SAMPLES))
    view.set_samples(stage.run.history.samples)
    stage.window.show_samples(SamplesRead(str(tmp_path / "cats/samples/old.png"), np.zeros((2, 2, 3), np.uint8)))
    assert view.picture.image is None
    wanted = str(tmp_path / "cats" / str(SAMPLES["path"]))
    stage.window.show_samples(SamplesRead(wanted, np.full((2, 2, 3), 200, np.uint8)))
    assert view.picture.image is not None
    stage.window.show_samples(SamplesRead(wanted, None, "00000640.png cannot be shown: broken."))
    assert stage.window.error_bar.sentence == "00000640.png cannot be shown: broken."


def test_all_of_it_has_names_and_fits_a_small_screen(stage):
    assert all(button.accessibleName() or button.text() for button in stage.window.findChildren(QAbstractButton))
    assert stage.window.minimumSizeHint().width() <= 1000
    assert stage.window.minimumSizeHint().height() <= 680


# the dialog ---------------------------------------------------------------------------------------------------


def test_a_new_training_is_asked_for_with_its_numbers(main, tmp_path):
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    assert not dialog.go_on.isEnabled()
    source = pictures(tmp_path)
    dialog.source.setText(source)
    dialog.run.setText(str(tmp_path / "cats"))
    dialog.resolution.setCurrentText("16 px")
    dialog.images.setValue(2000)
    wishes: list[TrainingWish] = []
    dialog.chosen.disconnect()
    dialog.chosen.connect(wishes.append)
    assert "processor" in dialog.estimate.text()
    dialog.accept()
    assert wishes == [TrainingWish(source, str(tmp_path / "cats"), "small", 16, 2000, 0, "", 1000)]


def pictures(tmp_path: Path) -> str:
    """A folder with something in it."""
    (tmp_path / "pictures" / "cats").mkdir(parents=True)
    (tmp_path / "pictures" / "cats" / "1.png").touch()
    return str(tmp_path / "pictures")


@pytest.mark.parametrize(
    ("source", "run", "told"),
    [
        ("", "r", "Choose"),
        ("gone", "r", "is not there"),
        ("old/none", "r", "none holds no files"),
        ("pictures", "pictures", "folder of its own"),
        ("pictures", "pictures/r", "in the images' own folder"),
        ("pictures", "old", "already"),
        ("pictures", "full", "full is not empty"),
        ("pictures", "full/note", "note is not empty"),
        ("pictures", "gone/r", "gone is no folder that is there"),
        ("pictures", "full/note/r", "note is no folder that is there"),
        ("pictures", "loop", "loop"),
        ("pictures", "taken", "taken-data, which is something else"),
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


def test_a_place_that_nothing_may_be_written_in_is_told_before_anything_starts(monkeypatch, tmp_path):
    source, run = pictures(tmp_path), tmp_path / "run"
    monkeypatch.setattr("os.access", lambda folder, _mode: folder != tmp_path)
    assert places.fault(source, str(run)) == f"Nothing may be written in {tmp_path}; {PLACE}"
    run.mkdir()
    assert places.fault(source, str(run)) == f"Nothing may be written in {tmp_path}; {PLACE}"  # its data set
    Path(source, "manifest.json").touch()
    assert places.fault(source, str(run)) == ""


def test_a_data_set_that_is_left_from_an_earlier_run_may_give_way(tmp_path):
    (tmp_path / "run-data").mkdir()
    for name in ("manifest.json", "report.json", "16.npy"):
        (tmp_path / "run-data" / name).touch()
    assert places.fault(pictures(tmp_path), str(tmp_path / "run")) == ""


def test_what_is_typed_becomes_an_absolute_path(main, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pictures(tmp_path)
    main.trainings.ask_new()
    dialog = main.findChild(NewTrainingDialog)
    dialog.source.setText("pictures")
    dialog.run.setText("./cats/ ")
    wishes: list[TrainingWish] = []
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


def test_the_dialog_knows_the_presets_of_the_training():
    for name, preset in PRESETS.items():
        stages = training_presets[name].stages
        assert preset.resolutions == tuple(stage.resolution for stage in reversed(stages))
    assert set(PRESETS) == set(training_presets)


# what the compute thread reads --------------------------------------------------------------------------------


def test_an_old_run_is_read_with_its_last_line_half_written(tmp_path):
    lines = [json.dumps(event) for event in (START, STEP, SAMPLES)]
    (tmp_path / "journal.jsonl").write_text("\n".join([*lines, lines[1][:20]]))
    read = finish(ReadRun(str(tmp_path)).run(None))
    assert read.error == ""
    assert (read.history.images, read.history.unreadable) == (640, 1)


@pytest.mark.parametrize(("journal", "told"), [(None, "holds no journal.jsonl"), ("{}\n", "was not written by")])
def test_a_folder_that_is_no_training_is_told_in_one_sentence(tmp_path, journal, told):
    if journal is not None:
        (tmp_path / "journal.jsonl").write_text(journal)
    assert told in finish(ReadRun(str(tmp_path)).run(None)).error


def test_a_picture_is_decoded_and_a_broken_one_told(tmp_path):
    Image.new("RGB", (6, 4), (1, 2, 3)).save(tmp_path / "good.png")
    whole = (tmp_path / "good.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    assert finish(ReadSamples(str(tmp_path / "good.png")).run(None)).pixels.shape == (4, 6, 3)
    for name in ("half.png", "none.png"):
        read = finish(ReadSamples(str(tmp_path / name)).run(None))
        assert read.pixels is None
        assert read.error.startswith(f"{name} cannot be shown")


# in the main window -------------------------------------------------------------------------------------------


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


def test_a_folder_that_is_no_training_is_told_in_the_main_window(main):
    main._controller.training_read.emit(RunRead("/x", error="/x holds no journal.jsonl; choose another."))
    assert main.error_bar.sentence.startswith("/x holds no journal.jsonl")
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
    main._controller.training_read.emit(RunRead(folder, error=f"{folder} holds no journal.jsonl."))
    assert Settings().recent_trainings == ()


def test_outis_closes_only_when_the_running_training_is_saved(qtbot, main, tmp_path):
    run = main.trainings.adopt(TrainingRun(str(tmp_path), make_child=lambda parent: Child(parent, FAKE)))
    run.resume()
    main.close()
    assert main.isVisible()
    box = main.findChild(QMessageBox, "stopTraining")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert run.runs
    main.close()
    box = [box for box in main.findChildren(QMessageBox) if box.isVisible()][-1]
    QTest.mouseClick(next(button for button in box.buttons() if button.text() == "Stop and close"), LEFT)
    assert main.isVisible()
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
    assert not run.runs
    assert main._controller.asked[-1] == ("close", ())


def test_the_system_closes_outis_without_a_question_once_the_training_is_saved(qtbot, main, tmp_path):
    run = main.trainings.adopt(TrainingRun(str(tmp_path), make_child=lambda parent: Child(parent, FAKE)))
    run.resume()
    main.trainings.leave()
    assert main.findChild(QMessageBox, "stopTraining") is None
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=20_000)
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
