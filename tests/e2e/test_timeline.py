"""A loop through eight faces, made by real events, played, exported as MP4, and all there again the next day."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from explorer.compute.jobs import ExportVideo
from explorer.dialogs.export_video import ExportVideoDialog
from explorer.messages import Quality, RenderResult
from explorer.window.main_window import MainWindow
from generator.motion.timeline import Timeline
from generator.project.face import Place
from tests.support.running_app import LEFT, Step, face_is_there, is_shown, run_app

pytestmark = pytest.mark.usefixtures("untouched_process")

FACES, SECONDS, FPS = 8, 10, 30
CTRL = Qt.KeyboardModifier.ControlModifier


def press(window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """As the platform does: to whatever has the focus, shortcuts first."""
    QTest.keyClick(window.windowHandle(), key, modifiers)


class Work:
    """The steps of the day."""

    def __init__(self, video: Path) -> None:
        self.video = video
        self.added = 0
        self.moments: list[RenderResult] = []
        self.timeline = Timeline()

    def open_the_timeline(self, window: MainWindow) -> bool:
        press(window, Qt.Key.Key_M, CTRL)
        window._controller.moment_ready.connect(self.moments.append)
        window.view.setFocus()
        return True

    def add_faces(self, window: MainWindow) -> bool:
        """Each when it is on the screen."""
        if not is_shown(window):
            return False
        QTest.mouseClick(window.panels.timeline.add, LEFT)
        self.added += 1
        if self.added < FACES:
            press(window, Qt.Key.Key_Space)
        return self.added == FACES

    def make_it_a_loop_of_ten_seconds(self, window: MainWindow) -> bool:
        panel = window.panels.timeline
        QTest.mouseClick(panel.loop, LEFT)
        panel.duration.setFocus()
        panel.duration.selectAll()
        QTest.keyClicks(panel.duration, str(SECONDS))
        press(window, Qt.Key.Key_Return)
        self.timeline = window._session.timeline
        assert (len(self.timeline.keyframes), self.timeline.duration) == (FACES, SECONDS)
        panel.lanes.setFocus()
        press(window, Qt.Key.Key_Space)
        return True

    def it_plays(self, window: MainWindow) -> bool:
        if len({result.request.recipe for result in self.moments}) < 5:
            return False
        press(window, Qt.Key.Key_Space)
        return True

    def scrub(self, window: MainWindow) -> bool:
        lanes = window.panels.timeline.lanes
        QTest.mouseClick(lanes.viewport(), LEFT, pos=QPoint(round(lanes.rows.x(3.3)), 8))
        QTest.mouseClick(window.panels.timeline.keep, LEFT)
        return True

    def the_frame_is_kept(self, window: MainWindow) -> bool:
        kept = window.library.faces(Place.TABLE)
        if not kept:
            return False
        last = self.moments[-1]
        assert last.request.quality is Quality.FULL
        assert kept[0].recipe == last.request.recipe
        return True

    def export_it(self, window: MainWindow) -> bool:
        QTest.mouseClick(window.panels.timeline.export, LEFT)
        dialog = window.findChild(ExportVideoDialog)
        assert dialog is not None
        assert str(SECONDS * FPS) in dialog.verdict.text()
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        chooser = next(chooser for chooser in window.findChildren(QFileDialog) if chooser.isVisible())
        chooser.fileSelected.emit(str(self.video))
        chooser.close()
        return window._controller.runs(ExportVideo)

    def it_is_written(self, window: MainWindow) -> bool:
        return self.video.exists() and not window._controller.makes_sheet

    def it_is_there_again(self, window: MainWindow) -> bool:
        assert window._session.timeline == self.timeline
        QTest.mouseClick(window.panels.timeline.play, LEFT)
        window.panels.timeline.clock.pause()
        press(window, Qt.Key.Key_Z, CTRL)  # nothing: it is no step of this day
        assert window._session.timeline == self.timeline
        window._session.edit_timeline("Empty", Timeline())
        window.asking.open_path(str(self.video))
        return True

    def the_video_opens_as_its_timeline(self, window: MainWindow) -> bool:
        if not window._session.timeline.keyframes:
            return False
        assert window._session.timeline == self.timeline
        return True


def test_a_loop_through_eight_faces_is_made_exported_and_there_again(tiny_checkpoint: Path, tmp_path: Path) -> None:
    work = Work(tmp_path / "loop.mp4")
    steps: list[Step] = [
        face_is_there,
        work.open_the_timeline,
        work.add_faces,
        work.make_it_a_loop_of_ten_seconds,
        work.it_plays,
        work.scrub,
        work.the_frame_is_kept,
        work.export_it,
        work.it_is_written,
    ]
    assert run_app(tiny_checkpoint, steps) == 0
    check_the_video(work.video)
    again: list[Step] = [face_is_there, work.it_is_there_again, work.the_video_opens_as_its_timeline]
    assert run_app(tiny_checkpoint, again) == 0


def check_the_video(path: Path) -> None:
    """H.264 of the right length whose first and last frame are the same moment."""
    with av.open(str(path)) as video:
        stream = video.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        frames = [frame.to_ndarray(format="rgb24").astype(np.float32) for frame in video.decode(stream)]
    assert len(frames) == SECONDS * FPS
    first, last, another = frames[0], frames[-1], frames[len(frames) // 2]
    assert np.abs(first - last).mean() < 12  # levels: a picture of random dots is compressed
    assert np.abs(first - another).mean() > 4 * np.abs(first - last).mean()
