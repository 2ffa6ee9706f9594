"""The composition root: creates the parts, connects them, runs the event loop, and reports every error."""

from __future__ import annotations

import logging
import logging.handlers
import os
import random
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import FrameType, TracebackType

from platformdirs import user_log_dir
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

import weights
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.control.thumbnails import ThumbnailRenderer
from explorer.document.session import Session
from explorer.error_messages import internal_error
from explorer.exit_codes import SIGNALLED
from explorer.library.library import MODEL_KEY, PICTURE_KEY, Library
from explorer.library.project_thread import FirstRead
from explorer.messages import Failure
from explorer.settings import Settings
from explorer.view import first_window
from explorer.widgets import theme
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource

log = logging.getLogger(__name__)

OPENING_SEEDS = (0, 3, 7, 10, 17, 18, 24, 35, 39, 43, 44, 47, 50, 53, 56, 59)  # faces that make a good first impression
SIGNAL_CHECK_MS = 250  # Python handles signals only while it runs
PAINT_FIRST_MS = 30  # the first paint needs the linker, which torch then keeps busy
LOG_BYTES, LOG_FILES = 500_000, 2


def main(model: str | None = None, device: str = "auto", project: str | None = None) -> int:
    """Open the window on `model` (None = the shipped faces, or the last model of `project`) and `project` (None = the
    nameless library), and return the exit code once it is closed."""
    import pyqtgraph  # noqa: F401  (0.3 s: now, not when a plot is shown; on a thread it would collide with Qt's painting)

    log_to_file()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("outis")
    application.setApplicationDisplayName("Outis")
    theme.apply(application)
    notifier = Notifier(application)
    catch_errors(notifier)
    library = Library()
    window = open_window(Session(opening_recipe(), library.session_with), notifier, model, device, library, project)
    window.closing.connect(library.close)
    signals = close_on_signals(window)
    return application.exec() or (SIGNALLED + signals[0] if signals else 0)


def opening_recipe() -> Recipe:
    """The recipe of the first face."""
    return Recipe(source=SeedSource(random.choice(OPENING_SEEDS)))


def open_window(
    session: Session,
    notifier: Notifier,
    model: str | None,
    device: str,
    library: Library | None = None,
    project: str | None = None,
) -> MainWindow:
    """Create the parts, show the window, open the project and load the model; the first face follows."""
    controller = Controller(session, notifier, device=device)
    window = MainWindow(session, controller, notifier, Settings(), library)
    ThumbnailRenderer(controller, window.library)
    start = Start(window, controller, model, device, project is not None)
    window.show()
    first_window.close_behind(window)
    if library is None:  # nothing is kept
        start.load_soon()
    elif project is not None:
        library.open(project)
    else:
        library.open_nameless()
    return window


class Start(QObject):
    """What happens from the start to the first face: the last picture of the project is shown, then the model is
    loaded, with the session that the project has kept."""

    def __init__(
        self, window: MainWindow, controller: Controller, model: str | None, device: str, is_named: bool
    ) -> None:
        super().__init__(window)
        self._window, self._controller, self._library = window, controller, window.library
        self._model, self._device, self._is_named = model, device, is_named
        self._loads = False
        self._library.first_read.connect(self._begin)
        self._library.failed.connect(self._begin_without)

    @Slot(object)
    def _begin(self, first: FirstRead) -> None:
        """The project is found; its faces are being read meanwhile."""
        if self._loads:
            return
        self._model = self._model or self._last_model(first) or str(weights.FACES)
        if first.picture is not None and first.state.get(PICTURE_KEY) == str(Path(self._model).absolute()):
            self._window.view.show_last(first.picture)
        self.load_soon()

    def _last_model(self, first: FirstRead) -> str | None:
        """The model that a project was left with, if it is still there."""
        path = first.state.get(MODEL_KEY, "")
        return path if self._is_named and os.path.isfile(path) else None  # noqa: PTH113  (Path raises if a name is too long)

    @Slot(object)
    def _begin_without(self, _: object) -> None:
        """The project cannot be opened: go on with the nameless library, or with nothing that is kept."""
        if self._loads:
            return
        if self._is_named:
            self._is_named = False
            self._library.open_nameless()
        else:
            self._begin(FirstRead(None, {}, {}))

    def load_soon(self) -> None:
        """Load the model once the window is painted."""
        self._loads = True
        QTimer.singleShot(PAINT_FIRST_MS, self, self.load)

    @Slot()
    def load(self) -> None:
        self._controller.load_model(self._model or str(weights.FACES), self._device)


def log_to_file() -> None:
    """Log to the user's log folder; if that cannot be written, there is no log."""
    try:
        folder = Path(user_log_dir("outis"))
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "outis.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)


def catch_errors(notifier: Notifier) -> None:
    """Show an uncaught exception of any thread in the window."""
    relay = _ErrorRelay(notifier)

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        relay.caught.emit(kind.__name__, "".join(traceback.format_exception(kind, error, trace)))

    sys.excepthook = hook
    threading.excepthook = lambda args: hook(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)


class _ErrorRelay(QObject):
    """Passes an error to the GUI thread and its notifier."""

    caught = Signal(str, str)  # the exception's type and traceback

    def __init__(self, notifier: Notifier) -> None:
        super().__init__(notifier)
        self._notifier = notifier
        self.caught.connect(self._report)

    @Slot(str, str)
    def _report(self, kind: str, details: str) -> None:
        self._notifier.fail(Failure(internal_error(kind), details))


def close_on_signals(window: MainWindow) -> list[int]:
    """Let Ctrl+C in the terminal, or a system shutdown, close the window without asking. The received signals are in
    the list once it is closed."""
    came: list[int] = []

    def leave(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        window.leave()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    timer = QTimer(window)
    timer.timeout.connect(lambda: None)
    timer.start(SIGNAL_CHECK_MS)
    return came
