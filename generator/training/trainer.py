"""The training of a generator as a job: steps, stages, figures, samples, snapshots, and rollback when one diverges.

What the next step will be depends on the state alone: networks, optimisers and the count of images seen. So a training
that was stopped, or killed, is resumed from the last saved state as if nothing had happened.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import asdict, replace
from pathlib import Path

import torch

from generator.errors import ExportError, OutisError, TrainingError
from generator.networks import Generator
from generator.progress import Job, Progress
from generator.training.augment import AdaptiveStrength
from generator.training.data import ImageSet
from generator.training.distributed import Ranks
from generator.training.evaluation import COVERAGE, FEWEST_IMAGES, FRECHET, Evaluation, EvaluationSettings, evaluating
from generator.training.features import feature_space
from generator.training.gan import GanState
from generator.training.journal import End, Entry, Journal, Listener, Notice, Rollback, Samples, Snapshot, Start, Step
from generator.training.run_folder import Origin, RunFolder, State
from generator.training.settings import Stage, TrainingSettings
from generator.training.snapshots import facts_of, finished, sample_sheet, save_snapshot
from generator.training.standing import Standing
from generator.training.stepper import Stepper
from generator.training.warm_start import warm_start

MOST_ROLLBACKS = 3  # in a row, without a state saved between them
MOST_SILENCE = 5.0  # seconds from one line of figures to the next, if steps do not take longer

Stop = Callable[[], bool]


def _never() -> bool:
    return False


def training(
    settings: TrainingSettings,
    images: ImageSet,
    folder: str | Path,
    device: torch.device,
    stop: Stop = _never,
    listener: Listener | None = None,
    ranks: Ranks | None = None,
    model: str | Path | None = None,
) -> Job[End]:
    """Start a training in the new `folder` and run it to the end, or until `stop` answers True, which saves first.

    model: file of a generator to start from, at the stage of its resolution; None = fresh weights. Closing the job
    leaves the state that was saved last. Raises `TrainingError`, `CheckpointError` where the model cannot be read,
    `DatasetError` where the data lack a resolution, and `ExportError` where something cannot be written; the state
    saved last stays.
    """
    ranks, settings = ranks or Ranks(device=device), settings.for_classes(images.classes)
    begun_from, settings = (None, settings) if model is None else warm_start(Path(model), settings)
    _check(settings, images, ranks)
    run, origin = RunFolder(Path(folder)), Origin(images.folder, images.fingerprint, settings, begun_from)
    trainer = _Trainer(run, origin, images, device, ranks, stop, listener)  # may fail: no folder is made before
    if ranks.leads:
        run.create(origin)
    with _held(run, ranks):
        return (yield from trainer.running())


def resuming(
    folder: str | Path,
    device: torch.device,
    stop: Stop = _never,
    listener: Listener | None = None,
    ranks: Ranks | None = None,
    at: int | None = None,
) -> Job[End]:
    """Resume the training in `folder` from its last good state. Raises what `training` raises.

    at: from the state after so many images; those after it are removed.
    """
    ranks = ranks or Ranks(device=device)
    run = RunFolder(Path(folder))
    images = _data_of(run.origin, run.name)
    origin = replace(run.origin, settings=run.origin.settings.for_classes(images.classes))
    _check(origin.settings, images, ranks)
    with _held(run, ranks):
        trainer = _Trainer(run, origin, images, device, ranks, stop, listener)
        return (yield from trainer.running(resumed=True, at=at))


def _data_of(origin: Origin, run: str) -> ImageSet:
    """Raises `TrainingError` where another data set is in its place by now."""
    images = ImageSet.open(origin.data)
    if images.fingerprint != origin.fingerprint:
        raise TrainingError(f"{origin.data} is not the data set that {run} was started with; restore that one.")
    return images


def _held(run: RunFolder, ranks: Ranks) -> AbstractContextManager[None]:
    return run.held() if ranks.leads else nullcontext()


def _check(settings: TrainingSettings, images: ImageSet, ranks: Ranks) -> None:
    """Everything that would fail later, at once."""
    for stage in settings.stages:
        images.pixels(stage.resolution)
        ranks.share(stage.batch)
    if _measure(settings, images, ended=True) is not None:
        feature_space(settings.frechet_space)


class _Trainer:
    def __init__(
        self,
        run: RunFolder,
        origin: Origin,
        images: ImageSet,
        device: torch.device,
        ranks: Ranks,
        stop: Stop,
        listener: Listener | None,
    ) -> None:
        self._run, self._origin, self._images = run, origin, images
        self._settings = settings = origin.settings
        self._device, self._ranks, self._stop = device, ranks, stop
        self._listener = listener
        self._journal: Journal | None = None
        self._now = Standing(resolution=settings.stages[0].resolution, augment=settings.augment)
        self._gan = self._begun()
        self._stepper: Stepper | None = None  # of the stage that is worked on
        self._rollbacks = 0
        self._told = (0, 0.0)  # images and the time, by the clock, of the last line of figures
        self._silent = True  # until the first of them
        self._kept = 0  # images of the last snapshot, or where the training was resumed

    def _begun(self) -> GanState:
        return GanState.begun(self._settings, self._now.resolution, self._device, captured=self._ranks.captures)

    def running(self, resumed: bool = False, at: int | None = None) -> Job[End]:
        """The whole training; what ends it is written to the journal, but not what keeps it from starting."""
        resumed, warning = self._take_up(resumed, at)
        try:
            self._begin(resumed, warning)
            end = yield from self._steps()
        except OutisError as error:
            with suppress(ExportError):  # a disk that is full takes no line either
                self._write(End(self._now.images, "failed", str(error)))
            raise
        self._write(end)
        return end

    def _take_up(self, resumed: bool, at: int | None) -> tuple[bool, str]:
        """Load the weights: whether they are of a saved state, and what was wrong with the last one."""
        if self._ranks.leads:
            self._run.make_ready()
            self._journal = Journal(self._run.journal, self._listener)
        if at is None:  # without any state it ended before it had begun
            resumed = resumed and self._ranks.broadcast_json(bool(self._run.states))
        warning = self._load(at) if resumed else ""
        if not resumed and self._origin.model is not None:
            self._gan.begin_from(self._origin.model.generator())
        return resumed, warning

    def _begin(self, resumed: bool, warning: str) -> None:
        """With the first state saved, so that there is always one to go back to."""
        run, settings = self._run.name, self._settings
        self._write(Start(self._now.images, run, settings.total_images, settings.to_json(), settings.classes or 0))
        if warning:
            self._write(Rollback(self._now.images, warning))
        if not resumed:
            self._draw_samples()  # before the state, from which a killed training is resumed
            self._save()
        self._kept = self._now.images
        self._told = (self._now.images, time.perf_counter())

    def _steps(self) -> Job[End]:
        total = self._settings.total_images
        while self._now.images < total:
            if self._ranks.any(self._stop()):
                self._leave()
                return End(self._now.images, "stopped", f"Stopped after {self._now.images:,} of {total:,} images.")
            stage = self._settings.stages[self._settings.stage_at(self._now.images)]
            self._enter(stage)
            figures = self._step(stage)
            if figures["finite"] < 1:  # the mean over all processes
                self._roll_back(figures)
                continue
            yield from self._tell(figures, stage.batch)
            yield Progress(self._now.images, total, f"Training at {stage.resolution} px")
        return End(total, "done", f"Trained on {total:,} images.")

    def _leave(self) -> None:
        """Save, and show what there is by now; to measure it would take too long."""
        self._save()
        if self._ranks.leads and self._kept != self._now.images:
            self._draw_samples()
            self._keep_model(self._finished(), None)
            self._tell_snapshot(None)

    def _enter(self, stage: Stage) -> None:
        """Grow where the stage is a new one."""
        if self._now.resolution != stage.resolution:
            self._gan = self._gan.grown(stage.resolution, self._device)
            self._now.resolution = stage.resolution
            self._stepper = None
        if self._stepper is None:
            self._images = _data_of(self._origin, self._run.name)  # it may have been replaced meanwhile
            pixels = self._images.pixels(stage.resolution)
            labels = self._images.labels()
            self._stepper = Stepper(self._gan, pixels, stage.batch, self._device, self._ranks, self._notify, labels)

    def _step(self, stage: Stage) -> dict[str, float]:
        assert self._stepper is not None
        began = time.perf_counter()
        figures = self._stepper.step(self._now.images, self._now.attempt, self._now.augment)
        self._now.seconds += time.perf_counter() - began
        self._now.images += stage.batch
        self._now.augment = _adapted(self._now.augment, figures["real_sign"], stage.batch, self._settings)
        return figures

    def _tell(self, figures: dict[str, float], batch: int) -> Job[None]:
        """Whatever is due after the last step: figures, samples, a snapshot with the state."""
        ended = self._now.images >= self._settings.total_images
        kept = self._due(self._settings.snapshot_images, batch) or ended
        if self._figures_due(ended):
            self._tell_figures(figures)
        if self._due(self._settings.sample_images, batch) or kept:
            self._draw_samples()
        if kept:
            yield from self._take_snapshot(ended)
            self._rollbacks = 0

    def _due(self, interval: int, batch: int) -> bool:
        return self._now.images // interval > (self._now.images - batch) // interval

    def _figures_due(self, ended: bool) -> bool:
        """After so many images or so long; at the end a short interval would only show as a spike."""
        (images, then), interval = self._told, self._settings.step_images
        untold = self._now.images - images
        if ended and not self._silent:
            return 2 * untold >= interval
        return ended or untold >= interval or time.perf_counter() - then >= MOST_SILENCE

    def _tell_figures(self, figures: dict[str, float]) -> None:
        now, (images, then) = self._now, self._told
        self._silent = False
        self._told = (now.images, time.perf_counter())
        pace = (now.images - images) / max(self._told[1] - then, 1e-9)  # sheets and snapshots are part of it
        self._write(
            Step(
                images=now.images,
                resolution=now.resolution,
                fade=self._fade,
                loss_g=figures["loss_g"],
                loss_d=figures["loss_d"],
                r1=None if math.isnan(figures["r1"]) else figures["r1"],
                real_sign=figures["real_sign"],
                augment=now.augment,
                images_per_second=pace,
                seconds=now.seconds,
            )
        )

    @property
    def _fade(self) -> float:
        """alpha of the newest block that is there: at the end of a stage the next one's is still to come."""
        stage = self._settings.stages[self._settings.stage_at(self._now.images)]
        return self._settings.fade_at(self._now.images) if stage.resolution == self._now.resolution else 1.0

    def _finished(self) -> Generator:
        name = f"{self._run.name}-{self._now.images:08d}"
        generator = finished(self._gan.ema, self._fade, name)
        generator.class_names = self._images.class_names if self._gan.classes else ()
        return generator

    def _draw_samples(self) -> None:
        if self._ranks.leads:
            path = self._run.samples(self._now.images)
            sample_sheet(self._finished().to(self._device), path)
            self._write(Samples(self._now.images, self._run.relative(path)))

    def _take_snapshot(self, ended: bool) -> Job[None]:
        """Write the model and the state; only then measure, which takes long, and add that to the model's card."""
        if not self._ranks.leads:
            return
        generator = self._finished()
        self._keep_model(generator, None)
        self._save()
        measured = yield from self._measuring(generator, ended)
        if measured is not None:
            self._keep_model(generator, measured)
        self._tell_snapshot(measured)

    def _keep_model(self, generator: Generator, measured: Evaluation | None) -> None:
        facts = facts_of(self._images, self._origin, self._now.images, measured)
        save_snapshot(generator, self._run.snapshot(self._now.images), facts)

    def _tell_snapshot(self, measured: Evaluation | None) -> None:
        self._kept = self._now.images
        values = {} if measured is None else measured.values
        path = self._run.relative(self._run.snapshot(self._now.images))
        self._write(Snapshot(self._now.images, path, *map(values.get, (FRECHET, "precision", "recall"))))

    def _measuring(self, generator: Generator, ended: bool) -> Job[Evaluation | None]:
        """None where it is not wanted, or given up because the training shall stop."""
        settings = _measure(self._settings, self._images, ended)
        if settings is None:
            return None
        with closing(evaluating(generator.to(self._device), self._images, settings)) as job:
            while not self._stop():
                try:
                    yield next(job)
                except StopIteration as end:
                    evaluation: Evaluation = end.value
                    return evaluation
        return None

    def _roll_back(self, figures: dict[str, float]) -> None:
        """Load the last good state again, with other random numbers. Raises `TrainingError` after too many times."""
        failed_at, attempt = self._now.images, self._now.attempt + 1
        self._rollbacks += 1
        if self._rollbacks > MOST_ROLLBACKS:
            raise TrainingError(
                f"The training diverged {self._rollbacks} times in a row, last after {failed_at:,} images; "
                "start again with a lower learning_rate or a higher r1_gamma."
            )
        warning = self._load()
        self._now.attempt = max(attempt, self._now.attempt + 1)
        reason = f"A loss or gradient was not finite; training continues from {self._now.images:,} images."
        self._write(Rollback(failed_at, " ".join(filter(None, [reason, warning]))))
        self._told = (self._now.images, time.perf_counter())

    def _save(self) -> None:
        if self._ranks.leads:
            self._run.save_state(State(self._gan.tensors(), asdict(self._now)), self._settings.keep_states)

    def _load(self, at: int | None = None) -> str:
        """Take over the last good state, or the one after `at` images; returns what was wrong with the very last."""
        state, warning = self._run.load_state(at) if self._ranks.leads else (State({}, {}), "")
        facts, warning = self._ranks.broadcast_json([state.facts, warning])
        self._now = Standing.read(facts, self._settings)
        if self._gan.resolution != self._now.resolution:
            self._gan, self._stepper = self._begun(), None
        if self._ranks.leads:
            self._gan.load(state.tensors)
            self._run.forget_after(self._now.images)  # damaged, or not wanted: they must not count as states to keep
        self._ranks.broadcast(list(self._gan.tensors().values()))
        return str(warning)

    def _notify(self, sentence: str) -> None:
        self._write(Notice(self._now.images, sentence))

    def _write(self, entry: Entry) -> None:
        if self._journal is not None:
            self._journal.write(entry)


def _adapted(augment: float, real_sign: float, batch: int, settings: TrainingSettings) -> float:
    """Probability of each augmentation after a step."""
    if settings.augment_target is None:
        return augment
    return AdaptiveStrength(settings.augment_target, settings.augment_images).next(augment, real_sign, batch)


def _measure(settings: TrainingSettings, images: ImageSet, ended: bool) -> EvaluationSettings | None:
    """How a snapshot is measured, the last one more thoroughly; None = not at all."""
    if images.count < FEWEST_IMAGES:
        return None
    samples = settings.frechet_samples or (settings.final_samples if ended else 0)
    metrics = (FRECHET, COVERAGE) if ended else (FRECHET,)
    return EvaluationSettings(samples, space=settings.frechet_space, metrics=metrics) if samples else None
