"""Plays a timeline in the real window and drags a slider, in turns, and counts the frames of each, for `outis bench`.

Four faces, a loop. A frame counts when it is painted; both get the same time, in several turns, so that a busy machine
is busy for both.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from explorer.cli.bench.drag import CALM_MS, MOVE_MS, groove_in, place_of
from explorer.control.notify import JobState
from explorer.messages import Failure
from generator.motion.motions import walk

if TYPE_CHECKING:
    from explorer.window.main_window import MainWindow

TURNS = 4  # of each
SEEDS = (3, 7, 10, 17)
LEFT = Qt.MouseButton.LeftButton


def main(model: str, device: str, seconds: float) -> None:
    """Measure in this process and print the frames per second of both as one line of JSON."""
    import pyqtgraph  # noqa: F401  (as in `explorer.app.main`)
    from PySide6.QtWidgets import QApplication

    from explorer import app
    from explorer.control.notify import Notifier
    from explorer.document.session import Session
    from explorer.widgets import theme

    application = QApplication([])
    theme.apply(application)
    notifier = Notifier(application)
    window = app.open_window(Session(app.opening_recipe()), notifier, model, device)
    play = Play(window, seconds / TURNS)
    notifier.progressed.connect(play.follow_jobs)
    notifier.failed.connect(play.give_up)
    if application.exec() != 0:
        sys.exit(play.trouble)
    print(json.dumps({"playing": play.rates[True], "sliding": play.rates[False]}))


class Play(QObject):
    """Waits until the window is idle, takes its turns, closes."""

    def __init__(self, window: MainWindow, seconds: float) -> None:
        super().__init__(window)
        self._window, self._seconds = window, seconds
        self._frames = {True: 0, False: 0}  # painted while playing, while sliding
        self._times = {True: 0.0, False: 0.0}
        self._playing, self._turns, self._steps, self._begun = False, 0, 0, 0.0
        self._fresh = self._counts = False  # whether a frame has come that is not painted yet; whether a turn goes on
        self.trouble = ""
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._start)
        self._mouse = QTimer(self, interval=MOVE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._mouse.timeout.connect(self._move)
        window.view.installEventFilter(self)
        window._controller.frame_ready.connect(self._take)
        window._controller.moment_ready.connect(self._take)

    @property
    def rates(self) -> dict[bool, float]:
        """Frames per second while playing and while sliding."""
        return {playing: self._frames[playing] / max(self._times[playing], 1e-9) for playing in (True, False)}

    @Slot(object)
    def follow_jobs(self, state: JobState | None) -> None:
        """Start once nothing else is computed."""
        if not self._begun:
            self._calm.stop() if state is not None else self._calm.start()

    @Slot(object)
    def give_up(self, failure: Failure) -> None:
        self.trouble = failure.sentence
        QCoreApplication.exit(1)

    @Slot(object)
    def _take(self, _: object) -> None:
        self._fresh = True
        if not self._begun:
            self._calm.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._fresh and self._counts:
            self._frames[self._playing] += 1
            self._fresh = False
        return False

    @Slot()
    def _start(self) -> None:
        session = self._window._session
        self._window.docks.open(self._window.docks.timeline)
        session.edit_timeline("Walk", walk([session.face_of(seed) for seed in SEEDS]))
        self._groove = groove_in(self._window)
        self._begun = perf_counter()
        QTimer.singleShot(CALM_MS, self._turn)  # the small pictures of its faces come

    @Slot()
    def _turn(self) -> None:
        """Begin to play, or press the slider."""
        self._steps, self._begun, self._fresh, self._counts = 0, perf_counter(), False, True
        if self._playing:
            QTest.mouseClick(self._window.panels.timeline.play, LEFT)
            QTimer.singleShot(round(1000 * self._seconds), self._end)
        else:
            QTest.mousePress(self._groove, LEFT, pos=self._groove.rect().center())
            self._mouse.start()

    @Slot()
    def _move(self) -> None:
        self._steps += 1
        place = QPoint(place_of(self._steps, self._groove.width() // 3), 0)
        QTest.mouseMove(self._groove, self._groove.rect().center() + place)
        if perf_counter() - self._begun > self._seconds:
            self._end()

    @Slot()
    def _end(self) -> None:
        self._mouse.stop()
        self._counts = False
        self._times[self._playing] += perf_counter() - self._begun
        if self._playing:
            QTest.mouseClick(self._window.panels.timeline.play, LEFT)
        else:
            QTest.mouseRelease(self._groove, LEFT, pos=self._groove.rect().center())
            self._window._session.undo_stack.undo()
        self._playing, self._turns = not self._playing, self._turns + 1
        if self._turns == 2 * TURNS:
            self._window.close()
        else:
            QTimer.singleShot(CALM_MS // 2, self._turn)
