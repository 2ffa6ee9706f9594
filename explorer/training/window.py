"""The window of a training: its samples, curves, progress and actions."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QMainWindow, QProgressBar, QSplitter, QVBoxLayout, QWidget

from explorer.compute.training_results import SamplesRead
from explorer.messages import Failure
from explorer.training.plots import TrainingPlots
from explorer.training.run import Phase, TrainingRun
from explorer.training.samples_view import SamplesView
from explorer.translation import tr
from explorer.widgets.elided_label import ElidedLabel
from explorer.widgets.error_bar import ErrorBar
from explorer.widgets.layout import SPACING, button, row
from explorer.widgets.theme import icon
from generator.printable import printable

FIRST_SIZE = QSize(1180, 680)  # px; fits a screen of 1366x768
FRAME = QSize(8, 36)  # px that the title bar and borders may take
REDRAW_EVERY = 200  # ms
_FINENESS = 1000  # steps of the bar


class TrainingWindow(QMainWindow):
    """The window of one training. Closing it leaves the training running."""

    samples_wanted = Signal(str)  # path of an image
    model_wanted = Signal(str)  # path of a snapshot

    def __init__(self, run: TrainingRun) -> None:
        super().__init__()
        self.run = run
        self.setWindowTitle(tr("Training {name} — Outis", name=printable(Path(run.folder).name)))
        self.setWindowIcon(icon("new-face"))
        self.error_bar, self.status, self.bar = ErrorBar(), ElidedLabel(), QProgressBar()
        self.samples, self.plots = SamplesView(), TrainingPlots()
        self._make_buttons()
        self._lay_out()
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.setInterval(REDRAW_EVERY)
        self._redraw.timeout.connect(self.refresh)
        run.changed.connect(self._expect_drawing)
        run.failed.connect(self.show_failure)
        self.samples.wanted.connect(self._want_samples)
        self._show_phase()

    def _make_buttons(self) -> None:
        self.stop = button(tr("Stop"), tr("Save and stop the training; it can be resumed"), self._stop)
        self.resume = button(tr("Resume"), tr("Resume from the last checkpoint"), self._resume)
        self.open_model = button(
            tr("Open the latest snapshot"), tr("Explore the model of the latest snapshot"), self._open_model
        )

    def _lay_out(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of the training"))
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.samples)
        halves.addWidget(self.plots)
        halves.setStretchFactor(0, 1)
        halves.setStretchFactor(1, 1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        column.setSpacing(SPACING)
        column.addWidget(self.error_bar)
        column.addLayout(row(self.status, self.stop, self.resume, self.open_model, stretch=0))
        column.addWidget(self.bar)
        column.addWidget(halves, 1)
        self.setCentralWidget(middle)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))

    @property
    def text(self) -> str:
        """The status line."""
        return self.status.text()

    @Slot(object)
    def show_failure(self, failure: Failure) -> None:
        self.error_bar.show_error(failure.sentence, failure.details)

    @Slot(object)
    def show_samples(self, read: SamplesRead) -> None:
        """Show a requested image, unless another has been requested since."""
        if read.path != self._path_of(self.samples.path):
            return
        self.samples.picture.set_pixels(read.pixels)
        if read.error:
            self.error_bar.show_error(read.error)

    @Slot()
    def _expect_drawing(self) -> None:
        """Redraw soon: nobody reads a curve faster than a few times a second."""
        if not self._redraw.isActive():
            self._redraw.start()
        self._show_phase()

    @Slot()
    def refresh(self) -> None:
        """Show the current state."""
        history = self.run.history
        self.plots.show_curves(history.curves)
        self.samples.set_samples(history.samples)
        self._show_phase()

    def _show_phase(self) -> None:
        run, history = self.run, self.run.history
        self.status.setText(
            "   ·   ".join(part for part in (_word(run), history.status(run.phase is Phase.RUNNING)) if part)
        )
        self.status.setToolTip(_notes(run))
        self.stop.setEnabled(run.runs and run.phase not in (Phase.SAVING, Phase.STOPPING))
        self.resume.setEnabled(run.resumable)
        self.open_model.setEnabled(bool(history.snapshots))
        share = _share(run)
        self.bar.setRange(0, 0 if share is None else _FINENESS)
        self.bar.setValue(round(_FINENESS * (share or 0)))

    @Slot()
    def _stop(self) -> None:
        self.setFocus()  # else focus would move on when this button is disabled, and Space would press the next one
        self.run.stop()

    @Slot()
    def _resume(self) -> None:
        self.setFocus()
        self.error_bar.hide()
        self.run.resume()

    @Slot()
    def _open_model(self) -> None:
        self.model_wanted.emit(self._path_of(self.run.history.snapshots[-1].path))

    @Slot(str)
    def _want_samples(self, path: str) -> None:
        self.samples_wanted.emit(self._path_of(path))

    def _path_of(self, path: str) -> str:
        return str(Path(self.run.folder, path))


def _share(run: TrainingRun) -> float | None:
    """How much of the phase is done, 0..1; None if unknown."""
    if run.phase is Phase.PREPARING:
        return run.prepared or None
    total = run.history.total_images
    if run.phase in (Phase.IDLE, Phase.RUNNING) and total:
        return min(run.history.images / total, 1.0)
    return None if run.runs else 0.0


def _word(run: TrainingRun) -> str:
    """The phase in a word or two."""
    if run.runs:
        return run.phase.value
    return tr("Done") if run.history.is_done else tr("Stopped")


def _notes(run: TrainingRun) -> str:
    """What is worth knowing but not a failure."""
    history, notes = run.history, [run.folder]
    if history.rollback is not None:
        notes.append(
            tr(
                "Rolled back after {images:,} images: {reason}",
                images=history.rollback.images,
                reason=history.rollback.reason,
            )
        )
    if history.notice is not None:
        notes.append(history.notice.sentence)
    if history.unreadable:
        notes.append(tr("{unreadable:,} lines of the journal could not be read.", unreadable=history.unreadable))
    return "\n".join(notes)
