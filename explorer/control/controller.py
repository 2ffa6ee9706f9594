"""The glue between the document, the compute thread and the messages to the user. GUI thread only.

It turns every change of the recipe into a request, drops late answers, and keeps what is shown: the last frame, the
face before the edits, the pinned one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Slot

from explorer.compute.compute_thread import EXPORT_PATIENCE, PATIENCE, Compute
from explorer.compute.jobs import (
    AS_RENDERED,
    CLIPBOARD,
    ContactSheet,
    CopyImage,
    CopyLatent,
    DownloadModel,
    DrawFaces,
    ExportFaces,
    ExportImage,
    ExportLatents,
    ExportModel,
    ExportRecipe,
    ExportVideo,
    FitComponents,
    LearnGrab,
    LoadModel,
    MakeCharacter,
    ReadFile,
    ReadText,
    Task,
)
from explorer.compute.training_reader import ReadRun, ReadSamples
from explorer.control.already_shown import is_shown
from explorer.control.frame_scheduler import FrameScheduler
from explorer.control.job_manager import JobManager
from explorer.control.notify import Notifier
from explorer.control.signals import Signals
from explorer.document.gc_on_gui_thread import GarbageOnGuiThread
from explorer.document.session import Session
from explorer.error_messages import describe_error
from explorer.messages import Failure, Grab, Moment, Quality, RenderResult
from explorer.translation import tr
from generator.errors import OutisError
from generator.hub.address import is_address

if TYPE_CHECKING:
    from generator.formats.open_face import Opened
    from generator.formats.picture_options import PictureOptions
    from generator.project.export_options import ExportOptions
    from generator.project.face import Face
    from generator.recipe.recipe import Recipe


_LOADING = (LoadModel, DownloadModel)  # replaced when another model is opened
_COPYING = (CopyImage, CopyLatent)  # there is one clipboard


class Controller(Signals):
    """What the window may request; what it receives are the `Signals`."""

    def __init__(
        self,
        session: Session,
        notifier: Notifier,
        compute: Compute | None = None,
        device: str = "auto",
        parent: QObject | None = None,
    ) -> None:
        """Takes ownership of `compute`, created here if None, and starts it. `device` is for models that `open_file`
        finds."""
        super().__init__(parent)
        self.session, self._notifier, self._device = session, notifier, device
        self._garbage = GarbageOnGuiThread(self)
        self._compute = compute or Compute()
        self._compute.setParent(self)
        self._frames = FrameScheduler(session, self._compute, self)
        self._jobs = JobManager(self._compute, notifier, self)
        self._pinned: RenderResult | None = None
        self._waiting = ""  # a file opened before a model to show it with
        self._awaiting_time: tuple[int, ...] = ()  # faces requested before the first frame was timed
        self.only_clean = False  # whether faces that are flagged are left out, where there are many
        self._fitted_epoch = 0  # epoch of the model whose components were requested
        self._connect()
        self._compute.start()

    def _connect(self) -> None:
        self._frames.live.connect(self._show)
        self._frames.before.connect(self.before_ready)
        self._frames.thumbnail.connect(self.thumbnail_ready)
        self._frames.motion.connect(self.moment_ready)
        self._frames.timed.connect(self.timed)
        self._frames.timed.connect(self._draw_awaited)
        self._frames.late.connect(self.late)
        self._frames.failed.connect(self._notifier.fail)
        self._frames.pull_failed.connect(self.grab_failed)
        self._jobs.finished.connect(self._deliver)
        self._jobs.partial.connect(self._deliver_partial)
        self._compute.noticed.connect(self._notice, Qt.ConnectionType.QueuedConnection)
        self._compute.reload_wanted.connect(self._reload, Qt.ConnectionType.QueuedConnection)

    def submit(self, task: Task[Any], replaces: tuple[type, ...] = ()) -> None:
        """Start `task` in the background; running ones of the kinds in `replaces` are cancelled. The task delivers its
        own result: see `explorer.compute.jobs.task`."""
        self._jobs.submit(task, replaces)

    def cancel(self, *kinds: type) -> None:
        """Cancel the running tasks of these kinds."""
        self._jobs.cancel(*kinds)

    def runs(self, *kinds: type) -> bool:
        """Whether a task of these kinds is running and not being cancelled."""
        return self._jobs.runs(*kinds)

    def say(self, sentence: str) -> None:
        """Show a sentence to the user for some seconds."""
        self._notifier.say(sentence)

    def fail(self, failure: Failure) -> None:
        """Show a failure to the user."""
        self._notifier.fail(failure)

    @property
    def last_frame(self) -> RenderResult | None:
        """The last LIVE frame shown, perhaps a preview."""
        return self._frames.last

    def load_model(self, path: str, device: str = "") -> None:
        """Open the model at `path`, a file or a URL, on `device` ("" = the last one chosen).

        A running load or file check is cancelled.
        """
        self._device = device or self._device
        task = DownloadModel(path, self._device) if is_address(path) else LoadModel(path, self._device)
        self.submit(task, replaces=(*_LOADING, ReadFile))

    def open_file(self, path: str) -> None:
        """Open a project, a model, or an image, recipe or latent; the compute thread finds out which."""
        self.submit(ReadFile(path), replaces=(ReadFile,))

    def open_text(self, text: str) -> None:
        """Open the recipe or latent in `text`."""
        self.submit(ReadText(text), replaces=(ReadText,))

    def apply_opened(self, opened: Opened, whole: bool) -> None:
        """Apply an opened recipe, or its source alone, as one undo step. It is refused if it belongs to another model
        than the one open now."""
        from generator.formats.open_face import check_fits

        facts = self.session.facts
        assert facts is not None
        try:
            check_fits(opened, facts.hash, facts.config)
        except OutisError as error:
            return self._notifier.fail(describe_error(error))
        pasted = opened.path == CLIPBOARD
        label = tr("Paste") if pasted else tr("Open {name}", name=Path(opened.path).name)
        recipe = replace(opened.recipe, model=facts.hash)
        if not pasted:
            self.session.remember_file(Path(opened.path).name, recipe)
        if not whole:
            noise = self.session.recipe.noise if recipe.noise.stored is None or opened.has_recipe else recipe.noise
            return self.session.edit(label, replace(self.session.recipe, source=recipe.source, noise=noise))
        self.session.edit(label, recipe)
        if not pasted:
            self.session.mark_saved(recipe)

    def take_opened(self, opened: Opened, asks: bool = True) -> None:
        """Apply an opened file; it `asks` the user first where that would replace unsaved edits."""
        if is_shown(opened, self.session.recipe, self._frames.last_full):
            if opened.has_recipe:
                self.apply_opened(opened, whole=True)  # only to record that it is in a file
            self.say(tr("This face is already shown."))
        elif asks and self.session.has_unsaved_work:
            self.file_offered.emit(opened)
        else:
            self.apply_opened(opened, whole=True)

    def open_latent(self, path: str, recipe: Recipe) -> None:
        """Open a face that was chosen among those of the file at `path`."""
        from generator.formats.open_face import Opened

        if path != CLIPBOARD:
            self.file_read.emit(path)
        self.take_opened(Opened(path, recipe, False))

    def open_with_next_model(self, path: str) -> None:
        """Open the file `path` once there is a model to show it with."""
        self._waiting = path

    def open_what_waited(self) -> None:
        """A model is open: open the last file given to `open_with_next_model`."""
        path, self._waiting = self._waiting, ""
        if path:
            self.open_file(path)

    def new_face(self) -> None:
        """A random seed, unless the source is locked; undoable."""
        self.session.new_face()

    def show_before(self, held: bool) -> None:
        """While `held`, render the face before the edits and emit it by `before_ready`."""
        self._frames.show_before(held)

    def look_for_points(self, on: bool) -> None:
        """Let frames come with the points of the face, and learn how the model's faces move, if that is unknown."""
        if on:
            self.submit(LearnGrab(), replaces=(LearnGrab,))
        else:
            self.cancel(LearnGrab)
        self._frames.look_for_points(on)

    def grab(self, grab: Grab, shown: Recipe) -> None:
        """Request the next frame of a drag, after the one of `shown`."""
        self._frames.grab(grab, shown)

    def show_moment(self, moment: Moment | None) -> None:
        """Request a frame of the timeline, which `moment_ready` emits; None: no more of them."""
        self._frames.show_moment(moment)

    def pin(self) -> None:
        """Pin the face shown now as the A of the A/B wipe."""
        self._set_pinned(self._frames.last)

    def unpin(self) -> None:
        self._set_pinned(None)

    def export_image(self, path: str, options: PictureOptions = AS_RENDERED) -> None:
        """Write the face as a picture of the format that the suffix of `path` names."""
        self.submit(ExportImage(path, self.session.recipe, options))

    def export_latents(self, path: str) -> None:
        """Write .npz, .npy or .pt by the suffix of `path`."""
        self.submit(ExportLatents(path, self.session.recipe))

    def export_recipe(self, path: str) -> None:
        """Write the recipe as JSON."""
        self.submit(ExportRecipe(path, self.session.recipe))

    def export_model(self, path: str, kind: str) -> None:
        """Write the model as `kind`: see `ExportModel`."""
        self.submit(ExportModel(path, kind))

    def contact_sheet(self, path: str, seeds: tuple[int, ...], columns: int, faces_folder: str | None = None) -> None:
        """Write a grid of `seeds` with the edits of the current recipe, and each face into `faces_folder` if given."""
        recipe, any_of = self.session.recipe, self.session.any_of
        self.submit(ContactSheet(path, recipe, seeds, columns, faces_folder, self.only_clean, any_of))

    def export_faces(self, faces: tuple[Face, ...], options: ExportOptions) -> None:
        """Write `faces` into the folder of `options`; those of other models are left out and counted."""
        self.submit(ExportFaces(faces, options, self.session.class_names))

    def copy_image(self, options: PictureOptions = AS_RENDERED) -> None:
        """Copy the current face to the clipboard."""
        self.submit(CopyImage(self.session.recipe, options), replaces=_COPYING)

    def copy_latent(self) -> None:
        """Copy W+ of the current face to the clipboard as text."""
        self.submit(CopyLatent(self.session.recipe), replaces=_COPYING)

    @property
    def draws_quickly(self) -> bool:
        """Whether many small images are known to render quickly."""
        return self._frames.speed_is_known and self._frames.thumbnails_are_quick

    def may_draw_faces(self) -> bool:
        """Whether many small images render quickly, as far as is known; tells the user if not."""
        quickly = self._frames.thumbnails_are_quick or not self._frames.speed_is_known
        if not quickly:
            self._notifier.say(tr("This model is too slow here to render many faces at once."))
        return quickly

    @Slot(object)
    def draw_faces(self, seeds: tuple[int, ...]) -> None:
        """Render small images of the recipe with each of `seeds`, where that is quick, which may be known only after a
        model's first frame; `face_drawn` emits them one by one. Those requested before are cancelled."""
        self.draw_no_faces()
        if self.session.facts is None or not self.may_draw_faces():
            return
        if self._frames.speed_is_known:
            recipes = tuple(self.session.face_of(seed) for seed in seeds)
            self.submit(DrawFaces(recipes, self.only_clean, self.session.any_of))
        else:
            self._awaiting_time = seeds

    @Slot(object)
    def _draw_awaited(self, _: object) -> None:
        if self._awaiting_time:
            self.draw_faces(self._awaiting_time)

    @Slot()
    def draw_no_faces(self) -> None:
        """Cancel the rest of `draw_faces`."""
        self._awaiting_time = ()
        self.cancel(DrawFaces)

    def fit_components(self) -> None:
        """Load the principal components of the open model from the cache, or compute them in the background."""
        self.submit(FitComponents(), replaces=(FitComponents,))

    @Slot(str)
    def read_training(self, folder: str) -> None:
        """Read the history of the training in `folder`; `training_read` emits it."""
        self.submit(ReadRun(folder), replaces=(ReadRun,))

    @Slot(str)
    def read_samples(self, path: str) -> None:
        """Read a sample image of a training; `training_read` emits it. One requested before is cancelled."""
        self.submit(ReadSamples(path), replaces=(ReadSamples,))

    def cancel_job(self) -> None:
        """Cancel the job shown in the progress bar."""
        self._jobs.cancel_shown()

    @property
    def makes_sheet(self) -> bool:
        """Whether a contact sheet, many faces or a video are being written, which closing would discard."""
        return self.runs(ContactSheet, ExportFaces, ExportVideo, MakeCharacter)

    def close(self) -> bool:
        """Stop the compute thread and wait for its current step and for exports; True if it ended in time. Call it
        before quitting.

        Nothing is emitted afterwards; closing again only waits again.
        """
        patience = EXPORT_PATIENCE if self._jobs.finishes_on_close else PATIENCE
        self._frames.close()
        self._jobs.close()
        ended = self._compute.close(patience)
        if ended:
            self._garbage.stop()
        return ended

    @Slot(object)
    def _show(self, result: RenderResult) -> None:
        self.frame_ready.emit(result)
        if result.request.quality is Quality.FULL:
            self._use_full(result)

    def _use_full(self, result: RenderResult) -> None:
        """Continue what waits for a full frame: a pinned preview, the components of a new model."""
        pinned = self._pinned
        if pinned is not None and pinned.request.quality is Quality.PREVIEW and _same_face(pinned, result):
            self._set_pinned(result)
        if self.session.components is None and self._fitted_epoch != result.request.epoch:
            self._fitted_epoch = result.request.epoch
            self.fit_components()

    @Slot(object, object)
    def _deliver(self, task: Task[Any], result: object) -> None:
        task.deliver(result, self)

    @Slot(object, object)
    def _deliver_partial(self, task: Task[Any], value: object) -> None:
        task.deliver_partial(value, self)

    @Slot(str)
    def _notice(self, sentence: str) -> None:
        self.fail(Failure(sentence))

    @Slot(object)
    def _reload(self, task: LoadModel) -> None:
        """The device failed: open the model again on another device, once."""
        self._device = task.device
        self.submit(task, replaces=_LOADING)

    def _set_pinned(self, result: RenderResult | None) -> None:
        self._pinned = result
        self.pinned_changed.emit(result)


def _same_face(one: RenderResult, other: RenderResult) -> bool:
    return (one.request.epoch, one.request.recipe) == (other.request.epoch, other.request.recipe)
