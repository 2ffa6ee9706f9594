"""What the timeline needs of the model: small pictures of its faces, ready-made motions, and an even pace."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from explorer.compute.jobs.task import Control, JobSteps, Partial, Task
from explorer.messages import KeyframeDrawn, Pixels, TimelineMade
from explorer.timeline.motions import MotionWish, made
from explorer.translation import tr
from generator.motion.timeline import Timeline
from generator.progress import Job
from generator.recipe.recipe import Floats, Recipe

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.render.engine import Engine

PACED_FPS = 30.0  # frames a second between which the pictures should differ alike


@dataclass(frozen=True)
class DrawKeyframes(Task[None]):
    """Small images of faces of the timeline, one by one; those of other models are left out."""

    recipes: tuple[Recipe, ...]

    patience = 0.1

    def run(self, host: ModelHost) -> JobSteps[None]:
        for recipe in self.recipes:
            if recipe.model == host.facts.hash:
                yield Partial(KeyframeDrawn(recipe, host.thumbnail(recipe)))

    def deliver_partial(self, value: KeyframeDrawn, control: Control) -> None:
        control.keyframe_drawn.emit(value)


@dataclass(frozen=True)
class MakeMotion(Task[TimelineMade]):
    """A ready-made motion as a timeline."""

    wish: MotionWish = field(repr=False)

    def run(self, host: ModelHost) -> JobSteps[TimelineMade]:
        yield from ()  # a single step: a few latents
        timeline = made(self.wish, lambda recipe: _w_plus(host, recipe))
        return TimelineMade(timeline, host.facts.hash, self.wish.name)

    def deliver(self, result: TimelineMade, control: Control) -> None:
        control.timeline_made.emit(result)


@dataclass(frozen=True)
class MeasurePace(Task[TimelineMade]):
    """How fast `timeline` must go where, so that the picture always changes alike."""

    timeline: Timeline = field(repr=False)

    title = tr("Measuring the pace of the timeline")

    def run(self, host: ModelHost) -> JobSteps[TimelineMade]:
        paced = yield from paced_by(self.timeline, host.engine, PACED_FPS)
        return TimelineMade(paced, host.facts.hash, "paced", self.timeline)

    def deliver(self, result: TimelineMade, control: Control) -> None:
        control.timeline_made.emit(result)


def paced_by(timeline: Timeline, engine: Engine, fps: float) -> Job[Timeline]:
    """`timeline` with its pace, measured on previews by `engine`."""
    from generator.motion.pace import SIDE, pacing

    side = SIDE if engine.config.stops_early else None

    def preview(recipe: Recipe) -> Pixels:
        return engine.render(recipe, side, live=True, aside=True)

    return (yield from pacing(timeline, lambda recipe: engine.w_plus(recipe)[0].numpy(), preview, fps))


def _w_plus(host: ModelHost, recipe: Recipe) -> Floats:
    values: Floats = host.engine.w_plus(recipe)[0].numpy()
    return values
