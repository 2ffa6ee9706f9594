"""The channel of every message for the user: failures, good news, progress. The window shows what is emitted here."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.compute.jobs import Task
from explorer.messages import Failure
from generator.printable import printable
from generator.progress import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobState:
    """The progress of a job, for the progress bar."""

    id: int
    task: Task[Any]
    progress: Progress
    cancellable: bool = True

    @property
    def title(self) -> str:
        """Its name in the progress bar; "" = it is not shown."""
        return printable(self.task.title)  # it may contain a file name


class Notifier(QObject):
    """Lives on the GUI thread; only that thread calls it."""

    failed = Signal(object)  # Failure
    job_failed = Signal(object, object)  # Task and Failure, after `failed`
    said = Signal(str)  # one sentence, shown for some seconds
    undo_offered = Signal(str)  # one sentence on the last undo step, shown for some seconds with a button to undo it
    progressed = Signal(object)  # JobState, or None when no job is running any more

    def fail(self, failure: Failure, task: Task[Any] | None = None) -> None:
        """task: the one that has failed, if it was one."""
        log.error("%s\n%s", failure.sentence, failure.details)
        self.failed.emit(failure)
        if task is not None:
            self.job_failed.emit(task, failure)

    def say(self, sentence: str) -> None:
        sentence = printable(sentence)
        log.info("%s", sentence)
        self.said.emit(sentence)

    def offer_undo(self, sentence: str) -> None:
        log.info("%s", sentence)
        self.undo_offered.emit(sentence)

    def progress(self, state: JobState | None) -> None:
        self.progressed.emit(state)
