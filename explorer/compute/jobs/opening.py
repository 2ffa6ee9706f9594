"""Opening what the user drops or pastes: a file may be a model or contain a face or a timeline, a text contains a
face."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from explorer.compute.jobs.found_directions import recognised, refusal
from explorer.compute.jobs.latents import found_in, pasted_in
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.compute.jobs.timelines import read_timeline
from explorer.compute.torch_start import start_torch
from explorer.messages import DirectionsFound, LatentsFound, TimelineMade
from explorer.translation import tr
from generator.errors import LatentError, OutisError, RecipeError, UnknownFileError
from generator.progress import Progress
from generator.project.look import SUFFIX, Look, read_look
from generator.project.recognise import looks_like_project

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.formats.open_face import HeldFile, Opened

CLIPBOARD = tr("Clipboard")  # where a pasted text comes from


@dataclass(frozen=True)
class ModelFound:
    """The file is a model, which `LoadModel` opens."""

    path: str


@dataclass(frozen=True)
class ProjectFound:
    """The file is a project, which the library opens."""

    path: str


@dataclass(frozen=True)
class NoModelYet:
    """The file contains a face, and no model is open yet to show it with."""

    path: str


Read: TypeAlias = (
    "Opened | ModelFound | ProjectFound | NoModelYet | Look | DirectionsFound | LatentsFound | TimelineMade"
)


@dataclass(frozen=True)
class ReadFile(Task["Read"]):
    """Find out what the user dropped: a project, a model, a look, a timeline or a video with one, directions, or a
    recipe or latent that fits the open model."""

    path: str

    @property
    def title(self) -> str:
        return tr("Opening {name}", name=Path(self.path).name)

    def run(self, host: ModelHost) -> JobSteps[Read]:
        yield Progress(0, 0, tr("Reading"))
        if looks_like_project(self.path):
            return ProjectFound(self.path)
        if self.path.lower().endswith(SUFFIX):
            return read_look(self.path)
        if (Path(self.path) / "saved_model.pb").is_file():  # TF-Hub's: the reader of models says what to bring instead
            return ModelFound(self.path)
        timeline = read_timeline(self.path, host)
        if timeline is not None:
            return timeline if host.has_model else NoModelYet(self.path)
        start_torch()
        if _holds_model(self.path):
            return ModelFound(self.path)
        from generator.formats.open_face import HeldFile, check_fits

        found = yield from self._face_or_directions(host)
        if not host.has_model:
            return NoModelYet(self.path)
        if isinstance(found, HeldFile):
            return found_in(found, host)
        if not isinstance(found, DirectionsFound):
            check_fits(found, host.facts.hash, host.facts.config)
        return found

    def _face_or_directions(self, host: ModelHost) -> JobSteps[Opened | HeldFile | DirectionsFound]:
        from generator.formats.open_face import KNOWN, reading_held

        try:
            return (yield from reading_held(self.path))
        except OutisError as error:
            directions = recognised(self.path, host)
            if directions is not None:
                return directions
            if not isinstance(error, LatentError | UnknownFileError):
                raise
            if known := refusal(self.path):  # the sentence of `error` mentions neither models nor directions
                raise RecipeError(known) from error
            if not isinstance(error, UnknownFileError):
                raise
            name = Path(self.path).name
            what = tr("{name}: Unrecognised file; expected a model, directions, or an {known}.", name=name, known=KNOWN)
            raise RecipeError(what) from error

    def deliver(self, result: Read, control: Control) -> None:
        if isinstance(result, ProjectFound):
            control.project_found.emit(result.path)
        elif isinstance(result, Look):
            control.look_read.emit(result)
        elif isinstance(result, TimelineMade):
            control.file_read.emit(self.path)
            control.timeline_made.emit(result)
        elif isinstance(result, DirectionsFound):
            control.directions_found.emit(result)
        elif isinstance(result, LatentsFound):
            control.latents_found.emit(result)
        elif isinstance(result, ModelFound):
            if not control.runs(ReadFile):  # another file, requested later
                control.load_model(result.path)
        elif isinstance(result, NoModelYet):
            control.open_with_next_model(result.path)
        else:
            control.file_read.emit(result.path)
            control.take_opened(result)
            if result.note:
                control.say(result.note)


@dataclass(frozen=True)
class ReadText(Task["Opened | LatentsFound"]):
    """The recipe or latent in a text that was pasted, if it fits the open model."""

    text: str

    def run(self, host: ModelHost) -> JobSteps[Opened | LatentsFound]:
        yield Progress(0, 0, tr("Reading"))
        from generator.formats.open_face import HeldFile, check_fits, held_text

        found = held_text(self.text, CLIPBOARD)
        if isinstance(found, HeldFile):
            return pasted_in(found, host)
        check_fits(found, host.facts.hash, host.facts.config)
        return found

    def deliver(self, result: Opened | LatentsFound, control: Control) -> None:
        if isinstance(result, LatentsFound):
            control.latents_found.emit(result)
        else:
            control.take_opened(result, asks=not result.has_recipe)


def _holds_model(path: str) -> bool:
    """By its content: a .pt file may contain a model or a latent. What cannot be read is left to the next reader."""
    from generator.checkpoint import looks_like_model

    try:
        return looks_like_model(path)
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return False
