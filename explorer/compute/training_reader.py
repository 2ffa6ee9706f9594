"""What of a run folder is read on the compute thread, between two frames: its journal, and pictures of samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.compute.training_results import RunRead, SamplesRead
from explorer.messages import Pixels
from generator.progress import Progress
from generator.training.history import History

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

JOURNAL = "journal.jsonl"
LINES_A_STEP = 5_000  # of the journal, between two frames
MAX_LINE = 1_000_000  # characters
MAX_SIDE = 2_048  # pixels of a picture shown


@dataclass(frozen=True)
class ReadRun(Task[RunRead]):
    """Read the journal of a run folder."""

    folder: str

    @property
    def title(self) -> str:
        return f"Opening {Path(self.folder).name}"

    def run(self, host: ModelHost) -> JobSteps[RunRead]:
        history = History()
        try:
            with Path(self.folder, JOURNAL).open(encoding="utf-8", errors="replace") as file:
                count = 0
                while line := file.readline(MAX_LINE):
                    history.take_line(line)
                    count += 1
                    if count % LINES_A_STEP == 0:
                        yield Progress(0, 0, f"{count:,} lines")
        except OSError as error:
            return RunRead(self.folder, error=_no_run(self.folder, error))
        if history.unreadable and not history.total_images:
            return RunRead(self.folder, error=f"{self.folder} was not written by this version's `outis train`.")
        return RunRead(self.folder, history)

    def deliver(self, result: RunRead, control: Control) -> None:
        control.training_read.emit(result)


@dataclass(frozen=True)
class ReadSamples(Task[SamplesRead]):
    """Decode one picture of samples. It takes some milliseconds, so no progress is shown."""

    path: str

    def run(self, host: ModelHost) -> JobSteps[SamplesRead]:
        yield Progress(0, 1, "")
        try:
            return SamplesRead(self.path, _decoded(self.path))
        except (OSError, ValueError, SyntaxError) as error:  # SyntaxError: how Pillow says that a PNG is broken
            return SamplesRead(self.path, None, f"{Path(self.path).name} cannot be shown: {error}.")

    def deliver(self, result: SamplesRead, control: Control) -> None:
        control.training_read.emit(result)


def _decoded(path: str) -> Pixels:
    import numpy as np
    from PIL import Image

    try:
        with Image.open(path, formats=["PNG"]) as image:
            picture = image.convert("RGB")
    except Image.DecompressionBombError as error:
        raise ValueError("it is too large") from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.array(picture, dtype=np.uint8)


def _no_run(folder: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{folder} holds no {JOURNAL}; choose the folder that a training was written to."
    return f"{Path(folder, JOURNAL)}: {error.strerror or error}."
