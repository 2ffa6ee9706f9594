"""Opens many faces in the real window, scrolls them while a slider is dragged, and exports some, for `outis bench`.

A timer of one millisecond measures the gaps of the event loop meanwhile.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from explorer.cli.bench.drag import CALM_MS, MOVE_MS, groove_in, percentile, place_of
from explorer.cli.bench.timings_window import PATIENCE
from explorer.messages import Failure

if TYPE_CHECKING:
    from explorer.window.main_window import MainWindow

SCROLL = 12  # pixels a move: 1,500 a second
EXPORTED = 50


def main(model: str, device: str, empty: str, project: str, seconds: str) -> None:
    """Measure in this process and print `TableTimes` as one line of JSON, all but the size of the file."""
    import pyqtgraph  # noqa: F401  (as in `explorer.app.main`)
    from PySide6.QtWidgets import QApplication

    from explorer import app
    from explorer.control.notify import Notifier
    from explorer.document.session import Session
    from explorer.library.library import Library
    from explorer.widgets import theme

    application = QApplication([])
    theme.apply(application)
    notifier, library = Notifier(application), Library()
    window = app.open_window(Session(app.opening_recipe()), notifier, model, device, library, empty)
    notifier.failed.connect(stop)
    table = Table(window)
    report = table.report(project, float(seconds))
    window.close()
    library.close()
    print(json.dumps(report))


def stop(failure: Failure) -> None:
    """End with a sentence: there is nothing to measure."""
    print(failure.sentence, file=sys.stderr)
    sys.stderr.flush()
    sys.exit(1)


class Table:
    """The light table of one window under a hand that scrolls and drags."""

    def __init__(self, window: MainWindow) -> None:
        self._window, self._library = window, window.library
        self._grid = window.faces.table.grid
        self._steps = count(1)

    def report(self, project: str, seconds: float) -> dict[str, Any]:
        """Everything in turn, once the model is there and nothing else is done."""
        session = self._window._session
        wait_until(lambda: session.components is not None)
        self._window.faces.show_table()
        pause(CALM_MS / 1000)
        report = self._open(project)
        pause(CALM_MS / 1000)
        report["megabytes"] = max(resident_megabytes() - report["megabytes"], 0.0)
        with every(MOVE_MS, self._scroll), painted(self._grid.viewport()) as frames:
            pause(seconds)
        report["frames_per_second"] = len(frames) / seconds
        with self._dragging(), every(MOVE_MS, self._scroll), gaps() as scrolling:
            pause(seconds)
        report |= _of_gaps("scrolling", scrolling)
        return report | self._export(str(Path(project).with_name("exported")))

    def _open(self, project: str) -> dict[str, Any]:
        before, start = resident_megabytes(), perf_counter()
        opened: list[object] = []
        self._library.opened.connect(opened.append)
        with painted(self._grid.viewport()) as frames:
            self._library.open(project)
            wait_until(lambda: bool(opened))
            there = perf_counter()
            wait_until(lambda: any(frame >= there for frame in frames))
        seconds = next(frame for frame in frames if frame >= there) - start
        return {"faces": self._grid.faces.rowCount(), "seconds_to_open": seconds, "megabytes": before}

    def _scroll(self) -> None:
        bar = self._grid.verticalScrollBar()
        bar.setValue(bar.value() + SCROLL if bar.value() < bar.maximum() else 0)

    @contextmanager
    def _dragging(self) -> Iterator[None]:
        groove = groove_in(self._window)
        middle = groove.rect().center()

        def move() -> None:
            at = QPoint(place_of(next(self._steps), max(groove.width() // 3, 1)), 0)
            QTest.mouseMove(groove, middle + at)

        QTest.mousePress(groove, Qt.MouseButton.LeftButton, pos=middle)
        with every(MOVE_MS, move):
            yield
        QTest.mouseRelease(groove, Qt.MouseButton.LeftButton, pos=middle)

    def _export(self, folder: str) -> dict[str, Any]:
        from generator.project.export_options import ExportOptions

        controller, ids = self._window._controller, self._grid.faces.ids[:EXPORTED]
        pause(CALM_MS / 1000)
        with gaps() as exporting:
            controller.export_faces(tuple(map(self._library.face, ids)), ExportOptions(folder, "{index:05}"))
            wait_until(lambda: not controller.makes_sheet)
        return {"exported": len(list(Path(folder).iterdir())), **_of_gaps("exporting", exporting)}


def pause(seconds: float) -> None:
    """Let the window do what it does for so long."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Let the window do what it does until the condition holds."""
    loop, end = QEventLoop(), perf_counter() + patience

    def look() -> None:
        if condition() or perf_counter() > end:
            loop.quit()

    with every(2, look):
        loop.exec()
    if not condition():
        sys.exit("The window did not get ready in time.")


@contextmanager
def every(milliseconds: int, call: Callable[[], None]) -> Iterator[None]:
    """Call it again and again during the block."""
    timer = QTimer(interval=milliseconds)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(call)
    timer.start()
    yield
    timer.stop()


@contextmanager
def gaps() -> Iterator[list[float]]:
    """The milliseconds between turns of the event loop during the block."""
    found, last = list[float](), [perf_counter()]

    def notice() -> None:
        now = perf_counter()
        found.append(1000 * (now - last[0]))
        last[0] = now

    with every(1, notice):
        yield found


@contextmanager
def painted(watched: QObject) -> Iterator[list[float]]:
    """When a widget was painted during the block."""
    times: list[float] = []

    class Watcher(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                times.append(perf_counter())
            return False

    watcher = Watcher()
    with ExitStack() as stack:
        watched.installEventFilter(watcher)
        stack.callback(watched.removeEventFilter, watcher)
        yield times


def resident_megabytes() -> float:
    """Resident memory of this process now; 0 if the system does not report it."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def _of_gaps(when: str, found: list[float]) -> dict[str, float]:
    return {f"p99_gap_{when}": percentile(sorted(found), 99), f"longest_gap_{when}": max(found)}
