"""Writing a look to a file, so that it can be shared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.progress import Progress
from generator.project.look import Look, save_look

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class ExportLook(Task[None]):
    """Write `look` to `path`, which ends in .look.json."""

    path: str
    look: Look

    finishes_on_close = True

    def run(self, host: ModelHost) -> JobSteps[None]:
        yield Progress(0, 1, tr("Writing"))
        save_look(self.path, self.look)

    def deliver(self, result: None, control: Control) -> None:
        control.say(tr("Saved {path}", path=self.path))
