"""One training: prepared if necessary, started, stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from explorer.messages import Failure
from explorer.training.child_process import Child
from explorer.training.run_paths import data_beside, is_data_set
from explorer.translation import tr
from generator.training.events import Start, share_of
from generator.training.history import History


@dataclass(frozen=True)
class TrainingOptions:
    """What the user chose; 0 and "" leave it to the preset."""

    source: str  # a folder of images, a tar, a zip or a prepared data set
    run: str  # folder of the training
    preset: str
    resolution: int = 0
    images: int = 0
    batch: int = 0
    device: str = ""
    frechet: int = 0  # samples for the Fréchet distance of each snapshot
    by_folder: bool = False  # each folder of plain images is a class

    @property
    def is_prepared(self) -> bool:
        return is_data_set(Path(self.source))

    @property
    def data(self) -> str:
        """Where the data set is or will be."""
        return self.source if self.is_prepared else str(data_beside(Path(self.run)))

    def preparing(self) -> list[str]:
        """The command that prepares the data set."""
        size = ["--size", str(self.resolution)] if self.resolution else []
        classes = ["--classes-from-folders"] if self.by_folder else []
        return ["dataset", self.source, self.data, *size, *classes, "--json"]

    def training(self) -> list[str]:
        """The command that trains on it."""
        command = ["train", self.data, self.run, "--preset", self.preset, "--json"]
        numbers = {"resolution": self.resolution, "images": self.images, "batch": self.batch, "frechet": self.frechet}
        for option, value in numbers.items():
            command += [f"--{option}", str(value)] if value else []
        return command + (["--device", self.device] if self.device else [])


class Phase(Enum):
    """The phase of a training; its value is what the window shows."""

    IDLE = ""
    PREPARING = tr("Preparing the images")
    STARTING = tr("Starting")
    RUNNING = tr("Training")
    SAVING = tr("Saving …")  # asked to stop
    STOPPING = tr("Stopping …")  # while preparing: nothing to save


class TrainingRun(QObject):
    """Lives on the GUI thread and receives nothing but text."""

    changed = Signal()  # the phase, or the history
    begun = Signal()  # it is training, after a start or a resume
    failed = Signal(object)  # Failure
    ended = Signal()  # no process is running any more

    def __init__(
        self, folder: str, history: History | None = None, make_child: Callable[[QObject], Child] = Child
    ) -> None:
        super().__init__()
        self.folder, self.history, self.phase = folder, history or History(), Phase.IDLE
        self._device = ""  # as chosen; also used when it is resumed
        self._make_child = make_child
        self.child: Child | None = None
        self.prepared = 0.0  # share of the images that are prepared, 0..1
        self._next: list[str] = []  # the command after the running one

    @property
    def runs(self) -> bool:
        return self.phase is not Phase.IDLE

    @property
    def resumable(self) -> bool:
        """Whether it can be resumed; a training that never started has left nothing."""
        return not self.runs and not self.history.is_done and Path(self.folder, "settings.json").is_file()

    def start(self, wish: TrainingOptions) -> None:
        """Train with these options, on a data set that is prepared first if necessary."""
        self._device = wish.device
        if wish.is_prepared:
            self._launch(Phase.STARTING, wish.training())
        else:
            self._next = wish.training()
            self._launch(Phase.PREPARING, wish.preparing())

    def resume(self) -> None:
        """Resume from the last checkpoint."""
        device = ["--device", self._device] if self._device else []
        self._launch(Phase.STARTING, ["train", "--resume", self.folder, "--json", *device])

    def stop(self) -> None:
        """Save and stop; `ended` follows."""
        self._next = []
        if self.child is None or self.phase in (Phase.SAVING, Phase.STOPPING):
            return
        if self.phase is Phase.PREPARING:
            self.child.end()
            self._enter(Phase.STOPPING)
        else:
            self.child.ask_to_stop()
            self._enter(Phase.SAVING)

    def _launch(self, phase: Phase, command: list[str]) -> None:
        self.child = self._make_child(self)
        self.prepared = 0.0
        self.child.line.connect(self._hear if phase is Phase.STARTING else self._hear_preparing)
        self.child.ended.connect(self._finish)
        self._enter(phase)
        self.child.start(command)

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    @Slot(str)
    def _hear(self, line: str) -> None:
        event = self.history.take_line(line)
        if event is not None and self.phase is Phase.STARTING:
            self.phase = Phase.RUNNING
        self.changed.emit()
        if isinstance(event, Start):
            self.begun.emit()

    @Slot(str)
    def _hear_preparing(self, line: str) -> None:
        self.prepared = share_of(line, self.prepared)
        self.changed.emit()

    @Slot(object)
    def _finish(self, failure: Failure | None) -> None:
        stopped = self.phase is Phase.STOPPING
        if self.child is not None:
            self.child.deleteLater()
        self.child, command, self._next = None, self._next, []
        if command and failure is None:
            return self._launch(Phase.STARTING, command)
        self._enter(Phase.IDLE)
        end = self.history.end
        if end is not None and end.reason == "failed" and (failure is None or not failure.details):
            failure = Failure(end.sentence)
        if failure is not None and not stopped:
            self.failed.emit(failure)
        self.ended.emit()
