"""The composition root: creates the parts, connects them, runs the event loop, and reports every error."""

from __future__ import annotations

import logging
import logging.handlers
import random
import signal
import sys
import threading
import traceback
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType

from platformdirs import user_log_dir
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

import weights
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.document.session_autosave import keep
from explorer.document.session_writer import SessionWriter
from explorer.error_messages import internal_error
from explorer.exit_codes import SIGNALLED
from explorer.messages import Failure, SavedSession
from explorer.settings import Settings
from explorer.widgets import theme
from explorer.window.main_window import MainWindow
from generator.recipe.recipe import Recipe, SeedSource

log = logging.getLogger(__name__)

OPENING_SEEDS = (0, 3, 7, 10, 17, 18, 24, 35, 39, 43, 44, 47, 50, 53, 56, 59)  # faces that make a good first impression
SIGNAL_CHECK_MS = 250  # Python handles signals only while it runs
KEEP_MS = 20_000  # work that a crash may lose
PAINT_FIRST_MS = 30  # the first paint needs the linker, which torch then keeps busy
LOG_BYTES, LOG_FILES = 500_000, 2


def main(model: str | None = None, device: str = "auto") -> int:
    """Open the window on `model` (None = the shipped faces) and return the exit code once it is closed."""
    import pyqtgraph  # noqa: F401  (0.3 s: now, not when a plot is shown; on a thread it would collide with Qt's painting)

    log_to_file()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("outis")
    application.setApplicationDisplayName("Outis")
    theme.apply(application)
    notifier = Notifier(application)
    catch_errors(notifier)
    session = Session(opening_recipe(), resumes=True)
    window = open_window(session, notifier, model or str(weights.FACES), device)
    Autosaver(session, window)
    signals = close_on_signals(window)
    return application.exec() or (SIGNALLED + signals[0] if signals else 0)


def opening_recipe() -> Recipe:
    """The recipe of the first face."""
    return Recipe(source=SeedSource(random.choice(OPENING_SEEDS)))


def open_window(session: Session, notifier: Notifier, model: str, device: str) -> MainWindow:
    """Create the parts, show the window and load the model; the first face follows."""
    controller = Controller(session, notifier, device=device)
    window = MainWindow(session, controller, notifier, Settings())
    window.show()
    QTimer.singleShot(PAINT_FIRST_MS, window, partial(controller.load_model, model, device))
    return window


class Autosaver(QObject):
    """Saves the session for the next start: at intervals, when another model is opened, and when the window closes."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        super().__init__(window)
        self._session = session
        self._writer = SessionWriter(keep)
        session.leaving.connect(self._keep)
        window.closing.connect(self.close)
        timer = QTimer(self, interval=KEEP_MS)
        timer.timeout.connect(self.keep_now)
        timer.start()

    @Slot()
    def keep_now(self) -> None:
        """Queue the session to be saved."""
        self._keep(self._session.to_be_kept)

    @Slot()
    def close(self) -> None:
        """Save the session before returning."""
        self.keep_now()
        self._writer.close()

    @Slot(object)
    def _keep(self, kept: SavedSession | None) -> None:
        if kept is not None:
            self._writer.put(kept)


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
