"""What is read from a run folder on the compute thread, between two frames: its journal and its sample images."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.compute.training_results import RunRead, SamplesRead
from explorer.messages import Pixels
from explorer.translation import tr
from generator.errors import TrainingError, refusing
from generator.formats.image_chunks import png_for_decoding
from generator.printable import printable
from generator.progress import Progress
from generator.storage.regular_file import open_regular, read_regular
from generator.training.history import History

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost

JOURNAL = "journal.jsonl"
WORK_A_STEP = 1_000_000  # characters of the journal, between two frames
LEAST_WORK = 200  # of a line, however short
MAX_LINE = 20_000  # characters; a start with all its settings has some 1,500
MAX_SIDE = 2_048  # pixels of an image shown
MAX_PIXELS = 40_000_000  # of a file of samples: eight by four of 1024 px have 34 million
MAX_PICTURE = 256_000_000  # bytes of such a file


@dataclass(frozen=True)
class ReadRun(Task[RunRead]):
    """Read the journal of a run folder."""

    folder: str

    @property
    def title(self) -> str:
        return tr("Opening {name}", name=printable(Path(self.folder).name))

    def run(self, host: ModelHost) -> JobSteps[RunRead]:
        history = History()
        try:
            with open_regular(Path(self.folder, JOURNAL)) as binary:
                file, count, work = TextIOWrapper(binary, encoding="utf-8", errors="replace"), 0, 0
                while line := file.readline(MAX_LINE):
                    history.take_line(line)
                    count, work = count + 1, work + max(len(line), LEAST_WORK)
                    if work >= WORK_A_STEP:
                        work = 0
                        yield Progress(0, 0, tr("{count:,} lines", count=count))
        except OSError as error:
            return RunRead(self.folder, error=_no_run(self.folder, error))
        if history.unreadable and not history.total_images:
            fault = tr("{folder} was not written by this version's `outis train`.", folder=printable(self.folder))
            return RunRead(self.folder, error=fault)
        return RunRead(self.folder, history)

    def deliver(self, result: RunRead, control: Control) -> None:
        control.training_read.emit(result)


@dataclass(frozen=True)
class ReadSamples(Task[SamplesRead]):
    """Decode one sample image. It takes some milliseconds, so no progress is shown."""

    path: str

    def run(self, host: ModelHost) -> JobSteps[SamplesRead]:
        yield Progress(0, 1, "")
        try:
            with refusing(TrainingError, "it is damaged"):
                return SamplesRead(self.path, _decoded(self.path))
        except (OSError, SyntaxError, TrainingError) as error:  # SyntaxError: what Pillow raises for a broken PNG
            why = getattr(error, "strerror", None) or error
            fault = tr("{name} cannot be shown: {why}.", name=Path(self.path).name, why=why)
            return SamplesRead(self.path, None, printable(fault))

    def deliver(self, result: SamplesRead, control: Control) -> None:
        control.training_read.emit(result)


def _decoded(path: str) -> Pixels:
    import numpy as np
    from PIL import Image

    data = png_for_decoding(read_regular(path, MAX_PICTURE))
    try:
        with Image.open(BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise TrainingError(tr("it is too large"))
            picture = image.convert("RGB")
    except Image.DecompressionBombError as error:
        raise TrainingError(tr("it is too large")) from error
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    return np.array(picture, dtype=np.uint8)


def _no_run(folder: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return tr(
            "{folder} contains no {journal}; choose the folder of a training.",
            folder=printable(folder),
            journal=JOURNAL,
        )
    return f"{printable(str(Path(folder, JOURNAL)))}: {error.strerror or error}."
