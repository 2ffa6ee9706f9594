"""Opening a model: from a file or from a URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.components import FitComponents
from explorer.compute.jobs.found_directions import refusal
from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.compute.torch_start import start_drawing
from explorer.messages import Failure, ModelFacts
from explorer.translation import tr
from generator.errors import CheckpointError
from generator.hub.address import file_name
from generator.progress import Progress

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


class _OpensModel(Task[ModelFacts]):
    def deliver(self, result: ModelFacts, control: Control) -> None:
        control.cancel(FitComponents)  # of the previous model
        control.session.set_model(result)
        if result.notice:
            control.fail(Failure(result.notice))
        control.open_what_waited()


@dataclass(frozen=True)
class LoadModel(_OpensModel):
    """Open a model; the previous one stays in use until this one has rendered its first face."""

    path: str
    device: str = "auto"
    reason: str = ""  # why Outis itself opens it again, for the notice; "" = the user requested it

    @property
    def title(self) -> str:
        return tr("Opening {stem}", stem=Path(self.path).stem)

    def run(self, host: ModelHost) -> JobSteps[ModelFacts]:
        yield Progress(0, 0, tr("Starting torch"))
        start_drawing(live=True)
        from generator.checkpoint import loading
        from generator.recipe.direction_files import kept_of, library_of
        from generator.render.engine import Engine

        try:
            generator = yield from loading(self.path)
        except CheckpointError as error:
            if known := refusal(self.path):  # styles, say: pickles that are no model
                raise CheckpointError(known) from error
            raise
        yield Progress(0, 0, tr("Testing the device"))
        engine, named = Engine(generator, self.device), library_of(generator.hash, kept=False).entries
        facts = yield from host.switch_to(engine, self.path, named, self.reason)
        return replace(facts, own=kept_of(facts.hash).entries)


@dataclass(frozen=True)
class DownloadModel(_OpensModel):
    """Download the model at a URL into the user's data folder, unless it is there, and open it."""

    address: str
    device: str = "auto"

    @property
    def title(self) -> str:
        return tr("Downloading {address}", address=file_name(self.address))

    def run(self, host: ModelHost) -> JobSteps[ModelFacts]:
        from generator.hub.model_store import fetching

        path = yield from fetching(self.address)
        return (yield from LoadModel(str(path), self.device).run(host))
