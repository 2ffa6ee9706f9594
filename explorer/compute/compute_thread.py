"""The compute thread: the only owner of the model.

`Compute` is its handle on the GUI thread. Requests go in through the mailbox; answers come back as queued signals, so
they must be connected to `@Slot` methods of QObjects that live on the GUI thread. The thread is Python's own: a running
QThread that is destroyed aborts the program, while this one at worst finishes its step alone.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from threading import Thread
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Signal

from explorer.compute.jobs import LoadModel, Partial, Task
from explorer.compute.mailbox import CancelJob, Mailbox, StartJob
from explorer.compute.model_host import ModelHost
from explorer.error_messages import describe_error, is_device_lost, is_out_of_memory
from explorer.messages import Failure, RenderFailed, RenderRequest, RenderResult, Role
from explorer.translation import tr
from generator.errors import RenderCancelled
from generator.progress import Progress

log = logging.getLogger(__name__)

THREAD = "compute"
PATIENCE, EXPORT_PATIENCE = 10.0, 600.0  # seconds that closing waits; a large network renders for a minute
HOLDS_LESS = tr("Low memory: caching is reduced, so some edits will be slower.")
MODEL_GONE = tr("The model of this face has been closed; change something to render it again.")
PROGRESS_INTERVAL = 0.05  # seconds between two reports of one job


@dataclass(frozen=True)
class JobProgress:
    id: int
    progress: Progress


@dataclass(frozen=True)
class JobPartial:
    id: int
    value: object  # of a `Partial` that the task's `run` yielded


@dataclass(frozen=True)
class JobDone:
    id: int
    result: object  # what the task's `run` returned


@dataclass(frozen=True)
class JobFailed:
    id: int
    failure: Failure


@dataclass(frozen=True)
class JobCancelled:
    id: int


JobReport = JobProgress | JobPartial | JobDone | JobFailed | JobCancelled


class Compute(QObject):
    """Handle of the compute thread. The GUI thread calls its methods; the compute thread emits its signals."""

    rendered = Signal(object)  # RenderResult
    render_failed = Signal(object)  # RenderFailed
    job_reported = Signal(object)  # JobReport
    noticed = Signal(str)  # a fallback that the user must see, in one sentence
    reload_wanted = Signal(object)  # LoadModel: the device gave up and this may help

    def __init__(self, host: ModelHost | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox()
        worker = _Worker(self, self._mailbox, host or ModelHost())
        self._thread = Thread(target=worker.run, name=THREAD, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self, request: RenderRequest) -> None:
        self._mailbox.post(request)

    def submit(self, job_id: int, task: Task[Any]) -> None:
        self._mailbox.order(StartJob(job_id, task))

    def cancel(self, job_id: int) -> None:
        self._mailbox.order(CancelJob(job_id))

    def close(self, timeout: float = PATIENCE) -> bool:
        """Stop after the current step and the requested exports; True if that took at most `timeout` seconds."""
        self._mailbox.close()
        if self._thread.is_alive():
            self._thread.join(timeout)
        return not self._thread.is_alive()


@dataclass
class _RunningJob:
    id: int
    task: Task[Any]
    steps: Generator[Progress | Partial, None, object]
    reported: float = 0.0  # when progress was last reported, monotonic seconds


class _Worker:
    """The loop of the compute thread; nothing in it runs on the GUI thread."""

    def __init__(self, answers: Compute, mailbox: Mailbox, host: ModelHost) -> None:
        self._answers, self._mailbox, self._host = answers, mailbox, host
        self._jobs: deque[_RunningJob] = deque()
        self._stepped = monotonic()
        self._given_up = 0  # epoch whose device was abandoned; its frames keep failing until the CPU takes over

    def run(self) -> None:
        while not self._mailbox.closing:
            errand = self._mailbox.take(wait=not self._jobs)
            if isinstance(errand, RenderRequest):
                self._render(errand)
            elif isinstance(errand, StartJob):
                self._start(errand)
            elif isinstance(errand, CancelJob):
                self._cancel(errand.id)
            if self._jobs and (errand is None or monotonic() - self._stepped > self._jobs[0].task.patience):
                self._step()
        self._close_down()

    def _close_down(self) -> None:
        """Cancel the running work, except for files that the user has been promised."""
        for order in self._mailbox.drain_orders():
            if isinstance(order, StartJob):
                self._start(order)
            else:
                self._cancel(order.id)
        for job in self._jobs:
            if job.task.finishes_on_close:
                self._finish(job)
            else:
                self._end(job)

    def _finish(self, job: _RunningJob) -> None:
        try:
            deque(job.steps, maxlen=0)
        except Exception:  # the window is gone: only the log can record it
            log.exception("%s failed while closing", job.task.title)

    def _render(self, request: RenderRequest) -> None:
        if request.epoch != self._host.epoch:  # of a closed model: the receiver ignores it
            self._answers.render_failed.emit(RenderFailed(request, Failure(MODEL_GONE)))
            return
        if request.role is Role.NEXT:
            self._prepare(request)
            return
        try:
            self._answers.rendered.emit(self._frame(request))
            if news := self._host.news():
                self._answers.noticed.emit(news)
        except RenderCancelled:
            return  # cancelled: nothing waits for it
        except Exception as error:  # noqa: BLE001  the thread must survive any error and report it to the user
            self._answers.render_failed.emit(RenderFailed(request, describe_error(error)))
            self._recover_from(error)

    def _prepare(self, request: RenderRequest) -> None:
        """Render what will probably be requested. An error is reported only when it is."""
        try:
            self._host.prepare(request.recipe, partial(self._mailbox.is_superseded, request))
        except RenderCancelled:
            self._mailbox.requeue(request)
        except Exception:
            log.warning("The next face could not be rendered in advance", exc_info=True)

    def _frame(self, request: RenderRequest) -> RenderResult:
        try:
            return self._host.render(request, partial(self._mailbox.is_superseded, request))
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
        if self._host.reduce_memory():  # outside the handler: the traceback holds the tensors of the failed frame
            self._answers.noticed.emit(HOLDS_LESS)
        return self._host.render(request, partial(self._mailbox.is_superseded, request))

    def _recover_from(self, error: Exception) -> None:
        """Switch to the CPU from a device that is lost or too small; once, since a second request would cancel the
        first."""
        trouble = is_out_of_memory(error) or is_device_lost(error)
        if not trouble or self._host.engine.on_cpu or self._given_up == self._host.epoch:
            return
        self._given_up = self._host.epoch
        why = tr("ran out of memory") if is_out_of_memory(error) else tr("stopped answering")
        reason = tr("{device} {why}; switched to the CPU.", device=self._host.facts.device, why=why)
        self._answers.reload_wanted.emit(LoadModel(self._host.facts.path, "cpu", reason))

    def _start(self, order: StartJob) -> None:
        self._jobs.append(_RunningJob(order.id, order.task, order.task.run(self._host)))

    def _cancel(self, job_id: int) -> None:
        for job in [job for job in self._jobs if job.id == job_id]:
            self._jobs.remove(job)
            self._end(job)
            self._answers.job_reported.emit(JobCancelled(job_id))

    def _step(self) -> None:
        """Advance the next job in turn by one step."""
        job = self._jobs.popleft()
        try:
            step = next(job.steps)
        except StopIteration as end:
            self._answers.job_reported.emit(JobDone(job.id, end.value))
        except Exception as error:  # noqa: BLE001  as in _render
            self._answers.job_reported.emit(JobFailed(job.id, describe_error(error)))
        else:
            self._jobs.append(job)
            self._report(job, step)
        self._stepped = monotonic()

    def _report(self, job: _RunningJob, step: Progress | Partial) -> None:
        """Report every part of a result, but progress only as often as it can be followed."""
        now = monotonic()
        if isinstance(step, Partial):
            self._answers.job_reported.emit(JobPartial(job.id, step.value))
        elif now - job.reported >= PROGRESS_INTERVAL:
            job.reported = now
            self._answers.job_reported.emit(JobProgress(job.id, step))

    def _end(self, job: _RunningJob) -> None:
        try:
            job.steps.close()
        except Exception:  # it was cancelled already: only the log records it
            log.exception("Cancelling job %d failed", job.id)
