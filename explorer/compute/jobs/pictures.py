"""Full pictures of faces: for the screen, and as files to drag out of the window."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task, engine_for
from explorer.messages import PictureDrawn
from explorer.translation import tr
from generator.progress import Progress
from generator.recipe.recipe import Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost


class Promise(Protocol):
    """Somebody who waits for files."""

    def keep(self, paths: tuple[str, ...]) -> None: ...


@dataclass(frozen=True)
class DrawPictures(Task[None]):
    """Faces of the open model as large as it draws them; delivered one by one."""

    faces: tuple[tuple[int, Recipe], ...]  # by id

    def run(self, host: ModelHost) -> JobSteps[None]:
        for number, (id, recipe) in enumerate(self.faces):
            yield Progress(number, len(self.faces), tr("Rendering"))
            if recipe.model in ("", host.facts.hash):  # not if another model is open by now
                yield Partial(PictureDrawn(id, recipe, host.engine.render(recipe)))

    def deliver_partial(self, value: PictureDrawn, control: Control) -> None:
        control.picture_drawn.emit(value)


@dataclass(frozen=True)
class WriteFaces(Task[tuple[str, ...]]):
    """Faces as PNG files with their recipes, in a folder that is removed when Outis ends."""

    faces: tuple[tuple[str, Recipe], ...]  # by the name of the file, without its suffix
    promise: Promise

    @property
    def title(self) -> str:
        return "" if len(self.faces) == 1 else tr("Writing {count} faces", count=len(self.faces))

    def run(self, host: ModelHost) -> JobSteps[tuple[str, ...]]:
        from generator.formats.image_encode import save_image

        folder, paths = Path(tempfile.mkdtemp(dir=_folder())), []
        for number, (name, recipe) in enumerate(self.faces):
            yield Progress(number, len(self.faces), tr("Rendering"))
            path = _free(folder, name)
            save_image(str(path), engine_for(recipe, host).picture(recipe), recipe)
            paths.append(str(path))
        return tuple(paths)

    def deliver(self, result: tuple[str, ...], control: Control) -> None:
        self.promise.keep(result)

    def give_up(self) -> None:
        self.promise.keep(())


def _free(folder: Path, name: str) -> Path:
    """A PNG called `name`, or `name-2`, ... if several faces have the same."""
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(path for path in (folder / f"{name}.png" for name in names) if not path.exists())


@cache
def _folder() -> str:
    """The folder of this process for what is dragged out of it: whoever takes the files may read them later."""
    folder = tempfile.mkdtemp(prefix="outis-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
