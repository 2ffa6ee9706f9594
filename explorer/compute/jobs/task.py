"""What a task is: long work for the compute thread, described by a frozen value that the GUI thread makes.

A feature is one file here: what it does on the compute thread (`run`), and what becomes of its result on the GUI
thread (`deliver`). Example, whole:

    @dataclass(frozen=True)
    class CountParameters(Task[int]):
        title = "Counting"

        def run(self, host: ModelHost) -> JobSteps[int]:
            yield Progress(0, 1, "Counting")
            return sum(parameter.numel() for parameter in host.engine.generator.parameters())

        def deliver(self, result: int, control: Control) -> None:
            control.say(f"The model has {result:,} parameters.")

and `controller.submit(CountParameters())` starts it.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from explorer.translation import tr
from generator.errors import ExportError
from generator.progress import Progress

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from explorer.compute.model_host import ModelHost
    from explorer.document.session import Session
    from explorer.messages import Failure
    from generator.formats.open_face import Opened
    from generator.recipe.recipe import Recipe
    from generator.render.engine import Engine

T = TypeVar("T")


@dataclass(frozen=True)
class Partial:
    """A part of a task's result, delivered before the rest is ready."""

    value: Any


JobSteps = Generator[Progress | Partial, None, T]


class Task(Generic[T]):
    """What the compute thread can be asked to do.

    finishes_on_close: it is carried out even when Outis closes, because the user has been promised a file.
    patience: seconds that a step may wait for frames, which are rendered first.
    """

    finishes_on_close = False
    patience = 0.2

    @property
    def title(self) -> str:
        """Its name in the progress bar; "" = too short to be shown."""
        return ""

    def run(self, host: ModelHost) -> JobSteps[T]:
        """Do the work on the compute thread, which renders frames between two steps. Heavy imports are inside, so that
        the window is shown before torch is loaded. Raises `OutisError` with a sentence for the user."""
        raise NotImplementedError

    def deliver(self, result: T, control: Control) -> None:
        """Deliver the result on the GUI thread, even if the task was cancelled too late."""

    def give_up(self) -> None:
        """On the GUI thread: it has failed, which the user is told, or was cancelled."""

    def deliver_partial(self, value: Any, control: Control) -> None:
        """Deliver each `Partial`, in order, unless the task has been cancelled by then."""


class Control(Protocol):
    """What a delivery may do: the part of the controller that tasks see."""

    file_read: SignalInstance
    face_drawn: SignalInstance
    face_measured: SignalInstance
    looked_closer: SignalInstance
    face_inspected: SignalInstance
    clean_found: SignalInstance
    look_read: SignalInstance
    thumbnail_drawn: SignalInstance
    picture_drawn: SignalInstance
    project_found: SignalInstance
    directions_found: SignalInstance
    latents_found: SignalInstance
    latent_drawn: SignalInstance
    direction_made: SignalInstance
    directions_solved: SignalInstance
    tile_drawn: SignalInstance
    measures_known: SignalInstance
    layers_measured: SignalInstance
    other_model_read: SignalInstance
    people_known: SignalInstance
    person_found: SignalInstance
    people_found: SignalInstance
    state_drawn: SignalInstance
    character_made: SignalInstance
    keyframe_drawn: SignalInstance
    timeline_made: SignalInstance
    training_read: SignalInstance
    grab_ready: SignalInstance
    picture_previewed: SignalInstance
    part_enlarged: SignalInstance
    enlarging_known: SignalInstance

    @property
    def session(self) -> Session: ...

    def submit(self, task: Task[Any], replaces: tuple[type, ...] = ()) -> None: ...

    def cancel(self, *kinds: type) -> None: ...

    def runs(self, *kinds: type) -> bool: ...

    def say(self, sentence: str) -> None: ...

    def fail(self, failure: Failure) -> None: ...

    def load_model(self, path: str) -> None: ...

    def open_with_next_model(self, path: str) -> None: ...

    def open_what_waited(self) -> None: ...

    def take_opened(self, opened: Opened, asks: bool = True) -> None: ...


def engine_for(recipe: Recipe, host: ModelHost) -> Engine:
    """The engine, if its model is the one that `recipe` belongs to. Raises `ExportError`."""
    if recipe.model not in ("", host.facts.hash):
        raise ExportError(tr("Another model has been opened meanwhile; open the first one again and repeat this."))
    return host.engine
