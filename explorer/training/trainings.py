"""The menu "Training" and its actions: at most one training runs, in its own window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from explorer.compute.training_results import RunRead, SamplesRead
from explorer.control.controller import Controller
from explorer.control.notify import Notifier
from explorer.dialogs.confirm_close import ask_to_close
from explorer.messages import Failure
from explorer.settings import Settings
from explorer.training.new_training_dialog import NewTrainingDialog
from explorer.training.run import TrainingOptions, TrainingRun
from explorer.translation import tr
from explorer.widgets import escape_markup as plain

if TYPE_CHECKING:  # it imports pyqtgraph, which is loaded late
    from explorer.training.window import TrainingWindow


class Trainings(QObject):
    """GUI thread only."""

    model_wanted = Signal(str)  # path of a snapshot to be opened

    def __init__(self, window: QWidget, controller: Controller, notifier: Notifier, settings: Settings) -> None:
        super().__init__(window)
        self._parent, self._controller, self._notifier, self._settings = window, controller, notifier, settings
        self.run: TrainingRun | None = None
        self.window: TrainingWindow | None = None
        controller.training_read.connect(self._take)

    def add_to(self, menu: QMenu) -> None:
        """Put the actions into the menu "Training"."""
        menu.addAction(tr("&New training …"), self.ask_new)
        menu.addAction(tr("&Open training …"), self.ask_open)
        self.recent = menu.addMenu(tr("Open &recent"))
        self.recent.aboutToShow.connect(self._list_recent)
        menu.addSeparator()
        self._show_action = menu.addAction(tr("&Show the training"), self._show)
        menu.aboutToShow.connect(self._judge)

    @Slot()
    def ask_new(self) -> None:
        """Ask what to train on."""
        if not self._is_busy():
            dialog = NewTrainingDialog(self._settings, self._parent)
            dialog.chosen.connect(self.start)
            dialog.open()

    @Slot()
    def ask_open(self) -> None:
        """Ask which run folder to open."""
        dialog = QFileDialog(self._parent, tr("Open the folder of a training"), self._settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open)
        dialog.open()

    @Slot(str)
    def open(self, folder: str, *_: object) -> None:
        """Show the training in `folder` as it was last."""
        if not self._is_busy():
            self._controller.read_training(folder)

    @Slot(object)
    def start(self, wish: TrainingOptions) -> None:
        """Start a training and show it."""
        self.adopt(TrainingRun(wish.run)).start(wish)

    def adopt(self, run: TrainingRun) -> TrainingRun:
        """Show `run` in place of the previous one, which has ended."""
        from explorer.training.window import TrainingWindow

        self.discard_window()
        if self.run is not None:
            self.run.deleteLater()
        run.setParent(self)
        self.run, self.window = run, TrainingWindow(run)
        self.window.samples_wanted.connect(self._controller.read_samples)
        self.window.model_wanted.connect(self._open_model)
        run.begun.connect(self._remember)
        run.failed.connect(self._report_in_main_window)
        self.window.refresh()
        self._show()
        return run

    def keep_open(self) -> bool:
        """Whether Outis must stay open because a training is running; asks the user what to do.

        If it is stopped, the window closes once its state is saved.
        """
        if self.run is None or not self.run.runs:
            return False
        self._ask_to_stop(self.run)
        return True

    def discard_window(self) -> None:
        """Destroy the window: it has no parent, and a widget that outlives the application crashes the process."""
        if self.window is not None:
            self.window.close()
            self.window.deleteLater()
            self.window = None

    def leave(self) -> None:
        """Close Outis without asking; a running training is saved first."""
        if self.run is None:
            self._parent.close()
        else:
            self._stop_and_close(self.run)

    def _ask_to_stop(self, run: TrainingRun) -> None:
        then = tr("The training is saved first and can be resumed later; then Outis closes.")
        ask_to_close(self._parent, tr("A training is running."), then, partial(self._stop_and_close, run))

    def _stop_and_close(self, run: TrainingRun) -> None:
        if not run.runs:  # it ended while the question was open
            self._parent.close()
            return
        run.ended.connect(self._parent.close, Qt.ConnectionType.QueuedConnection)
        self._show()
        run.stop()

    @Slot(object)
    def _take(self, read: RunRead | SamplesRead) -> None:
        if isinstance(read, SamplesRead):
            if self.window is not None:
                self.window.show_samples(read)
        elif read.error:
            self._settings.forget_recent_training(read.folder)
            self._notifier.fail(Failure(read.error))
        elif not self._is_busy():
            self._settings.add_recent_training(read.folder)
            self.adopt(TrainingRun(read.folder, read.history))

    @Slot()
    def _remember(self) -> None:
        """Remember the folder only now: a training that never began cannot be opened."""
        if self.run is not None:
            self._settings.add_recent_training(self.run.folder)

    @Slot(str)
    def _open_model(self, path: str) -> None:
        """Open it in the main window, which the training's window may cover."""
        self.model_wanted.emit(path)
        self._parent.setWindowState(self._parent.windowState() & ~Qt.WindowState.WindowMinimized)
        self._parent.raise_()
        self._parent.activateWindow()

    def _is_busy(self) -> bool:
        busy = self.run is not None and self.run.runs
        if busy:
            self._notifier.say(tr("A training is running; stop it first."))
            self._show()
        return busy

    @Slot(object)
    def _report_in_main_window(self, failure: Failure) -> None:
        """Show the failure of a training whose window is closed in the main window."""
        if self.window is None or not self.window.isVisible():
            self._notifier.fail(failure)

    @Slot()
    def _judge(self) -> None:
        self._show_action.setEnabled(self.window is not None)

    @Slot()
    def _show(self) -> None:
        if self.window is not None:
            self.window.show()
            self.window.raise_()
            self.window.activateWindow()

    @Slot()
    def _list_recent(self) -> None:
        self.recent.clear()
        for folder in self._settings.recent_trainings:
            self.recent.addAction(plain.entry(folder)).triggered.connect(partial(self.open, folder))
        if not self._settings.recent_trainings:
            self.recent.addAction(tr("None yet")).setEnabled(False)
