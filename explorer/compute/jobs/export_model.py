"""Writing the open model to a file for other tools."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.progress import Progress

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class ExportModel(Task[str]):
    """Write the model to `path` as `kind`, one of `generator.checkpoint.convert.KINDS`; its result is a remark."""

    path: str
    kind: str

    finishes_on_close = True

    @property
    def title(self) -> str:
        return tr("Exporting {name}", name=Path(self.path).name)

    def run(self, host: ModelHost) -> JobSteps[str]:
        yield Progress(0, 0, tr("Converting"))
        from generator.checkpoint.convert import converting

        generator = host.engine.generator
        if host.engine.device != "cpu":
            generator = deepcopy(generator).cpu()
        source = tr("Exported from {name}.", name=Path(host.facts.path).name)
        return (yield from converting(generator, self.path, self.kind, source))

    def deliver(self, result: str, control: Control) -> None:
        saved = tr("Saved {path}", path=self.path)
        control.say(f"{saved}. {result}" if result else saved)
