"""The glue between the document, the compute thread and the messages to the user. GUI thread only.

It turns every change of the recipe into a request, drops the answers that come too late, and keeps what is shown:
the last frame, the face before the edits, the pinned one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from explorer.compute.compute_thread import EXPORT_PATIENCE, PATIENCE, Compute
from explorer.compute.gc_on_gui_thread import GarbageOnGuiThread
from explorer.compute.jobs import (
    CLIPBOARD,
    EXPORTS,
    ContactSheet,
    CopyImage,
    CopyLatent,
    DownloadModel,
    DrawFace,
    ExportImage,
    ExportLatents,
    ExportRecipe,
    FileRead,
    FitComponents,
    Fitted,
    ImageCopied,
    LatentCopied,
    LoadModel,
    ModelFound,
    NoModelYet,
    ReadFile,
    ReadText,
    Saved,
    SheetSaved,
    TextRead,
)
from explorer.compute.training_reader import ReadRun, ReadSamples
from explorer.compute.training_results import RunRead, SamplesRead
from explorer.control import clipboard
from explorer.control.frame_scheduler import FrameScheduler
from explorer.control.job_manager import JobManager
from explorer.control.notify import Notifier
from explorer.document.session import Session
from explorer.error_messages import describe_error
from explorer.messages import FaceDrawn, Failure, ModelFacts, Quality, RenderResult
from generator.errors import OutisError
from generator.hub.address import is_address

if TYPE_CHECKING:
    from generator.formats.open_face import Opened


_LOADING = (LoadModel, DownloadModel)  # what another model takes the place of
_COPYING = (CopyImage, CopyLatent)  # there is one clipboard


class Controller(QObject):
    """What the window may ask for, and what it is told."""

    frame_ready = Signal(object)  # RenderResult of the LIVE role; never older than the one before
    before_ready = Signal(object)  # RenderResult while "before" is held, None on release
    thumbnail_ready = Signal(object)  # RenderResult of a thumbnail role
    pinned_changed = Signal(object)  # RenderResult | None: the A of the A/B wipe
    file_offered = Signal(object)  # Opened: ask "Apply all / Source only / Cancel", then call apply_opened
    file_read = Signal(str)  # path of a picture, recipe or latent that fits the open model
    timed = Signal(object)  # FrameTime of every frame shown
    late = Signal(bool)  # whether the face that is shown has for a while not been the one wanted
    face_drawn = Signal(object)  # FaceDrawn, of `draw_faces`
    training_read = Signal(object)  # RunRead or SamplesRead, of a training's folder

    def __init__(
        self,
        session: Session,
        notifier: Notifier,
        compute: Compute | None = None,
        device: str = "auto",
        parent: QObject | None = None,
    ) -> None:
        """Takes over `compute`, made here if None, and starts it. `device` is for models that `open_file` finds."""
        super().__init__(parent)
        self._session, self._notifier, self._device = session, notifier, device
        self._garbage = GarbageOnGuiThread(self)
        self._compute = compute or Compute()
        self._compute.setParent(self)
        self._frames = FrameScheduler(session, self._compute, self)
        self._jobs = JobManager(self._compute, notifier, self)
        self._pinned: RenderResult | None = None
        self._awaiting_model = ""  # a file opened before there was a model to show it with
        self._fitted_epoch = 0  # the model whose components were asked for
        self._connect()
        self._compute.start()

    def _connect(self) -> None:
        self._frames.live.connect(self._show)
        self._frames.before.connect(self.before_ready)
        self._frames.thumbnail.connect(self.thumbnail_ready)
        self._frames.timed.connect(self.timed)
        self._frames.late.connect(self.late)
        self._frames.failed.connect(self._notifier.fail)
        self._jobs.finished.connect(self._accept)
        self._compute.noticed.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._compute.reload_wanted.connect(self._reload, Qt.ConnectionType.QueuedConnection)

    @property
    def last_frame(self) -> RenderResult | None:
        """The LIVE frame shown last, a preview perhaps."""
        return self._frames.last

    def load_model(self, path: str, device: str = "") -> None:
        """Open the model at `path`, a file or an address of the net, on `device` ("" = the one chosen last).

        A load under way, or a file being looked into, is given up.
        """
        self._device = device or self._device
        task = DownloadModel(path, self._device) if is_address(path) else LoadModel(path, self._device)
        self._jobs.submit(task, replaces=(*_LOADING, ReadFile))

    def open_file(self, path: str) -> None:
        """Open a model, or a picture, recipe or latent; which of them the compute thread finds out."""
        self._jobs.submit(ReadFile(path), replaces=(ReadFile,))

    def open_text(self, text: str) -> None:
        """Open the recipe or latent in `text`."""
        self._jobs.submit(ReadText(text), replaces=(ReadText,))

    def apply_opened(self, opened: Opened, whole: bool) -> None:
        """Take over an opened recipe, or its source alone, as one undo step. It is refused if it was made for another
        model than the one that is open by now."""
        from generator.formats.open_face import check_fits

        facts = self._session.facts
        assert facts is not None
        try:
            check_fits(opened, facts.hash, facts.config)
        except OutisError as error:
            return self._notifier.fail(describe_error(error))
        pasted = opened.path == CLIPBOARD
        label = "Paste" if pasted else f"Open {Path(opened.path).name}"
        recipe = replace(opened.recipe, model=facts.hash)
        if not pasted:
            self._session.remember_file(Path(opened.path).name, recipe)
        if not whole:
            return self._session.edit(label, replace(self._session.recipe, source=recipe.source))
        self._session.edit(label, recipe)
        if not pasted:
            self._session.mark_saved(recipe)

    def new_face(self) -> None:
        """A random seed, unless the source is locked; undoable."""
        self._session.new_face()

    def show_before(self, held: bool) -> None:
        """While `held`, render the face before the edits and announce it by `before_ready`."""
        self._frames.show_before(held)

    def pin(self) -> None:
        """Keep the face shown now as the A of the A/B wipe."""
        self._set_pinned(self._frames.last)

    def unpin(self) -> None:
        self._set_pinned(None)

    def export_image(self, path: str, size: int | None = None) -> None:
        """Write the face as PNG, JPEG or WebP by the suffix of `path`; `size` pixels on a side, None = the model's."""
        self._jobs.submit(ExportImage(path, self._session.recipe, size))

    def export_latents(self, path: str) -> None:
        """Write .npz, .npy or .pt by the suffix of `path`."""
        self._jobs.submit(ExportLatents(path, self._session.recipe))

    def export_recipe(self, path: str) -> None:
        """Write the recipe as JSON."""
        self._jobs.submit(ExportRecipe(path, self._session.recipe))

    def contact_sheet(self, path: str, seeds: tuple[int, ...], columns: int, faces_folder: str | None = None) -> None:
        """Write a grid of `seeds` with the edits of the current recipe, and each face into `faces_folder` if named."""
        self._jobs.submit(ContactSheet(path, self._session.recipe, seeds, columns, faces_folder))

    def copy_image(self) -> None:
        """Put the face as it is now on the clipboard, the same bytes as an exported image."""
        self._jobs.submit(CopyImage(self._session.recipe), replaces=_COPYING)

    def copy_latent(self) -> None:
        """Put W+ of the face as it is now on the clipboard as text."""
        self._jobs.submit(CopyLatent(self._session.recipe), replaces=_COPYING)

    def may_draw_faces(self) -> bool:
        """Whether many small pictures are drawn quickly; says so if not."""
        quickly = self._frames.thumbnails_are_quick
        if not quickly:
            self._notifier.say("This model is too slow here to draw many faces at once.")
        return quickly

    @Slot(object)
    def draw_faces(self, seeds: tuple[int, ...]) -> None:
        """Draw small pictures of the recipe with each of `seeds`, where that is quick; `face_drawn` brings them one by
        one. Those asked for before are given up."""
        self.draw_no_faces()
        for seed in seeds if self._session.facts is not None and self.may_draw_faces() else ():
            self._jobs.submit(DrawFace(self._session.face_of(seed)))

    @Slot()
    def draw_no_faces(self) -> None:
        """Give up what is left of `draw_faces`."""
        self._jobs.cancel(DrawFace)

    def fit_components(self) -> None:
        """Bring the principal components of the open model from the cache, or fit them in the background."""
        self._jobs.submit(FitComponents(), replaces=(FitComponents,))

    @Slot(str)
    def read_training(self, folder: str) -> None:
        """Read the past of the training in `folder`; `training_read` brings it."""
        self._jobs.submit(ReadRun(folder), replaces=(ReadRun,))

    @Slot(str)
    def read_samples(self, path: str) -> None:
        """Read a picture of a training's samples; `training_read` brings it. One asked for before is given up."""
        self._jobs.submit(ReadSamples(path), replaces=(ReadSamples,))

    def cancel_job(self) -> None:
        """Cancel the job that the progress shows."""
        self._jobs.cancel_shown()

    @property
    def makes_sheet(self) -> bool:
        """Whether a contact sheet is being made, which nobody would get who closes now."""
        return self._jobs.runs(ContactSheet)

    def close(self) -> bool:
        """Stop the compute thread and wait for its current step and for exports; whether it ended in time. Call it
        before quitting.

        Nothing is emitted afterwards; closing again only waits again.
        """
        patience = EXPORT_PATIENCE if self._jobs.runs(*EXPORTS) else PATIENCE
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
        """Serve what waits for a full frame: a pinned preview, the components of a new model."""
        pinned = self._pinned
        if pinned is not None and pinned.request.quality is Quality.PREVIEW and _same_face(pinned, result):
            self._set_pinned(result)
        if self._session.components is None and self._fitted_epoch != result.request.epoch:
            self._fitted_epoch = result.request.epoch
            self.fit_components()

    @Slot(object)
    def _accept(self, result: object) -> None:
        """Take over the result of a job."""
        match result:
            case ModelFacts():
                self._take_model(result)
            case Fitted() if self._session.facts is not None and result.model == self._session.facts.hash:
                self._session.set_components(result.components)
            case FileRead():
                self.file_read.emit(result.opened.path)
                self._take_opened(result.opened)
            case TextRead():
                self._take_opened(result.opened, asks=not result.opened.has_recipe)
            case ModelFound() if not self._jobs.runs(ReadFile):  # which was wished for later
                self.load_model(result.path)
            case NoModelYet():
                self._awaiting_model = result.path
            case RunRead() | SamplesRead():
                self.training_read.emit(result)
            case FaceDrawn():
                self.face_drawn.emit(result)
            case ImageCopied():
                clipboard.put_image(result.pixels, result.recipe)
                self._notifier.say("The image is on the clipboard.")
            case LatentCopied():
                clipboard.put_latent(result.text, result.recipe)
                self._notifier.say("The latent is on the clipboard.")
            case Saved():
                self._session.mark_saved(result.recipe)
                self._notifier.say(f"Saved {result.path}")
            case SheetSaved():
                faces = f", and its faces in {result.faces_folder}" if result.faces_folder else ""
                self._notifier.say(f"Saved {result.path}{faces}")

    def _take_model(self, facts: ModelFacts) -> None:
        self._jobs.cancel(FitComponents)  # it fits the model that is gone
        self._session.set_model(facts)
        if facts.notice:
            self._notifier.fail(Failure(facts.notice))
        if self._awaiting_model:
            path, self._awaiting_model = self._awaiting_model, ""
            self.open_file(path)

    def _take_opened(self, opened: Opened, asks: bool = True) -> None:
        """Take it over, or `asks` the user where that would take the place of unsaved edits."""
        if clipboard.is_shown(opened, self._session.recipe, self._frames.last_full):
            if opened.has_recipe:
                self.apply_opened(opened, whole=True)  # nothing changes but that it is in a file
            self._notifier.say("This face is shown already.")
        elif asks and self._session.has_unsaved_work:
            self.file_offered.emit(opened)
        else:
            self.apply_opened(opened, whole=True)

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self._notifier.fail(Failure(sentence))

    @Slot(object)
    def _reload(self, task: LoadModel) -> None:
        """The device gave up: open the model again elsewhere, once."""
        self._device = task.device
        self._jobs.submit(task, replaces=_LOADING)

    def _set_pinned(self, result: RenderResult | None) -> None:
        self._pinned = result
        self.pinned_changed.emit(result)


def _same_face(one: RenderResult, other: RenderResult) -> bool:
    return (one.request.epoch, one.request.recipe) == (other.request.epoch, other.request.recipe)
