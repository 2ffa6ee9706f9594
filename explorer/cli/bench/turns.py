"""Takes turns in the real window between something live and a slider, and counts the frames of each, for `outis bench`.

A frame counts when it is painted; both get the same time, in several turns, so that a busy machine is busy for both.
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

if TYPE_CHECKING:
    from explorer.window.main_window import MainWindow

TURNS = 4  # of each
LEFT = Qt.MouseButton.LeftButton


def take_turns(kind: type[Turns], name: str, model: str, device: str, seconds: float) -> None:
    """Measure in this process and print the frames per second of both, `name` and "sliding", as one line of JSON."""
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
    turns = kind(window, seconds / TURNS)
    notifier.progressed.connect(turns.follow_jobs)
    notifier.failed.connect(turns.give_up)
    if application.exec() != 0:
        sys.exit(turns.trouble)
    print(json.dumps({name: turns.rates[True], "sliding": turns.rates[False]}))


class Turns(QObject):
    """Waits until the window is idle, takes its turns, closes. A kind says how it begins, moves and ends its own."""

    def __init__(self, window: MainWindow, seconds: float) -> None:
        super().__init__(window)
        self.window, self.seconds = window, seconds
        self._frames = {True: 0, False: 0}  # painted in turns of the kind's own, while sliding
        self._times = {True: 0.0, False: 0.0}
        self._own, self._turns, self._steps, self._begun = False, 0, 0, 0.0
        self._fresh = self._counts = False  # whether a frame has come that is not painted yet; whether a turn goes on
        self.trouble = ""
        self._calm = QTimer(self, interval=CALM_MS, singleShot=True)
        self._calm.timeout.connect(self._start)
        self._mouse = QTimer(self, interval=MOVE_MS, timerType=Qt.TimerType.PreciseTimer)
        self._mouse.timeout.connect(self._move)
        window.view.installEventFilter(self)
        window._controller.frame_ready.connect(self._take)
        window._controller.moment_ready.connect(self._take)

    # what a kind says ----------------------------------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Prepare the window; False = ask again once it is calm."""
        raise NotImplementedError

    def begin(self) -> None:
        """Begin a turn."""
        raise NotImplementedError

    def move(self, step: int) -> None:
        """Move the mouse for the `step`-th time; only where a turn needs it."""

    def end(self) -> None:
        """End the turn, and leave the window as it was before."""
        raise NotImplementedError

    # the same for all ----------------------------------------------------------------------------------------------

    @property
    def rates(self) -> dict[bool, float]:
        """Frames per second in turns of the kind's own, and while sliding."""
        return {own: self._frames[own] / max(self._times[own], 1e-9) for own in (True, False)}

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
            self._frames[self._own] += 1
            self._fresh = False
        return False

    @Slot()
    def _start(self) -> None:
        if not self.is_ready():
            return self._calm.start()
        self._groove = groove_in(self.window)
        self._begun = perf_counter()
        QTimer.singleShot(CALM_MS, self._turn)  # what was prepared comes

    @Slot()
    def _turn(self) -> None:
        self._steps, self._begun, self._fresh, self._counts = 0, perf_counter(), False, True
        if self._own:
            self.begin()
        else:
            QTest.mousePress(self._groove, LEFT, pos=self._groove.rect().center())
        self._mouse.start()

    @Slot()
    def _move(self) -> None:
        self._steps += 1
        if self._own:
            self.move(self._steps)
        else:
            place = QPoint(place_of(self._steps, self._groove.width() // 3), 0)
            QTest.mouseMove(self._groove, self._groove.rect().center() + place)
        if perf_counter() - self._begun > self.seconds:
            self._end()

    def _end(self) -> None:
        self._mouse.stop()
        self._counts = False
        self._times[self._own] += perf_counter() - self._begun
        if self._own:
            self.end()
        else:
            QTest.mouseRelease(self._groove, LEFT, pos=self._groove.rect().center())
            self.window._session.undo_stack.undo()
        self._own, self._turns = not self._own, self._turns + 1
        if self._turns == 2 * TURNS:
            self.window.close()
        else:
            QTimer.singleShot(CALM_MS // 2, self._turn)
