"""Drags a slider of the real window and times what is painted, for `outis bench`.

Real mouse events move a real slider. Every painted frame is timed from the move whose recipe it shows; superseded moves
show nothing, as intended. Meanwhile a timer of one millisecond measures the gaps of the event loop.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from explorer.cli.bench.timings_window import peak_megabytes
from explorer.control.notify import JobState
from explorer.messages import Failure, Quality, RenderResult
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.slider_track import Groove

if TYPE_CHECKING:
    from explorer.window.main_window import MainWindow
    from generator.recipe.recipe import Recipe

SLIDER = "Truncation psi"  # in every model, and it changes every layer
MOVE_MS = 8  # a mouse reports its position 125 times a second
CALM_MS = 1000  # without a job before the drag starts


def main(model: str, device: str, seconds: float) -> None:
    """Measure in this process and print the latency as one line of JSON."""
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
    drag = Drag(window, seconds)
    notifier.progressed.connect(drag.follow_jobs)
    notifier.failed.connect(drag.give_up_without_model)
    if application.exec() != 0:
        sys.exit(drag.trouble)
    print(json.dumps(drag.report()))


class Drag(QObject):
    """Waits until the window is ready and idle, drags the slider to and fro, waits for the full frame, closes."""

    def __init__(self, window: MainWindow, seconds: float) -> None:
        super().__init__(window)
        self._window, self._seconds = window, seconds
        self._moved: dict[Recipe, float] = {}  # when a move made the recipe
        self._painted: list[float] = []  # latencies, milliseconds
        self._sizes: list[int] = []  # of what was painted, pixels on the shorter side
        self._gaps: list[float] = []
        self._shown: RenderResult | None = None
        self._begun = self._ended = self._settled = 0.0
        self._calm = self._every(CALM_MS, self._begin, single=True)
        self._mouse = self._every(MOVE_MS, self._move)
        self._beat = self._every(1, self._notice)
        self._last_beat = 0.0
        self._steps = 0
        self.trouble = ""  # why there is no report
        window.view.installEventFilter(self)
        window._controller.frame_ready.connect(self._take)
        window._controller.frame_ready.connect(self._calm.start)

    def _every(self, milliseconds: int, call: Callable[[], None], single: bool = False) -> QTimer:
        timer = QTimer(self, interval=milliseconds, singleShot=single)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(call)
        return timer

    @Slot(object)
    def follow_jobs(self, state: JobState | None) -> None:
        """Start the drag once the components, which are computed after the first face, are finished."""
        if self._begun:
            return
        self._calm.stop() if state is not None else self._calm.start()

    @Slot(object)
    def give_up_without_model(self, failure: Failure) -> None:
        """Stop if no model opens: there is nothing to drag."""
        if self._window._session.facts is None:
            self.trouble = failure.sentence
            QCoreApplication.exit(1)

    @Slot(object)
    def _take(self, result: RenderResult) -> None:
        self._shown = result

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._shown is not None and self._begun:
            self._count(self._shown, perf_counter())
            self._shown = None
        return False

    def _count(self, shown: RenderResult, now: float) -> None:
        moved = self._moved.get(shown.request.recipe)
        if moved is None:
            return
        if not self._ended:
            self._painted.append(1000 * (now - moved))
            self._sizes.append(min(shown.pixels.shape[:2]))
        elif shown.request.quality is Quality.FULL and shown.request.recipe == self._window._session.recipe:
            self._settled = 1000 * (now - moved)
            self._window.close()

    def _begin(self) -> None:
        first = self._window._controller.last_frame
        if first is None or first.request.quality is not Quality.FULL:
            return  # the first face will start the wait again
        self._window._controller.frame_ready.disconnect(self._calm.start)
        self._groove = groove_in(self._window)
        self._begun = self._last_beat = perf_counter()
        QTest.mousePress(self._groove, Qt.MouseButton.LeftButton, pos=self._groove.rect().center())
        self._beat.start()
        self._mouse.start()

    def _move(self) -> None:
        self._steps += 1
        place = place_of(self._steps, self._groove.width() // 3)
        QTest.mouseMove(self._groove, self._groove.rect().center() + QPoint(place, 0))
        self._moved[self._window._session.recipe] = perf_counter()
        if perf_counter() - self._begun > self._seconds:
            self._end(place)

    def _end(self, place: int) -> None:
        self._mouse.stop()
        self._beat.stop()
        QTest.mouseRelease(self._groove, Qt.MouseButton.LeftButton, pos=self._groove.rect().center() + QPoint(place, 0))
        self._ended = perf_counter()
        self._moved[self._window._session.recipe] = self._ended
        if self._window._controller.last_frame is not None:
            last = self._window._controller.last_frame.request
            if last.quality is Quality.FULL and last.recipe == self._window._session.recipe:
                self._window.close()  # full frames are quick here, and this one is shown already

    def _notice(self) -> None:
        now = perf_counter()
        self._gaps.append(1000 * (now - self._last_beat))
        self._last_beat = now

    def report(self) -> dict[str, Any]:
        """`Latency` as JSON values."""
        times, gaps = sorted(self._painted), sorted(self._gaps)
        return {
            "frames": len(times),
            "frames_per_second": len(times) / (self._ended - self._begun),
            "smallest": min(self._sizes),
            "median": median(times),
            "p95": percentile(times, 95),
            "p99": percentile(times, 99),
            "longest_gap": gaps[-1],
            "p99_gap": percentile(gaps, 99),
            "settled": self._settled,
            "peak_megabytes": peak_megabytes(),
        }


def groove_in(window: MainWindow) -> Groove:
    """What the mouse drags."""
    sliders = window.findChildren(FloatSlider)
    groove = next(slider for slider in sliders if slider.accessibleName() == SLIDER).findChild(Groove)
    assert groove is not None
    return groove


def place_of(step: int, reach: int) -> int:
    """Pixels from the middle, to and fro within `reach`: even ones forth and odd ones back, so that no face recurs
    while it is pending."""
    there, step = divmod(step, reach)
    return 2 * step - reach if there % 2 == 0 else reach - 2 * step - 1


def percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]
