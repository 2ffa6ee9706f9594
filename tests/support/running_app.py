"""Running `app.main` while a timer of the same thread acts as the user, one step after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from explorer import app
from explorer.widgets.float_slider import FloatSlider
from explorer.widgets.slider_track import Groove
from explorer.window.main_window import MainWindow
from generator.recipe import pca

LEFT = Qt.MouseButton.LeftButton
SAMPLES = 2000  # of which components are computed; as many as the program takes are seconds of work
Step = Callable[[MainWindow], bool]  # called until it returns True: then it is done


def windows() -> list[MainWindow]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()]


def destroy_windows() -> None:
    """Windows that are closed but still there would be styled anew at every start: by the tenth, for seconds."""
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow):
            window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def run_app(model: Path, steps: list[Step], seconds: float = 120, project: Path | None = None) -> int:
    """Run `main` while a timer of the same thread takes one step after the other, then close the window."""
    left, failures = list(steps), list[BaseException]()

    def advance() -> None:
        window = windows()[0]
        try:
            while left and left[0](window):
                left.pop(0)
        except BaseException as error:  # noqa: BLE001  (carried out of the event loop to the test)
            failures.append(error)
            left.clear()
        if not left:
            timer.stop()
            window.close()

    def give_up() -> None:
        failures.append(TimeoutError(f"step {len(steps) - len(left)} did not come true"))
        left.clear()

    timer, deadline = QTimer(interval=5), QTimer(interval=round(1000 * seconds), singleShot=True)
    timer.timeout.connect(advance)
    deadline.timeout.connect(give_up)
    timer.start()
    deadline.start()
    with pytest.MonkeyPatch.context() as patch:
        fitting = pca.fitting
        patch.setattr(pca, "fitting", lambda *of, samples=0, **rest: fitting(*of[:3], samples=SAMPLES, **rest))
        code = app.main(str(model), "cpu", None if project is None else str(project))
    deadline.stop()
    destroy_windows()
    if failures:
        raise failures[0]
    return code


def face_is_there(window: MainWindow) -> bool:
    return window.menu_actions.new_face.isEnabled()


def slider_of(window: MainWindow, name: str) -> FloatSlider:
    return next(slider for slider in window.findChildren(FloatSlider) if slider.accessibleName() == name)


def drag(slider: FloatSlider, distance: int) -> None:
    """Press in the middle of the groove, move in steps of 2 px, release."""
    groove = slider.findChild(Groove)
    assert groove is not None
    start = groove.rect().center()
    QTest.mousePress(groove, LEFT, pos=start)
    for step in range(0, distance, 2):
        QTest.mouseMove(groove, start + QPoint(step, 0))
    QTest.mouseRelease(groove, LEFT, pos=start + QPoint(distance, 0))


def is_shown(window: MainWindow) -> bool:
    """Whether the full frame of the recipe that the session has is on the screen."""
    frame = window._controller._frames.last_full
    return frame is not None and frame.request.recipe == window._session.recipe
