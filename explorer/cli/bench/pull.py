"""Pulls the nose of the real window's face and drags a slider, in turns, and counts the frames of each, for
`outis bench`.

Real mouse events pull a real point. A frame counts when it is painted; both get the same time, in several turns, so
that a busy machine is busy for both.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from explorer.cli.bench.drag import CALM_MS, MOVE_MS, groove_in, place_of
from explorer.control.notify import JobState
from explorer.messages import Failure, RenderResult
from generator.faces.points import POINTS

if TYPE_CHECKING:
    from explorer.window.main_window import MainWindow

TURNS = 4  # of each
REACH = 12  # pixels of the view that the nose is pulled to and fro
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
    pull = Pull(window, seconds / TURNS)
    notifier.progressed.connect(pull.follow_jobs)
    notifier.failed.connect(pull.give_up)
    if application.exec() != 0:
        sys.exit(pull.trouble)
    print(json.dumps({"pulling": pull.rates[True], "sliding": pull.rates[False]}))


class Pull(QObject):
    """Waits until the window is idle, takes its turns, closes."""

    def __init__(self, window: MainWindow, seconds: float) -> None:
        super().__init__(window)
        self._window, self._seconds = window, seconds
        self._frames = {True: 0, False: 0}  # painted while pulling, while sliding
        self._times = {True: 0.0, False: 0.0}
        self._pulling, self._turns, self._steps, self._begun = False, 0, 0, 0.0
        self._fresh = False  # whether a frame has come that is not painted yet
        self.trouble = ""
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._start)
        self._mouse = QTimer(self, interval=MOVE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._mouse.timeout.connect(self._move)
        window.view.installEventFilter(self)
        window._controller.frame_ready.connect(self._take)

    @property
    def rates(self) -> dict[bool, float]:
        """Frames per second while pulling and while sliding."""
        return {pulling: self._frames[pulling] / max(self._times[pulling], 1e-9) for pulling in (True, False)}

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
    def _take(self, _: RenderResult) -> None:
        self._fresh = True
        if not self._begun:
            self._calm.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._fresh and self._mouse.isActive():
            self._frames[self._pulling] += 1
            self._fresh = False
        return False

    @Slot()
    def _start(self) -> None:
        if not self._window.menu_actions.grab.isChecked():
            self._window.menu_actions.grab.setChecked(True)
        if not self._window.grabs.is_ready:
            return self._calm.start()
        self._groove, tool = groove_in(self._window), self._window.grabs.tool
        self._nose = tool.place(POINTS["nose-tip"], self._window.view.viewport).toPoint()
        self._turn()

    def _turn(self) -> None:
        """Press what is dragged in this turn."""
        self._steps, self._begun, self._fresh = 0, perf_counter(), False
        target, place = self._target
        QTest.mousePress(target, LEFT, pos=place)
        self._mouse.start()

    @property
    def _target(self) -> tuple[QWidget, QPoint]:
        return (self._window.view, self._nose) if self._pulling else (self._groove, self._groove.rect().center())

    @Slot()
    def _move(self) -> None:
        self._steps += 1
        target, place = self._target
        reach = REACH if self._pulling else self._groove.width() // 3
        to = place + QPoint(place_of(self._steps, reach), 0)
        QTest.mouseMove(target, to)
        if perf_counter() - self._begun > self._seconds:
            self._end(to)

    def _end(self, place: QPoint) -> None:
        self._mouse.stop()
        self._times[self._pulling] += perf_counter() - self._begun
        QTest.mouseRelease(self._target[0], LEFT, pos=place)
        self._window._session.undo_stack.undo()
        self._pulling, self._turns = not self._pulling, self._turns + 1
        if self._turns == 2 * TURNS:
            self._window.close()
        else:
            QTimer.singleShot(CALM_MS // 2, self._turn)
