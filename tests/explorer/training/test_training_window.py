"""The window of a training, and the process behind it: a fake `outis` that says what the test has it say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from explorer.compute.training_reader import ReadRun, ReadSamples
from explorer.compute.training_results import SamplesRead
from explorer.training import run_paths as places
from explorer.training.child_process import Child
from explorer.training.new_training_dialog import PRESETS
from explorer.training.run import Phase, TrainingRun
from explorer.training.window import TrainingWindow
from generator.progress import finish
from generator.training.history import History
from generator.training.settings import PRESETS as training_presets
from tests.support.training_window_fixtures import FAKE, SAMPLES, SNAPSHOT, START, STEP, pictures, wish

LEFT = Qt.MouseButton.LeftButton
PLACE = "choose another place for the training."


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
    assert stage.window.error_bar.sentence.startswith("The training ended unexpectedly")
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


def test_a_notice_of_the_training_is_in_the_tooltip_of_the_status(stage):
    stage.run.history.take_line(json.dumps({"kind": "notice", "images": 640, "sentence": "CUDA graphs failed."}))
    stage.window.refresh()
    assert "CUDA graphs failed." in stage.window.status.toolTip().splitlines()


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


def test_a_place_that_nothing_may_be_written_in_is_told_before_anything_starts(monkeypatch, tmp_path):
    source, run = pictures(tmp_path), tmp_path / "run"
    monkeypatch.setattr("os.access", lambda folder, _mode: folder != tmp_path)
    assert places.fault(source, str(run)) == f"You cannot write to {tmp_path}; {PLACE}"
    run.mkdir()
    assert places.fault(source, str(run)) == f"You cannot write to {tmp_path}; {PLACE}"  # its data set
    Path(source, "manifest.json").touch()
    assert places.fault(source, str(run)) == ""


def test_a_data_set_that_is_left_from_an_earlier_run_may_give_way(tmp_path):
    (tmp_path / "run-data").mkdir()
    for name in ("manifest.json", "report.json", "16.npy", "labels.npy"):
        (tmp_path / "run-data" / name).touch()
    assert places.fault(pictures(tmp_path), str(tmp_path / "run")) == ""


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


@pytest.mark.parametrize(("journal", "told"), [(None, "contains no journal.jsonl"), ("{}\n", "was not written by")])
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
