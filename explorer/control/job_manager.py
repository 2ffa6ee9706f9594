"""The running jobs: they are started, shown and cancelled here, and their results handed on. GUI thread only."""

from __future__ import annotations

import logging
from dataclasses import replace
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from explorer.compute.compute_thread import (
    Compute,
    JobCancelled,
    JobDone,
    JobFailed,
    JobPartial,
    JobProgress,
    JobReport,
)
from explorer.compute.jobs import Task
from explorer.control.notify import JobState, Notifier
from explorer.translation import tr
from generator.progress import Progress

log = logging.getLogger(__name__)


class JobManager(QObject):
    """Shows the latest job that has a title; when it is cancelled, the one before is shown again."""

    finished = Signal(object, object)  # the task, and what its `run` returned
    partial = Signal(object, object)  # the task, and a part of its result

    def __init__(self, compute: Compute, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._compute, self._notifier = compute, notifier
        self._ids = count(1)
        self._tasks: dict[int, Task[Any]] = {}  # the running ones, oldest first
        self._states: dict[int, JobState] = {}
        compute.job_reported.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def submit(self, task: Task[Any], replaces: tuple[type, ...] = ()) -> None:
        """Start `task`; running ones of the kinds in `replaces` are cancelled."""
        self.cancel(*replaces)
        job_id = next(self._ids)
        self._tasks[job_id] = task
        self._states[job_id] = JobState(job_id, task, Progress(0, 0, task.title))
        self._compute.submit(job_id, task)
        self._show()

    def cancel(self, *kinds: type) -> None:
        """Cancel the running jobs of these kinds."""
        for job_id in [job_id for job_id, task in self._tasks.items() if isinstance(task, kinds)]:
            self._cancel(job_id)

    def cancel_shown(self) -> None:
        """Cancel the latest job that is not being cancelled already."""
        cancellable = [state.id for state in self._states.values() if state.cancellable and state.title]
        if cancellable:
            self._cancel(cancellable[-1])

    def runs(self, *kinds: type) -> bool:
        """Whether a job of these kinds is running and not being cancelled."""
        return any(isinstance(task, kinds) and self._states[job_id].cancellable for job_id, task in self._tasks.items())

    @property
    def finishes_on_close(self) -> bool:
        """Whether a running job must finish before closing."""
        return any(task.finishes_on_close for task in self._tasks.values())

    def close(self) -> None:
        """Emit nothing more."""
        self._tasks.clear()
        self._states.clear()  # `_hear` reports only jobs in it

    def _cancel(self, job_id: int) -> None:
        state = self._states[job_id]
        self._states[job_id] = replace(state, progress=Progress(0, 0, tr("Cancelling")), cancellable=False)
        self._compute.cancel(job_id)
        self._show()

    @Slot(object)
    def _hear(self, report: JobReport) -> None:
        state = self._states.get(report.id)
        if state is None:
            return
        if isinstance(report, JobProgress):
            if state.cancellable:
                self._states[report.id] = replace(state, progress=report.progress)
        elif isinstance(report, JobPartial):
            if state.cancellable:
                self.partial.emit(state.task, report.value)
        else:
            self._end(report)
        self._show()

    def _end(self, report: JobDone | JobFailed | JobCancelled) -> None:
        """A result is delivered even if the job was cancelled too late, since the compute thread works with it already.
        A failure of a cancelled job is not shown."""
        state = self._states.pop(report.id)
        del self._tasks[report.id]
        if isinstance(report, JobDone):
            return self.finished.emit(state.task, report.result)
        state.task.give_up()
        if isinstance(report, JobFailed):
            if state.cancellable:
                self._notifier.fail(report.failure, state.task)
            else:
                log.info("%s failed after it was cancelled\n%s", state.title, report.failure.details)

    def _show(self) -> None:
        self._notifier.progress(next((state for state in reversed(self._states.values()) if state.title), None))
