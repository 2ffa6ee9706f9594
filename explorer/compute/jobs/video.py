"""Writing the timeline as a video, and hearing how long its sound is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.compute.jobs.motion import paced_by
from explorer.compute.jobs.task import Control, JobSteps, Task, engine_for
from explorer.translation import tr
from generator.motion.timeline import Timeline
from generator.recipe.recipe import Floats, Recipe
from generator.video.options import VideoOptions

if TYPE_CHECKING:
    from explorer.compute.model_host import ModelHost
    from generator.video.exporting import VideoDone

BATCH = 4  # frames rendered together at most: in the meantime no other frame is rendered


@dataclass(frozen=True)
class ExportVideo(Task["VideoDone"]):
    """Render every frame of `timeline` at full quality and write the file or folder at `path`.

    It is discarded when Outis closes, which asks first. fits_sound: the timeline first gets as long as the sound.
    on_beats: its faces first go to the nearest beats of the sound.
    """

    path: str
    timeline: Timeline = field(repr=False)
    options: VideoOptions
    fits_sound: bool = False
    on_beats: bool = False

    @property
    def title(self) -> str:
        return tr("Exporting {name}", name=Path(self.path).name)

    def run(self, host: ModelHost) -> JobSteps[VideoDone]:
        from generator.video.exporting import exporting

        model = self.timeline.keyframes[0].recipe.model if self.timeline.keyframes else ""
        engine = engine_for(Recipe(model=model), host)

        def w_plus(recipe: Recipe) -> Floats:
            values: Floats = engine.w_plus(recipe)[0].numpy()
            return values

        timeline = yield from self._placed()
        if timeline.path == "even" and not timeline.pace and len(timeline.keyframes) > 1:
            timeline = yield from paced_by(timeline, engine, self.options.fps)
        z_dim = engine.config.z_dim
        some, batch = engine.render_together, min(engine.batch_size, BATCH)
        render, options = engine.render, self.options
        job = exporting(self.path, timeline, options, render, w_plus, z_dim=z_dim, together=some, batch=batch)
        return (yield from job)

    def _placed(self) -> JobSteps[Timeline]:
        """The timeline at the times of the sound."""
        if not (self.options.sound and (self.fits_sound or self.on_beats)):
            return self.timeline
        from generator.video.sound import reading_sound

        sound = yield from reading_sound(self.options.sound)
        timeline = self.timeline.lasting(sound.seconds) if self.fits_sound else self.timeline
        return timeline.on_beats(sound.beats) if self.on_beats and sound.beats else timeline

    def deliver(self, result: VideoDone, control: Control) -> None:
        name = Path(result.path).name
        control.say(
            tr("Saved {name}: {count} frames, {seconds:.1f} s", name=name, count=result.frames, seconds=result.seconds)
        )
