"""Names for the classes of the open model, from a file that the user brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Task
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.class_names import ClassNames

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


@dataclass(frozen=True)
class NamedClasses:
    """The names that were brought, and where they are kept."""

    model: str  # hash
    names: ClassNames
    kept: str  # path


@dataclass(frozen=True)
class BringClassNames(Task[NamedClasses]):
    """Read the names, and keep them where they are found when the model is opened again."""

    path: str

    title = tr("Reading the names of classes")

    def run(self, host: ModelHost) -> JobSteps[NamedClasses]:
        yield Progress(0, 1, self.title)
        from generator.recipe import class_names

        facts = host.facts
        names = class_names.read(self.path, facts.config.c_dim)
        kept = class_names.keep(names, facts.path, facts.hash)
        host.engine.generator.class_names = names.names
        return NamedClasses(facts.hash, names, str(kept))

    def deliver(self, result: NamedClasses, control: Control) -> None:
        facts = control.session.facts
        if facts is not None and facts.hash == result.model:
            control.session.set_class_names(result.names)
        count = len(result.names.names)
        control.say(tr("The {count} classes have names, kept as {name}.", count=count, name=Path(result.kept).name))
